"""Who binds what: the rows of definitions, bindings, points and decisions.

In: the definitions in program order, and the points. Out: rows. Decision i is the default of point
i; the bindings' decisions follow, definition by definition.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from rulec.layout.plan import Row, Texts, row
from rulec.ruleset.model import Definition, Implementation, Lane, Point
from rulec_runtime.format import LANE_ORDERS, LANES, NONE, SCOPES

__all__ = ["Bound", "lay_points"]


@dataclass(slots=True)
class Bound:
    """The rows."""

    definitions: list[Row] = field(default_factory=list)
    installs: list[Row] = field(default_factory=list)
    bindings: list[Row] = field(default_factory=list)
    points: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)


def lay_points(ordered: Sequence[Definition], points: Sequence[Point], texts: Texts) -> Bound:
    """Lay out every point and every binding."""
    bound = Bound()
    for number, point in enumerate(points):
        bound.points.append(
            row(
                "points",
                code=texts.number(point.code),
                ability=texts.number(point.ability),
                lane_order=LANE_ORDERS.index(point.lane_order.value),
                decision=number,
            )
        )
        bound.decisions.append(_decision(number, NONE, point.default, texts))
    point_numbers = {point.code: number for number, point in enumerate(points)}
    product_numbers = {
        definition.code: number
        for number, definition in enumerate(ordered)
        if definition.lane is Lane.PRODUCT
    }
    for number, definition in enumerate(ordered):
        _lay_definition(bound, number, definition, point_numbers, product_numbers, texts)
    return bound


def _lay_definition(
    bound: Bound,
    number: int,
    definition: Definition,
    point_numbers: dict[str, int],
    product_numbers: dict[str, int],
    texts: Texts,
) -> None:
    installs = sorted(product_numbers[code] for code in definition.installed)
    bindings = sorted(
        ((point_numbers[binding.point], binding) for binding in definition.bindings),
        key=lambda pair: pair[0],
    )
    bound.definitions.append(
        row(
            "definitions",
            code=texts.number(definition.code),
            name=texts.number(definition.name),
            owner=texts.number(definition.owner),
            lane=LANES.index(definition.lane.value),
            rank=definition.rank,
            scope=SCOPES.index(definition.scope.value),
            first_install=len(bound.installs),
            n_installs=len(installs),
            first_binding=len(bound.bindings),
            n_bindings=len(bindings),
        )
    )
    bound.installs.extend((product,) for product in installs)
    for point, binding in bindings:
        bound.bindings.append(row("bindings", point=point, decision=len(bound.decisions)))
        bound.decisions.append(_decision(point, number, binding.implementation, texts))


def _decision(
    point: int, definition: int, implementation: Implementation | None, texts: Texts
) -> Row:
    name = mode = config = NONE
    if implementation is not None:
        name = texts.number(implementation.name)
        mode = NONE if implementation.mode is None else texts.number(implementation.mode)
        if implementation.config is not None:
            config = texts.number(_json(implementation))
    return row(
        "decisions",
        point=point,
        definition=definition,
        implementation=name,
        mode=mode,
        config=config,
    )


def _json(implementation: Implementation) -> str:
    return json.dumps(implementation.config, ensure_ascii=False, separators=(",", ":"))
