"""Slots say what a search would; those that do not are refused."""

from __future__ import annotations

import random

import pytest
from engine.artifact_bytes import write
from engine.handmade import sections_of
from engine.handmade_rules import Sections
from engine.made_shop import shop

from rulec.layout.plan import fields as fields_of
from rulec.layout.slots import buckets, hash_of_name, hash_of_tag, places
from rulec_runtime import ArtifactError, from_bytes
from rulec_runtime.format import NONE, SECTIONS

FACTS = fields_of("facts")


@pytest.mark.parametrize("reach", [12, 60, 10_000, 1 << 40, 1 << 63])
def test_buckets_count_the_cuts_below_them(reach: int) -> None:
    chance = random.Random(reach)
    cuts = sorted({chance.randrange(-reach, reach) for _ in range(40)})
    table = buckets(cuts)
    for value in (*cuts, *(cut - 1 for cut in cuts), *(cut + 1 for cut in cuts)):
        if not cuts[0] <= value <= cuts[-1]:
            continue
        bucket = value - cuts[0] >> table.shift
        n = sum(cut <= value for cut in cuts)
        assert table.slots[bucket] <= n <= table.slots[bucket + 1]


@pytest.mark.parametrize("n", [5, 64, 3_000])
def test_each_name_stands_close_behind_its_hash(n: int) -> None:
    for hashes in (
        [hash_of_tag(tag) for tag in range(-n, n, 2)],
        [hash_of_name(b"word %d" % number) for number in range(n)],
    ):
        table = places(hashes)
        assert sorted(place for place in table.slots if place != NONE) == list(range(n))


def test_names_that_no_seed_spreads_are_left_to_a_search() -> None:
    assert places([1] * 40).slots == ()


def with_slots(fact: int, slots: list[int], shift: int = 0, seed: int = 0) -> Sections:
    """The shop, one of whose facts has slots."""
    sections = sections_of(shop())
    values = list(sections["facts"][fact])
    for name, value in (("n_slots", len(slots)), ("shift", shift), ("seed", seed)):
        values[FACTS.index(name)] = value
    sections["facts"][fact] = tuple(values)
    sections["slots"] = [(slot,) for slot in slots]
    return sections


def facts_with(section: str) -> list[int]:
    """The facts of the shop that have cuts, or words."""
    place = FACTS.index({"cuts": "n_cuts", "words": "n_words"}[section])
    records = enumerate(sections_of(shop())["facts"])
    return [number for number, values in records if values[place]]


@pytest.mark.parametrize("section", ["cuts", "words"])
@pytest.mark.parametrize("slots", [[NONE], [NONE] * 4, [0] * 3, [99] * 8])
def test_slots_that_say_something_else_are_refused(section: str, slots: list[int]) -> None:
    for fact in facts_with(section):
        with pytest.raises(ArtifactError) as refused:
            from_bytes(write(with_slots(fact, slots), 2))
        assert refused.value.check == "slots"


@pytest.mark.parametrize(("shift", "seed"), [(1, 0), (0, 1)])
def test_a_fact_without_slots_has_no_shift_and_no_seed(shift: int, seed: int) -> None:
    with pytest.raises(ArtifactError) as refused:
        from_bytes(write(with_slots(0, [], shift, seed), 2))
    assert refused.value.check == "slots"


def test_the_section_is_there() -> None:
    assert "slots" in [item.name for item in SECTIONS]
