"""The native index of cubes says what looking at every spot of a tiny world says."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulec.analysis.cube_index import CubeIndex
from rulec.analysis.witness import Undecided

Cube = dict[int, int]
NOWHERE = 0xFFFFFFFF


class Made(NamedTuple):
    """A tiny world and cubes over it; the first facet may have classes that no request has."""

    possible: Sequence[int]
    rest: Sequence[int]
    cubes: Sequence[Cube]
    asked: Cube


@st.composite
def made(draw: st.DrawFn) -> Made:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    possible = [draw(st.integers(1, (1 << size) - 1)) for size in sizes]
    rest = [draw(st.sampled_from([c for c in range(4) if mask >> c & 1])) for mask in possible]
    masks = [
        st.sampled_from([part for part in range(1, mask + 1) if part & mask == part])
        for mask in possible
    ]
    cube = st.fixed_dictionaries({}, optional=dict(enumerate(masks)))
    return Made(possible, rest, draw(st.lists(cube, max_size=7)), draw(cube))


def spots(world: Made) -> Iterator[Cube]:
    """Every spot, written out."""
    ranges = [[c for c in range(4) if mask >> c & 1] for mask in world.possible]
    return (dict(enumerate(classes)) for classes in product(*ranges))


def lies_in(spot: Mapping[int, int], cube: Mapping[int, int]) -> bool:
    return all(mask >> spot[facet] & 1 for facet, mask in cube.items())


def index_of(world: Made) -> CubeIndex:
    index = CubeIndex(world.possible, world.rest)
    assert [index.add(cube) for cube in world.cubes] == list(range(len(world.cubes)))
    return index


@given(made(), st.sets(st.integers(0, 6)))
def test_every_question_is_answered_as_by_looking_everywhere(world: Made, out: set[int]) -> None:
    index, every = index_of(world), list(spots(world))
    for number in out & set(range(len(world.cubes))):
        index.remove(number)
    left = {n: cube for n, cube in enumerate(world.cubes) if n not in out}
    for spot in every:
        given_spot = {f: c for f, c in spot.items() if c != world.rest[f]}
        assert index.at(given_spot) == [n for n, cube in left.items() if lies_in(spot, cube)]
    own = [spot for spot in every if lies_in(spot, world.asked)]
    assert index.around(world.asked) == [
        n for n, cube in left.items() if all(lies_in(spot, cube) for spot in own)
    ]
    row = index.meeting(world.asked)
    assert [n for n in range(len(world.cubes)) if row >> n & 1] == [
        n for n, cube in left.items() if any(lies_in(spot, cube) for spot in own)
    ]


@given(made(), st.data())
def test_an_escape_is_found_where_there_is_one(world: Made, data: st.DataObject) -> None:
    index, n = index_of(world), len(world.cubes)
    places = data.draw(st.lists(st.sampled_from([0, 1, 2, 3, NOWHERE]), min_size=n, max_size=n))
    marks = data.draw(st.none() | st.binary(min_size=n, max_size=n))
    also = None if marks is None else bytearray(1 if mark > 200 else 0 for mark in marks)
    limit = data.draw(st.integers(0, 4))
    in_the_way = [
        cube
        for number, cube in enumerate(world.cubes)
        if places[number] < limit or (also is not None and also[number])
    ]
    free = [
        spot
        for spot in spots(world)
        if lies_in(spot, world.asked) and not any(lies_in(spot, cube) for cube in in_the_way)
    ]
    found = index.escape(world.asked, array("I", places), limit, also)
    assert not isinstance(found, Undecided)
    assert (found is None) is (not free)
    if found is not None:
        assert {**dict(enumerate(world.rest)), **found} in free
    assert index.escape(world.asked, array("I", places), limit, also, 0) in (found, Undecided())


def test_sets_of_many_classes_are_whole() -> None:
    """More words than one, ranges from and to both ends, and everything but one."""
    every = (1 << 1_000) - 2
    index = CubeIndex([every, 3], [1, 0])
    ranges = [every & ~((1 << n) - 1) for n in (2, 500, 999)]
    cubes = [{0: mask} for mask in (*ranges, every & ~(1 << 700), 1 << 700, every)]
    for cube in cubes:
        index.add(cube)
    for each in (1, 2, 499, 500, 699, 700, 701, 999):
        assert index.at({0: each}) == [n for n, cube in enumerate(cubes) if cube[0] >> each & 1]
    assert index.around({0: 3 << 700}) == [0, 1, 5]
    assert index.around({1: 1}) == [5]
    assert index.meeting({0: 1 << 700 | 2}) == 0b111011
    places = array("I", [0, 0, 0, 1, 1, 2])
    assert index.escape({}, places, 1) == {}
    assert index.escape({0: 1 << 700 | 1 << 1}, places, 1) == {}
    assert index.escape({0: 3 << 700}, places, 1) is None
    assert index.escape({0: 1 << 1 | 1 << 700}, places, 2) is None
    assert index.escape({0: 1 << 1 | 3 << 700, 1: 2}, places, 0) == {1: 1}


def test_what_is_no_cube_is_refused() -> None:
    index = CubeIndex([3, 6], [0, 1])
    index.add({0: 1})
    for cube in ({2: 1}, {-1: 1}, {0: 0}, {0: -1}, {0: 1 << 64}):
        with pytest.raises(ValueError, match=r"facet"):
            index.add(cube)
    for asked in (index.around, index.meeting):
        with pytest.raises(ValueError, match=r"facet"):
            asked({2: 1})
    for spot in ({2: 0}, {0: 64}):
        with pytest.raises(ValueError, match=r"class"):
            index.at(spot)
    with pytest.raises(ValueError, match="a place"):
        index.escape({}, array("I"), 0)
    with pytest.raises(ValueError, match="a place"):
        index.escape({}, array("I", [0]), 0, bytearray())
    with pytest.raises(IndexError):
        index.remove(1)
    with pytest.raises(ValueError, match="rests"):
        CubeIndex([2], [0])
    with pytest.raises(ValueError, match="one class"):
        CubeIndex([2], [])
    assert len(index) == 1
