"""Profiles keep what facts mean: for their program, and for the next one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from engine.handmade import artifact_of
from engine.handmade_world import Fact, World
from engine.made_shop import shop

from rulec_runtime import FactError, Profile, ProfileError, Program, from_bytes

FACTS: dict[str, dict[str, Any]] = {
    "seller": {"isTMSeller": True, "level": 5, "city": "杭州"},
    "item": {"tags": [4199, 77], "price": "19.90", "brand": None},
    "place": {"channel": "app"},
}


@pytest.fixture
def program() -> Program:
    return from_bytes(artifact_of(shop()))


def profiles_of(program: Program) -> dict[str, Profile]:
    return {entity: program.profile(entity, given) for entity, given in FACTS.items()}


def without_cuts(world: World) -> World:
    """The same facts in a program whose classes are others: level and tags have other cuts."""
    seller, item, place = world.entities
    level = replace(seller.facts[1], cuts=(4, 5, 6))
    tags = replace(item.facts[0], cuts=(-5, 70, 77, 78, 4199))
    return replace(
        world,
        entities=(
            replace(seller, facts=(seller.facts[0], level, *seller.facts[2:])),
            replace(item, facts=(tags, *item.facts[1:])),
            place,
        ),
    )


def test_profiles_answer_as_facts_do(program: Program) -> None:
    profiles = profiles_of(program)
    expected = program.match(FACTS)
    assert program.match_profiles(**profiles).codes == expected.codes
    for point in program.points:
        assert program.resolve_profiles(point, **profiles) is expected.resolve(point)


def test_an_entity_without_a_profile_has_no_facts(program: Program) -> None:
    item = program.profile("item", {"price": 1})
    assert program.match_profiles(item=item).codes == ("notice",)
    assert program.match_profiles(item=item, seller=None).codes == ("notice",)
    with pytest.raises(FactError) as missing:
        program.match_profiles()
    assert (missing.value.entity, missing.value.fact) == ("item", "price")
    with pytest.raises(FactError):
        program.resolve_profiles("Order.validate", item=None)


def test_no_facts_at_all_are_a_profile_too(program: Program) -> None:
    item = program.profile("item", {"price": 1})
    nothing: tuple[dict[str, Any] | None, ...] = (None, {})
    for facts in nothing:
        seller = program.profile("seller", facts)
        assert program.match_profiles(seller=seller, item=item).identity == "platform"


def test_a_profile_is_read_at_once(program: Program) -> None:
    with pytest.raises(FactError):
        program.profile("item", {"price": "x"})
    with pytest.raises(FactError):
        program.profile("item", {})
    pairs: Any = [("price", 1)]
    with pytest.raises(FactError, match="a mapping of facts"):
        program.profile("item", pairs)


def test_what_is_no_profile_of_the_entity_is_refused(program: Program) -> None:
    profiles = profiles_of(program)
    with pytest.raises(ProfileError, match="given one of `item`"):
        program.match_profiles(seller=profiles["item"])
    with pytest.raises(ProfileError, match=r"no entity `sellar`; did you mean `seller`\?"):
        program.match_profiles(sellar=profiles["seller"])
    foreign: Any = {"isTMSeller": True}
    with pytest.raises(ProfileError, match="expected a profile, given the mapping"):
        program.resolve_profiles("Order.validate", seller=foreign)
    with pytest.raises(ProfileError, match=r"no entity `itm`; did you mean `item`\?"):
        program.profile("itm", {})


def test_a_profile_keeps_its_own_facts(program: Program) -> None:
    tags: list[Any] = [4199]
    facts = {"tags": tags, "price": 1}
    item = program.profile("item", facts)
    seller = program.profile("seller", {"isTMSeller": True})
    tags.clear()
    facts["price"] = "nonsense"
    newer = from_bytes(artifact_of(without_cuts(shop())))
    for each in (program, newer):
        assert each.match_profiles(item=item, seller=seller).identity == "tmall.g20"


def test_a_newer_program_reads_the_kept_facts_again(program: Program) -> None:
    profiles = profiles_of(program)
    newer = from_bytes(artifact_of(without_cuts(shop())))
    assert newer.hash != program.hash
    for each in (newer, program, newer, newer, program):
        assert each.match_profiles(**profiles).codes == each.match(FACTS).codes


def test_facts_of_every_type_are_kept(program: Program) -> None:
    class Tag:
        def __init__(self, number: int) -> None:
            self.number = number

        def __index__(self) -> int:
            return self.number

    tag = Tag(4199)
    item = program.profile("item", {"tags": {tag}, "price": Decimal("1.50"), "weight": "0.25"})
    tag.number = 1
    seller = program.profile("seller", {"isTMSeller": True})
    newer = from_bytes(artifact_of(without_cuts(shop())))
    assert newer.match_profiles(item=item, seller=seller).identity == "tmall.g20"


def test_a_program_whose_vocabulary_refuses_the_facts_says_so(program: Program) -> None:
    world = shop()
    seller, item, place = world.entities
    narrow = replace(item.facts[1], high=5)
    item = replace(item, facts=(item.facts[0], narrow, *item.facts[2:]))
    strict = replace(world, entities=(seller, item, place))
    profile = program.profile("item", {"price": "19.90"})
    other = from_bytes(artifact_of(strict))
    for _ in range(2):
        with pytest.raises(FactError):
            other.match_profiles(item=profile)
    assert program.match_profiles(item=profile).identity == "platform"


def test_a_program_without_the_entity_refuses_the_profile(program: Program) -> None:
    world = shop()
    renamed = replace(world.entities[0], name="vendor")
    definitions = tuple(
        replace(each, terms=tuple(
            {("vendor" if name == "seller" else name): held for name, held in term.items()}
            for term in each.terms
        ))
        for each in world.definitions
    )  # fmt: skip
    other = from_bytes(
        artifact_of(
            replace(world, entities=(renamed, *world.entities[1:]), definitions=definitions)
        )
    )
    profile = program.profile("seller", {})
    with pytest.raises(ProfileError):
        other.match_profiles(seller=profile)
    with pytest.raises(ProfileError):
        other.match_profiles(vendor=profile)


def test_an_entity_may_be_called_point() -> None:
    world = shop()
    named = replace(world.entities[2], name="point", facts=(Fact("it", "flag"),))
    plain = tuple(replace(each, terms=()) for each in world.definitions)
    program = from_bytes(artifact_of(replace(world, entities=(named,), definitions=plain)))
    profile = program.profile("point", {"it": True})
    assert program.resolve_profiles("Order.validate", point=profile).code == "platform"
    assert program.match_profiles(point=profile).identity == "platform"
