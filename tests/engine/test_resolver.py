"""A prepared point answers as the program does, whatever stands for an entity."""

from __future__ import annotations

import random

import pytest
from engine.handmade import artifact_of
from engine.made_shop import dated_shop, shop
from engine.random_worlds import random_facts, random_world

from rulec_runtime import ProfileError, Program, TimeError, from_bytes

NOW = "1970-01-01T00:00:00Z"


def profiles_of(program: Program, facts: dict[str, dict[str, object]]) -> list[object]:
    """A profile of each entity, by place."""
    return [program.profile(table.name, facts.get(table.name)) for table in program.entities]


@pytest.mark.parametrize("seed", range(20))
def test_it_decides_as_the_program(seed: int) -> None:
    chance = random.Random(seed)
    world = random_world(chance)
    program = from_bytes(artifact_of(world))
    scenarios = (None, *program.scenarios)
    resolvers = {
        (point, scenario): program.resolver(point, scenario)
        for point in program.points
        for scenario in scenarios
    }
    for _ in range(8):
        facts = random_facts(chance, world)
        profiles = profiles_of(program, facts)
        for (point, scenario), resolve in resolvers.items():
            expected = program.resolve(point, facts, scenario, NOW)
            assert resolve(*profiles, as_of=NOW) is expected
            assert resolve.__call__(*profiles, as_of=NOW) is expected
        match = program.match(facts, NOW)
        for scenario in scenarios:
            points = (*program.points, *program.points[:1])
            expected_all = [program.resolve(point, facts, scenario, NOW) for point in points]
            assert list(match.resolve_points(points, scenario)) == expected_all


def test_what_is_left_out_or_none_has_no_facts() -> None:
    program = from_bytes(artifact_of(shop()))
    point = program.points[0]
    resolve = program.resolver(point)
    names = [table.name for table in program.entities]
    item = program.profile("item", {"price": "19.90", "tags": [4199]})
    given = [item if name == "item" else None for name in names]
    expected = program.resolve_profiles(point, item=item)
    assert resolve(*given) is expected
    while given and given[-1] is None:
        given.pop()
    assert resolve(*given) is expected
    assert (resolve.point, resolve.scenario) == (point, None)


def test_ids_stand_for_profiles() -> None:
    program = from_bytes(artifact_of(shop()))
    point = program.points[0]
    resolve = program.resolver(point)
    place = [table.name for table in program.entities].index("item")
    columns = {"item.price": [19.9, 250.0, 19.9], "item.tags": [[4199], [], [77]]}
    for number, price, tags in zip(
        program.profile_ids("item", columns), *columns.values(), strict=True
    ):
        given: list[object] = [None] * len(program.entities)
        for form in (number, int(number)):
            given[place] = form
            expected = program.resolve(point, {"item": {"price": price, "tags": tags}})
            assert resolve(*given) is expected


def test_what_stands_for_nothing_is_refused() -> None:
    program, other = from_bytes(artifact_of(shop())), from_bytes(artifact_of(shop()))
    resolve = program.resolver(program.points[0])
    names = [table.name for table in program.entities]
    place = names.index("item")
    item = program.profile("item", {"price": "19.90"})
    foreign = int(other.profile_ids("item", {"item.price": [19.9]})[0])
    program.profile_ids("item", {"item.price": [19.9]})
    before: list[object] = [None] * place
    for wrong in (foreign, 7, -1, 1 << 80, "item", 1.5):
        with pytest.raises(ProfileError):
            resolve(*before, wrong)
    seller = names.index("seller")
    swapped: list[object] = [None] * len(names)
    swapped[place], swapped[seller] = item, item
    with pytest.raises(ProfileError, match="given one of `item`"):
        resolve(*swapped)
    with pytest.raises(TypeError, match="profiles for"):
        resolve(*[None] * (len(names) + 1))
    with pytest.raises(TypeError, match="as_of"):
        resolve(*before, item, item=item)
    assert resolve(*before, item) is program.resolve_profiles(program.points[0], item=item)


def test_a_profile_of_an_older_program_is_read_again() -> None:
    older, newer = from_bytes(artifact_of(shop())), from_bytes(artifact_of(dated_shop()))
    facts = {"price": "250.00", "tags": [4199]}
    item = older.profile("item", facts)
    place = [table.name for table in newer.entities].index("item")
    given: list[object] = [None] * place
    for point in newer.points:
        found = newer.resolver(point)(*given, item, as_of=NOW)
        assert found is newer.resolve(point, {"item": facts}, as_of=NOW)
        with pytest.raises(TimeError):
            newer.resolver(point)(*given, item)


def test_batches_decide_points_together_as_one_by_one() -> None:
    program = from_bytes(artifact_of(dated_shop()))
    columns = {
        "item.price": [19.9, 250.0, 19.9, 99.0],
        "item.tags": [[4199], [], [77, 4199], [77]],
        "seller.isTMSeller": [True, False, True, True],
    }
    batch = program.batch(columns, as_of=NOW)
    for scenario in (None, *program.scenarios):
        points = (*program.points, program.points[0])
        together = batch.resolve_points(points, scenario)
        for point, found in zip(points, together, strict=True):
            assert found.tolist() == batch.resolve(point, scenario).tolist()
