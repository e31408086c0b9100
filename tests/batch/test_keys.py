"""Kept rows are told apart by all of their facts, and found whatever order their tags come in."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest
from batch.probes import decisions
from engine.handmade import artifact_of
from engine.handmade_world import Definition, Entity, Fact, Point, World, all_of

import rulec_runtime
from rulec_runtime import Program

N_FACTS, N_CUTS = 9, 300
"""Nine facts of 302 classes: more combinations than 64 bits count."""
TAGS = (3, 7, 11, 500)


def program_of(n_facts: int) -> Program:
    """One that tells the halves of some ints, and each of some tags."""
    facts = [Fact(f"f{i}", "int", "optional", cuts=tuple(range(N_CUTS))) for i in range(n_facts)]
    asked = [(f"f{i}", N_CUTS // 2, N_CUTS + 1) for i in range(n_facts)]
    asked += [(f"tags={tag}", 1, 1) for tag in TAGS]
    points = [f"p{i}" for i in range(len(asked))]
    definitions = [
        Definition(point, "product", ({"x": all_of(literal)},), (point,), scope="all")
        for point, literal in zip(points, asked, strict=True)
    ]
    entity = Entity("x", (*facts, Fact("tags", "tags_int", cuts=TAGS)))
    world = World((entity,), tuple(map(Point, points)), tuple(definitions))
    return rulec_runtime.from_bytes(artifact_of(world))


def columns_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    names = [name for name in rows[0] if name != "tags"]
    tags = [row["tags"] for row in rows]
    offsets = np.cumsum([0, *map(len, tags)])
    ints = {f"x.{name}": np.array([row[name] for row in rows]) for name in names}
    values = np.array([tag for own in tags for tag in own], np.int64)
    return {**ints, "x.tags": (offsets, values)}


@pytest.mark.parametrize("n_facts", [0, 1, 3, N_FACTS])
def test_rows_that_differ_in_one_fact(n_facts: int) -> None:
    program, chance = program_of(n_facts), random.Random(n_facts)
    rows: list[dict[str, Any]] = []
    for _ in range(40):
        row = {f"f{i}": chance.randrange(-1, N_CUTS + 1) for i in range(n_facts)}
        rows.append({**row, "tags": chance.sample(TAGS, chance.randrange(5))})
        rows += [{**rows[-1], name: (row[name] + N_CUTS // 2) % N_CUTS} for name in row]
        rows.append({**rows[-1], "tags": chance.sample(TAGS, chance.randrange(5))})
    single = decisions(program, [{"x": row} for row in rows])
    batch = program.batch(columns_of(rows))
    for _ in range(4):
        assert batch.resolve_points(program.points).tolist() == single
        assert decisions(program, [{"x": row} for row in rows]) == single


def test_tags_in_any_order_and_named_again() -> None:
    program = program_of(1)
    orders = [list(own) for n in range(5) for own in itertools.permutations(TAGS, n)]
    orders += [[*own, *own[:2]] for own in orders] + [[*own, 4, 501] for own in orders]
    rows = [{"f0": 1 + n % 2 * N_CUTS // 2, "tags": own} for n, own in enumerate(orders)]
    single = decisions(program, [{"x": row} for row in rows])
    batch = program.batch(columns_of(rows))
    for _ in range(4):
        assert batch.resolve_points(program.points).tolist() == single
