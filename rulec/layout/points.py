"""Who binds what: the rows of definitions, bindings, points and what they run.

In: the definitions in program order, and the points. Out: rows. What several bindings share, what
they run and where they count, is written once.
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
    Lane,
    Liveness,
    Point,
    Rollout,
    RuleSet,
    Scope,
)
from rulec_runtime.format import LANE_ORDERS, NONE, REDUCES, TRAITS

__all__ = ["Bound", "Gate", "lay_points"]


_ALL, _ISOLATED, _TIED = (1 << TRAITS.index(name) for name in ("all", "isolated", "tied"))
_ALWAYS: Row = (NONE, NONE, NONE, 0)
"""The proviso of a binding that has none."""


@dataclass(slots=True)
class Bound:
    """The rows."""

    definitions: Rows = field(default_factory=partial(Rows, "definitions"))
    labels: Rows = field(default_factory=partial(Rows, "labels"))
    installs: Rows = field(default_factory=partial(Rows, "installs"))
    bindings: Rows = field(default_factory=partial(Rows, "bindings"))
    provisos: dict[Row, int] = field(default_factory=dict)
    """With the number of each."""
    implementations: dict[Row, int] = field(default_factory=dict)
    """With the number of each."""
    liveness: Rows = field(default_factory=partial(Rows, "liveness"))
    windows: list[Row] = field(default_factory=list)
    scenarios: list[Row] = field(default_factory=list)
    points: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)


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
        for point in self._points:
            self._lay_point(point)
        for definition in self._ordered:
            self._lay_definition(definition)
        return bound

    def _lay_point(self, point: Point) -> None:
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
                implementation=self._implementation(point.default),
            )
        )
        self._bound.orders.extend((self._numbers[code],) for code in point.order)

    def _lay_definition(self, definition: Definition) -> None:
        bound, number = self._bound, self._texts.number
        bound.installs.extend_numbers(sorted(self._numbers[code] for code in definition.installed))
        bloom = 0
        for binding in sorted(definition.bindings, key=self._place):
            # A bit of each point: most definitions are passed over by the word alone.
            bloom |= 1 << self._lay_binding(definition, binding) % 64
        bound.definitions.append(
            row(
                "definitions",
                points_0=bloom & 0xFFFFFFFF,
                points_1=bloom >> 32,
                rank=definition.rank,
                traits=self._traits(definition),
                liveness=self._liveness(definition.liveness),
                end_install=len(bound.installs),
                end_binding=len(bound.bindings),
            )
        )
        bound.labels.append(
            row(
                "labels",
                code=number(definition.code),
                name=number(definition.name),
                description=number(definition.description),
                owner=number(definition.owner),
                kpi=number(definition.kpi),
            )
        )

    def _traits(self, definition: Definition) -> int:
        return (
            _ALL * (definition.lane is Lane.PRODUCT and definition.scope is Scope.ALL)
            + _ISOLATED * (definition.lane is Lane.BUSINESS and definition.is_isolated)
            + _TIED * (definition.code in self._settled)
        )

    def _place(self, binding: Binding) -> tuple[int, bool]:
        """By point; conditional ones are tried first, in the order written."""
        return self._point_numbers[binding.point], not binding.liveness.is_conditional

    def _lay_binding(self, definition: Definition, binding: Binding) -> int:
        """Lay out one binding; its point."""
        place = self._point_numbers[binding.point]
        proviso = self._proviso(definition, binding, self._points[place])
        self._bound.bindings.append((place, proviso, self._implementation(binding.implementation)))
        return place

    def _proviso(self, definition: Definition, binding: Binding, point: Point) -> int:
        """The number of where and when a binding counts; none where that is always."""
        proviso = (
            NONE if binding.scenario is None else self._scenarios[binding.scenario],
            self._liveness(binding.liveness),
            self._before(definition, binding, point),
            int(definition.code in point.order),
        )
        known = self._bound.provisos
        return NONE if proviso == _ALWAYS else known.setdefault(proviso, len(known))

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

    def _implementation(self, implementation: Implementation | None) -> int:
        """The number of what runs; none of nothing, and where the point's default shall run."""
        if implementation is None:
            return NONE
        number, known = self._texts.number, self._bound.implementations
        mode, config = implementation.mode, implementation.config
        runs = (
            number(implementation.name),
            NONE if mode is None else number(mode),
            NONE if config is None else number(_json(config)),
        )
        return known.setdefault(runs, len(known))


def _json(config: Mapping[str, object]) -> str:
    return json.dumps(config, ensure_ascii=False, separators=(",", ":"))
