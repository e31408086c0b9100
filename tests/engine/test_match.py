"""Who matches, who is identified and who wins: the engine against a plain reading of the rules."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from engine.handmade import artifact_of
from engine.made_shop import shop
from engine.random_worlds import SCENARIOS, Meaning, random_facts, random_world
from hypothesis import given
from hypothesis import strategies as st

from rulec_runtime import PointError, Program, from_bytes

N_REQUESTS = 8
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(st.integers(0, 2**64))
def test_the_engine_means_what_the_rules_say(seed: int) -> None:
    chance = random.Random(seed)
    world = random_world(chance)
    program = from_bytes(artifact_of(world))
    for _ in range(N_REQUESTS):
        facts = random_facts(chance, world)
        as_of = chance.choice((-1, 0, 9, 10, 19, 20))
        scenario = chance.choice((None, *SCENARIOS))
        expect_meaning(program, Meaning(world, facts, as_of), scenario, chance)


def expect_meaning(
    program: Program, meaning: Meaning, scenario: str | None, chance: random.Random
) -> None:
    """Holds every face of the engine against one meaning, asked in any order."""
    facts, points = meaning.facts, list(meaning.world.points)
    as_of = EPOCH + timedelta(microseconds=meaning.as_of)
    identity = meaning.identity.code if meaning.identity else "platform"
    winners = {point.code: meaning.winners(point, scenario) for point in points}
    profiles = {name: program.profile(name, given) for name, given in facts.items()}
    absent_is_fine = all(
        entity.name in facts or all(fact.presence != "required" for fact in entity.facts)
        for entity in meaning.world.entities
    )
    assert absent_is_fine
    matches = [program.match(facts, as_of), program.match_profiles(as_of, **profiles)]
    for point in chance.sample(points, len(points)):
        first, asked = winners[point.code][0], (scenario, as_of)
        assert program.resolve(point.code, facts, *asked).implementation == first
        decision = program.resolve_profiles(point.code, *asked, **profiles)
        assert decision.implementation == first
        assert decision is program.decisions[decision.number]
        for match in matches:
            assert match.resolve(point.code, scenario) is decision
            found = match.resolve_all(point.code, scenario)
            assert [each.implementation for each in found] == winners[point.code]
    for match in matches:
        assert match.codes == meaning.codes
        assert match.identity == identity
        decisions = match.resolve_points(winners, scenario)
        assert [each.implementation for each in decisions] == [each[0] for each in winners.values()]
    assert program.identify(facts, as_of) == identity


@pytest.fixture
def program() -> Program:
    return from_bytes(artifact_of(shop()))


TMALL: dict[str, dict[str, Any]] = {"seller": {"isTMSeller": True}, "item": {"price": 1}}


def test_a_business_that_does_not_bind_falls_through(program: Program) -> None:
    item = {"price": 1, "tags": [4199]}
    match = program.match({**TMALL, "item": item})
    assert match.identity == "tmall.g20"
    assert match.resolve("Order.validate").code == "tmall.g20"
    assert match.resolve("Price.discount").code == "tmall"


def test_a_product_counts_only_for_the_business_that_installed_it(program: Program) -> None:
    presale = {"price": 1, "tags": [77]}
    online = {"channel": "app"}
    alone = program.match({"item": presale, "place": online})
    tmall = program.match({"item": presale, "place": online, "seller": {"isTMSeller": True}})
    drone = {"price": 1, "tags": [77, 4199]}
    g20 = program.match({"item": drone, "place": online, "seller": {"isTMSeller": True}})
    assert [match.codes for match in (alone, tmall, g20)] == [
        ("notice",),
        ("notice", "tmall"),
        ("presale", "notice", "tmall.g20", "tmall"),
    ]
    assert g20.resolve("Order.validate").code == "presale"
    assert g20.resolve("Price.discount").code == "tmall"


def test_a_match_outlives_its_program_and_its_facts() -> None:
    program = from_bytes(artifact_of(shop()))
    facts: dict[str, Any] = {"seller": {"isTMSeller": True}, "item": {"price": 1}}
    match = program.match(facts)
    facts["seller"].clear()
    for _ in range(10):
        program.match({"item": {"price": 2}})
    del program
    assert match.identity == "tmall"
    assert match.resolve("Order.validate").code == "tmall"


def test_points_are_answered_in_the_order_asked(program: Program) -> None:
    match = program.match(TMALL)
    asked = ["Shipping.route", "Order.validate", "Shipping.route"]
    assert [each.point for each in match.resolve_points(iter(asked))] == asked
    assert match.resolve_points([]) == ()


@pytest.mark.parametrize("point", ["Order.validat", "", "\ud800", None, 3, ["Order.validate"]])
def test_an_unknown_point_is_an_error(program: Program, point: Any) -> None:
    for ask in (program.match(TMALL).resolve, lambda each: program.resolve(each, TMALL)):
        with pytest.raises(PointError):
            ask(point)


def test_an_unknown_point_gets_a_suggestion(program: Program) -> None:
    with pytest.raises(PointError, match=r"did you mean `Order.validate`\?") as unknown:
        program.match(TMALL).resolve("Order.validat")
    assert unknown.value.suggestion == "Order.validate"


def test_more_candidates_than_insertion_sort_takes() -> None:
    world = shop()
    tmall = world.definitions[3]
    crowd = tuple(replace(tmall, code=f"tmall{n}", rank=10 + n) for n in range(500))
    program = from_bytes(artifact_of(replace(world, definitions=(*world.definitions[:4], *crowd))))
    assert program.match(TMALL).codes == ("notice", "tmall", *(each.code for each in crowd))
