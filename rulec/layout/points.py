"""Who binds what: the rows of definitions, bindings, points and decisions.

In: the definitions in program order, and the points. Out: rows. Decision i is the default of point
i; the bindings' decisions follow, definition by definition.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from rulec.layout.plan import Row, Rows, Texts, row
from rulec.limits import MAX_INT, MIN_INT
from rulec.ruleset.model import (
    Binding,
    Definition,
    Implementation,
    Liveness,
    Point,
    Rollout,
    RuleSet,
)
from rulec_runtime.format import LANE_ORDERS, LANES, NONE, REASONS, REDUCES, SCOPES

__all__ = ["Bound", "Gate", "lay_points"]


@dataclass(slots=True)
class Bound:
    """The rows."""

    definitions: Rows = field(default_factory=partial(Rows, "definitions"))
    installs: Rows = field(default_factory=partial(Rows, "installs"))
    bindings: Rows = field(default_factory=partial(Rows, "bindings"))
    liveness: Rows = field(default_factory=partial(Rows, "liveness"))
    windows: list[Row] = field(default_factory=list)
    scenarios: list[Row] = field(default_factory=list)
    points: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    decisions: Rows = field(default_factory=partial(Rows, "decisions"))


class Gate(NamedTuple):
    """What a rollout selects by: a bit of the signature of an entity."""

    entity: int
    position: int


def lay_points(
    ordered: Sequence[Definition],
    ruleset: RuleSet,
    settled: Set[str],
    rollouts: Mapping[Rollout, Gate | bool],
    texts: Texts,
) -> Bound:
    """Lay out every point and every binding; `rollouts` says where each selects."""
    return _Layout(ordered, ruleset, settled, rollouts, texts).lay()


class _Layout:
    """The rows while they are made, and the numbers of what they name."""

    def __init__(
        self,
        ordered: Sequence[Definition],
        ruleset: RuleSet,
        settled: Set[str],
        rollouts: Mapping[Rollout, Gate | bool],
        texts: Texts,
    ) -> None:
        self._ordered = ordered
        self._points = ruleset.points
        self._settled = settled
        self._rollouts = rollouts
        self._texts = texts
        self._numbers = {definition.code: number for number, definition in enumerate(ordered)}
        self._point_numbers = {point.code: number for number, point in enumerate(ruleset.points)}
        self._before_points = {
            binding.point for one in ordered for binding in one.bindings if binding.before
        }
        self._scenarios = {name: number for number, name in enumerate(ruleset.scenarios)}
        self._bound = Bound()

    def lay(self) -> Bound:
        bound = self._bound
        bound.scenarios = [(self._texts.number(name),) for name in self._scenarios]
        for number, point in enumerate(self._points):
            self._lay_point(number, point)
        for number, definition in enumerate(self._ordered):
            self._lay_definition(number, definition)
        return bound

    def _lay_point(self, number: int, point: Point) -> None:
        self._bound.points.append(
            row(
                "points",
                code=self._texts.number(point.code),
                ability=self._texts.number(point.ability),
                lane_order=LANE_ORDERS.index(point.lane_order.value),
                reduce=REDUCES.index(point.reduce.value),
                has_before=int(point.code in self._before_points),
                first_order=len(self._bound.orders),
                n_orders=len(point.order),
                decision=number,
            )
        )
        self._bound.orders.extend((self._numbers[code],) for code in point.order)
        self._lay_decision(number, NONE, point.default, "DEFAULT")

    def _lay_definition(self, number: int, definition: Definition) -> None:
        bound, texts = self._bound, self._texts
        installs = sorted(self._numbers[code] for code in definition.installed)
        bindings = sorted(definition.bindings, key=self._place)
        bound.definitions.append(
            row(
                "definitions",
                code=texts.number(definition.code),
                name=texts.number(definition.name),
                owner=texts.number(definition.owner),
                lane=LANES.index(definition.lane.value),
                rank=definition.rank,
                scope=SCOPES.index(definition.scope.value),
                is_isolated=int(definition.is_isolated),
                liveness=self._liveness(definition.liveness),
                first_install=len(bound.installs),
                n_installs=len(installs),
                first_binding=len(bound.bindings),
                n_bindings=len(bindings),
            )
        )
        bound.installs.extend((product,) for product in installs)
        for binding in bindings:
            self._lay_binding(number, definition, binding)

    def _place(self, binding: Binding) -> tuple[int, bool]:
        """By point; conditional ones are tried first, in the order written."""
        return self._point_numbers[binding.point], not binding.liveness.is_conditional

    def _lay_binding(self, number: int, definition: Definition, binding: Binding) -> None:
        place = self._point_numbers[binding.point]
        point = self._points[place]
        self._bound.bindings.append(
            row(
                "bindings",
                point=place,
                scenario=NONE if binding.scenario is None else self._scenarios[binding.scenario],
                liveness=self._liveness(binding.liveness),
                before=self._before(definition, binding, point),
                is_ordered=int(definition.code in point.order),
                decision=len(self._bound.decisions),
            )
        )
        if binding.implementation is None:
            self._lay_decision(place, number, point.default, "BLOCKED")
        else:
            reason = "TIE" if definition.code in self._settled else "MATCH"
            self._lay_decision(place, number, binding.implementation, reason)

    def _before(self, definition: Definition, binding: Binding, point: Point) -> int:
        """The product a binding's business stands ahead of: the first one in the point's order."""
        if not binding.before or definition.code in point.order:
            return NONE
        places = {code: number for number, code in enumerate(point.order)}
        n_ordered = len(point.order)
        return self._numbers[
            min(
                binding.before,
                key=lambda code: places.get(code, n_ordered + self._numbers[code]),
            )
        ]

    def _liveness(self, liveness: Liveness) -> int:
        """The number of a row of `liveness`; none where it is always live.

        What is never live keeps no window: only a program that must know the time asks for it.
        """
        if liveness.is_enabled and not liveness.is_conditional:
            return NONE
        selected = True if liveness.rollout is None else self._rollouts[liveness.rollout]
        is_enabled = liveness.is_enabled and selected is not False
        window = entity = position = NONE
        if is_enabled and not isinstance(selected, bool):
            entity, position = selected
        if is_enabled and liveness.window is not None:
            start, end = liveness.window.start, liveness.window.end
            window = len(self._bound.windows)
            self._bound.windows.append(
                (MIN_INT if start is None else start, MAX_INT if end is None else end)
            )
        self._bound.liveness.append(
            row(
                "liveness",
                is_enabled=int(is_enabled),
                window=window,
                entity=entity,
                position=position,
            )
        )
        return len(self._bound.liveness) - 1

    def _lay_decision(
        self, point: int, definition: int, implementation: Implementation | None, reason: str
    ) -> None:
        texts = self._texts
        name = mode = config = NONE
        if implementation is not None:
            name = texts.number(implementation.name)
            mode = NONE if implementation.mode is None else texts.number(implementation.mode)
            if implementation.config is not None:
                config = texts.number(_json(implementation.config))
        self._bound.decisions.append(
            row(
                "decisions",
                point=point,
                definition=definition,
                reason=REASONS.index(reason),
                implementation=name,
                mode=mode,
                config=config,
            )
        )


def _json(config: Mapping[str, object]) -> str:
    return json.dumps(config, ensure_ascii=False, separators=(",", ":"))
