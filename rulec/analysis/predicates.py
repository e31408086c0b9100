"""The conditions of a rule set as predicates by number, and which of them hold at a spot.

In: a `World` and conditions in negation normal form. Out: `Predicates`. Each keeps its tree, the
tree of where it does not hold, and, where it is a few cubes, those.

Finding who holds at a spot asks nobody one by one: their cubes stand in an index
(`cube_index.pyx`).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

import numpy as np

from rulec.analysis.budget import Allowance
from rulec.analysis.cube_index import CubeIndex
from rulec.analysis.witness import Undecided
from rulec.analysis.world import All, Lit, Numbered, Some, Spot, Tree, World, deny, joined
from rulec.logic import Node
from rulec.simplify.values import Literal

__all__ = ["Holding", "Predicate", "Predicates"]

MAX_CUBES: Final = 32
"""A condition of more stays a tree, and is found by its hull."""


class Predicate:
    """One condition: `source` as literals, `tree` over numbers, `cubes` whose union it is."""

    __slots__ = ("_denial", "_world", "around", "cubes", "hull", "source", "tree")

    def __init__(self, world: World, source: Node[Literal]) -> None:
        self.source = source
        self.tree = world.tree(source)
        self.cubes = _cubes(self.tree)
        self.hull = _hull(self.tree) if self.cubes is None else _around(self.cubes)
        """The smallest cube around it; None where it never holds."""
        self.around: tuple[Numbered, ...] = () if self.hull is None else (self.hull,)
        """Cubes it lies in: its own, or its hull."""
        if self.cubes is not None:
            self.around = self.cubes
        self._world = world
        self._denial: Tree | None = None

    @property
    def denial(self) -> Tree:
        """Where it does not hold."""
        if self._denial is None:
            self._denial = deny(self._world, _union(self.cubes) if self.cubes else self.tree)
        return self._denial


class Predicates:
    """Predicates, numbered as they are added; the cubes of indexed ones stand in one index.

    Of one that is too many cubes, its hull stands there.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.index = CubeIndex(world.possible, world.rest)
        self._all: list[Predicate] = []
        self._cubes: dict[int, range] = {}
        """Of each indexed predicate, its cubes by number."""
        self.owner: list[int] = []
        """Of each cube, its predicate."""
        self._marks = bytearray()
        self._places = array("I")
        """By cube: room for a question about a few, all 0 between two."""
        self._is_in_order = True
        """Whether cubes ascend as their predicates do: until one is restated."""

    def __getitem__(self, number: int) -> Predicate:
        return self._all[number]

    def __len__(self) -> int:
        return len(self._all)

    def add(self, source: Node[Literal], *, is_indexed: bool = True) -> int:
        """The number of one more predicate; `holding` finds those that are indexed."""
        number, predicate = len(self._all), Predicate(self.world, source)
        self._all.append(predicate)
        if is_indexed:
            first = len(self.owner)
            for cube in predicate.around:
                self.index.add(cube)
                self.owner.append(number)
            self._cubes[number] = range(first, len(self.owner))
        return number

    def restate(self, number: int, source: Node[Literal]) -> range:
        """Give an indexed predicate another condition; the cubes that are gone, by their numbers.

        The world must tell apart what the condition does.
        """
        gone, predicate = self._cubes[number], Predicate(self.world, source)
        self._all[number] = predicate
        for cube in gone:
            self.index.remove(cube)
        first = len(self.owner)
        for each in predicate.around:
            self.index.add(each)
            self.owner.append(number)
        self._cubes[number] = range(first, len(self.owner))
        self._is_in_order = False
        return gone

    def cubes(self, number: int) -> range:
        """The cubes of an indexed predicate, by their numbers in the index."""
        return self._cubes[number]

    def escape(
        self,
        allowance: Allowance,
        cube: Numbered,
        places: array[int],
        limit: int,
        also: bytearray | None = None,
    ) -> Spot | Undecided | None:
        """One search of the index, its looks counted: `CubeIndex.escape`."""
        found = self.index.escape(cube, places, limit, also, allowance.left)
        allowance.spend(self.index.looks)
        return found

    def outside(
        self, cubes: Iterable[Numbered], number: int, allowance: Allowance
    ) -> Spot | Undecided | None:
        """A spot of some cubes that is in no cube of an indexed predicate; None: no spot is."""
        n_new = len(self.owner) - len(self._marks)
        if n_new:
            self._marks.extend(bytes(n_new))
            self._places.extend(array("I", [0]) * n_new)
        own = self._cubes[number]
        self._marks[own.start : own.stop] = b"\1" * len(own)
        spots = (self.escape(allowance, cube, self._places, 0, self._marks) for cube in cubes)
        found = next((spot for spot in spots if spot is not None), None)
        self._marks[own.start : own.stop] = bytes(len(own))
        return found

    def around(self, cubes: Iterable[Numbered]) -> set[int]:
        """The indexed predicates that may contain all of some cubes; no other one does.

        One with a single cube contains them all. One with several holds where each of them rests.
        """
        found: set[int] | None = None
        owner = self.owner
        for cube in cubes:
            spot = self.world.settle(cube)
            if spot is None:
                continue
            own = {owner[each] for each in self.index.around(cube)}
            at_rest = self.index.at(spot) if not isinstance(spot, Undecided) else range(len(owner))
            own |= {n for each in at_rest if len(self._cubes[n := owner[each]]) > 1}
            found = own if found is None else found & own
        return set() if found is None else found

    def holds(self, number: int, spot: Spot) -> bool:
        """Whether one predicate holds at a spot."""
        return self.world.holds(self._all[number].tree, spot)

    def holding(self, spot: Spot) -> Holding:
        """The indexed predicates that hold at a spot."""
        cubes = self.index.at(spot)
        if not self._is_in_order:
            cubes.sort(key=self.owner.__getitem__)
        return Holding(self, spot, cubes)

    def meeting(self, number: int) -> set[int]:
        """The indexed predicates that may share a request with one: some of their cubes meet."""
        row = self._meeting(number)
        return {
            owner
            for owner, bit in zip(self.owner, reversed(f"{row:b}"), strict=False)
            if bit == "1"
        }

    def n_meeting(self) -> Iterator[tuple[int, int, int]]:
        """Of each indexed predicate that ever holds: how many it may meet of those added before it,
        and of those added after it."""
        numbers = [number for number, own in self._cubes.items() if own]
        starts = [self._cubes[number].start for number in numbers]
        n_bytes = len(self.owner) // 8 + 1
        for place, number in enumerate(numbers):
            row = np.frombuffer(self._meeting(number).to_bytes(n_bytes, "little"), np.uint8)
            bits = np.unpackbits(row, count=len(self.owner), bitorder="little")
            met = np.logical_or.reduceat(bits, starts)
            n_before = int(np.count_nonzero(met[:place]))
            yield number, n_before, int(np.count_nonzero(met[place + 1 :]))

    def _meeting(self, number: int) -> int:
        row = 0
        for cube in self._all[number].around:
            row |= self.index.meeting(cube)
        return row


