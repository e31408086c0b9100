"""Worlds beyond one word, one block, one step, the inline checks: every road like the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engine.handmade import artifact_of
from engine.handmade_world import Binding, Condition, Definition, Entity, Fact, Point, World, all_of
from engine.made_widths import wide_requests, wide_rules
from engine.random_worlds import Meaning
from roads import Road, write_ruleset

from rulec_runtime import Program, from_bytes

N_CARRIED = 600
ON = all_of(("on", 1, 1))
OFF = all_of(("on", 0, 0))


def expect(program: Program, facts: dict[str, dict[str, Any]], codes: tuple[str, ...]) -> None:
    """Holds a match of facts, also of those that are kept, and one of profiles to its codes."""
    profiles = {name: program.profile(name, given) for name, given in facts.items()}
    matches = [program.match(facts) for _ in range(3)]
    for match in (*matches, program.match_profiles(**profiles)):
        assert match.codes == codes
        assert match.identity == next(iter(codes), "platform")


# --- positions ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def carried() -> World:
    """A business a tag, each a term of the seller that checks a position of the item."""
    tags = Fact("tags", "tags_int", cuts=tuple(range(N_CARRIED)))
    entities = (Entity("seller", (Fact("on", "flag"),)), Entity("item", (tags,), "commodity"))
    definitions = tuple(
        Definition(
            f"b{tag}",
            "business",
            ({"seller": ON, "item": all_of((f"tags={tag}", 1, 1))},),
            (Binding("p"),),
            rank=tag,
        )
        for tag in range(N_CARRIED)
    )
    return World(entities, (Point("p"),), definitions)


SEAMS = [0, 1, 62, 63, 64, 65, 126, 127, 128, 129, 191, 192, 255, 256, 511, 512, 513, 575, 599]


def test_each_position_is_its_own(carried: World) -> None:
    program = from_bytes(artifact_of(carried))
    for tag in SEAMS:
        expect(program, {"seller": {"on": True}, "item": {"tags": [tag]}}, (f"b{tag}",))
    carriers = tuple(f"b{tag}" for tag in SEAMS)
    expect(program, {"seller": {"on": True}, "item": {"tags": SEAMS}}, carriers)
    expect(program, {"seller": {"on": False}, "item": {"tags": SEAMS}}, ())


def test_each_position_is_its_own_in_a_batch(carried: World) -> None:
    program = from_bytes(artifact_of(carried))
    tags = np.arange(N_CARRIED)
    columns = {
        "seller.on": np.ones(N_CARRIED, bool),
        "item.tags": (np.arange(N_CARRIED + 1), tags),
    }
    batch = program.batch(columns)
    names = [batch.identities[number] for number in batch.identify()]
    assert names == [f"b{tag}" for tag in tags]
    sellers = program.profile_ids("seller", {"seller.on": np.array([True])})
    items = program.profile_ids("item", {"item.tags": columns["item.tags"]})
    found = [program.match_profiles(seller=sellers[0], item=item).identity for item in items]
    assert found == names


# --- entities and checks -----------------------------------------------------------------------


@pytest.mark.parametrize("n_entities", [1, 2, 5, 12])
def test_each_check_counts(n_entities: int) -> None:
    """Definition k asks that entity k is off and every other one on: any check may fail it."""
    names = [f"e{number}" for number in range(n_entities)]
    entities = tuple(Entity(name, (Fact("on", "flag"),)) for name in names)

    def term(off: str) -> dict[str, Condition]:
        return {name: OFF if name == off else ON for name in names}

    definitions = tuple(
        Definition(f"d{name}", "business", (term(name),), ("p",), rank=rank)
        for rank, name in enumerate(names)
    )
    world = World(entities, (Point("p"),), definitions)
    program = from_bytes(artifact_of(world))
    for facts in _nearly_on(names):
        expect(program, facts, Meaning(world, facts).codes)
    rows = list(_nearly_on(names))
    batch = program.batch(
        {f"{name}.on": np.array([row[name]["on"] for row in rows]) for name in names}
    )
    winners = [program.decisions[number].code for number in batch.resolve("p")]
    assert winners == [program.resolve("p", row).code for row in rows]


def _nearly_on(names: list[str]) -> Iterator[dict[str, dict[str, Any]]]:
    """Every entity on but at most two."""
    for first in names:
        for second in names:
            yield {name: {"on": name not in (first, second)} for name in names}


# --- all of it, through the compiler -----------------------------------------------------------


@pytest.mark.parametrize(
    ("n_entities", "n_definitions", "section", "least"),
    [
        (1, 600, "facets", 129),
        (2, 1600, "flats", 513),
        (5, 600, "checks", 1),  # those beyond the three of a term itself
        (12, 300, "triggers", 513),
    ],
)
def test_a_wide_world_means_what_the_oracle_says(
    n_entities: int, n_definitions: int, section: str, least: int, tmp_path: Path
) -> None:
    road = Road(write_ruleset(tmp_path, wide_rules(n_entities, n_definitions)))
    assert road.program.section_sizes()[section][0] >= least
    requests = wide_requests(n_entities, 12)
    answers = road.ask_all(requests)
    assert len({answer.codes for answer in answers}) == len(requests)
