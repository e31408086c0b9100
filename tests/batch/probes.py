"""Programs whose decisions tell the class of every fact, and the answers of single requests.

In: facts as handmade.py declares them. Out: a `Program` with one point a class of a fact, won by a
product exactly where the value falls into that class; and the decisions its `match` gives for rows
of facts, which a batch must repeat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from engine.handmade import artifact_of
from engine.handmade_world import Definition, Entity, Fact, Literal, Point, World, all_of

import rulec_runtime
from rulec_runtime import Program

FACTS = (
    Fact("flag", "flag"),
    Fact("tags", "tags_int", cuts=(-5, 7, 77, 2**40)),
    Fact("enum", "enum", "optional", words=("web", "应用", "a store")),
    Fact("string", "string", "optional", words=("", "Berlin", "杭州", "🛒")),
    Fact("fallback", "string", "default", words=("b", "c"), default_class=2),
    Fact("int", "int", "optional", cuts=(-3, 0, 100)),
    Fact("level", "int", "optional", low=0, high=20, cuts=(5,)),
    Fact("decimal", "decimal", "optional", scale=2, cuts=(-50, 0, 1990)),
    Fact("price", "decimal", "optional", scale=2, low=0, high=10**6, cuts=(100,)),
    Fact("fine", "decimal", "optional", scale=18, cuts=(10**17, 10**18)),
    Fact("whole", "decimal", "optional", scale=0, cuts=(10,)),
)
REQUIRED = Fact("required", "int", "required", cuts=(1,))


def literals(fact: Fact) -> list[Literal]:
    """One condition for each class of a fact, the absent one too."""
    if fact.type == "tags_int":
        return [(f"{fact.name}={tag}", 1, 1) for tag in fact.cuts]
    if fact.type == "tags_string":
        return [(f"{fact.name}={word}", 1, 1) for word in fact.words]
    n_classes = 1 + len(fact.cuts) if fact.type in ("int", "decimal") else len(fact.words)
    n_classes += fact.type in ("flag", "string")
    return [(fact.name, number, number) for number in range(n_classes + 1)]


def probe(*facts: Fact) -> Program:
    """A program over one entity `x` that tells every class of its facts."""
    asked = [literal for fact in facts for literal in literals(fact)]
    points = [f"{name}:{low}" for name, low, _ in asked]
    definitions = [
        Definition(point, "product", ({"x": all_of(literal)},), (point,), scope="all")
        for point, literal in zip(points, asked, strict=True)
    ]
    world = World((Entity("x", facts),), tuple(map(Point, points)), tuple(definitions))
    return rulec_runtime.from_bytes(artifact_of(world))


PROGRAM = probe(*FACTS)


def decisions(program: Program, requests: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Decision numbers by point, one a request, each request on its own."""
    matches = [program.match(facts) for facts in requests]
    return [[match.resolve(point).number for match in matches] for point in program.points]


def batch_decisions(program: Program, columns: Any) -> list[list[int]]:
    """The same of a batch; every way to ask it must agree."""
    batch = program.batch(columns)
    found = batch.resolve_points(program.points)
    assert found.dtype == np.int32
    assert found.shape == (len(program.points), batch.n_rows)
    for numbers, point in zip(found, program.points, strict=True):
        assert (batch.resolve(point) == numbers).all()
    listed: list[list[int]] = found.tolist()
    return listed


def check_column(fact: str, column: Any, values: Sequence[Any]) -> None:
    """A column means what its values mean one by one."""
    expected = decisions(PROGRAM, [{"x": {fact: value}} for value in values])
    assert batch_decisions(PROGRAM, {f"x.{fact}": column}) == expected