class Holding:
    """The indexed predicates that hold at one spot."""

    __slots__ = ("_cubes", "_predicates", "_spot")

    def __init__(self, predicates: Predicates, spot: Spot, cubes: Sequence[int]) -> None:
        self._predicates = predicates
        self._spot = spot
        self._cubes = cubes
        """Those that the spot lies in, by predicate, ascending."""

    def among(self, wanted: Container[int]) -> Iterator[int]:
        """Those among some predicates, ascending by number."""
        last, owner = -1, self._predicates.owner
        for cube in self._cubes:
            number = owner[cube]
            if number != last and number in wanted and self._is_whole(number):
                last = number
                yield number

    def without(self, number: int) -> Holding:
        """The others, as if one did not hold."""
        own = self._predicates.cubes(number)
        cubes = [cube for cube in self._cubes if cube not in own]
        return Holding(self._predicates, self._spot, cubes)

    def __contains__(self, number: int) -> bool:
        owner = self._predicates.owner
        first = bisect_left(self._cubes, number, key=owner.__getitem__)
        is_around = first < len(self._cubes) and owner[self._cubes[first]] == number
        return is_around and self._is_whole(number)

    def _is_whole(self, number: int) -> bool:
        """Whether a predicate holds, given that one of its cubes does."""
        predicates = self._predicates
        return predicates[number].cubes is not None or predicates.holds(number, self._spot)


def _cubes(tree: Tree) -> tuple[Numbered, ...] | None:
    """The cubes whose union a tree is; None where they are too many. Bounded, so no deep recursion
    costs more than the conditions' own limits."""
    if isinstance(tree, bool):
        return ({},) if tree else ()
    if isinstance(tree, tuple):
        return ({tree[0]: tree[1]},)
    parts: list[tuple[Numbered, ...]] = []
    for item in tree.items:
        cubes = _cubes(item)
        if cubes is None:
            return None
        parts.append(cubes)
    if isinstance(tree, Some):
        found = _merged([cube for part in parts for cube in part])
    elif prod(map(len, parts)) > MAX_CUBES:
        return None
    else:
        choices = (_meet(choice) for choice in product(*parts))
        found = [cube for cube in choices if cube is not None]
    return tuple(found) if len(found) <= MAX_CUBES else None


def _merged(cubes: list[Numbered]) -> list[Numbered]:
    """Cubes of one facet joined into one: `x == 1 || x == 2 || ..`, however long."""
    single: dict[int, int] = {}
    kept: list[Numbered] = []
    for cube in cubes:
        if len(cube) == 1:
            ((number, mask),) = cube.items()
            single[number] = single.get(number, 0) | mask
        else:
            kept.append(cube)
    return [{number: mask} for number, mask in single.items()] + kept


def _meet(cubes: Sequence[Numbered]) -> Numbered | None:
    met: dict[int, int] = dict(cubes[0])
    for cube in cubes[1:]:
        for number, mask in cube.items():
            met[number] = met.get(number, -1) & mask
            if not met[number]:
                return None
    return met


def _around(cubes: Sequence[Numbered]) -> Numbered | None:
    """The smallest cube around some."""
    if not cubes:
        return None
    around = dict(cubes[0])
    for cube in cubes[1:]:
        around = {number: mask | cube[number] for number, mask in around.items() if number in cube}
    return around


def _hull(tree: Tree) -> Numbered | None:
    if isinstance(tree, bool):
        return {} if tree else None
    if isinstance(tree, tuple):
        return {tree[0]: tree[1]}
    parts = [_hull(item) for item in tree.items]
    if isinstance(tree, All):
        whole = [part for part in parts if part is not None]
        return _meet(whole) if len(whole) == len(parts) else None
    return _around([part for part in parts if part is not None])


def _union(cubes: Sequence[Numbered]) -> Tree:
    return joined(Some, (joined(All, _literals(cube)) for cube in cubes))


def _literals(cube: Numbered) -> Iterator[Lit]:
    yield from cube.items()
