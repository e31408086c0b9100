"""The conditions of a rule set as predicates by number, and which of them hold at a spot.

In: a `World` and conditions in negation normal form. Out: `Predicates`. Each keeps its tree, the
tree of where it does not hold, and, where it is a few cubes, those.

Finding who holds at a spot asks nobody one by one: cubes are bits, and for each facet and class
there is a row of those that allow it. Python's integers are the rows: an operation on ten thousand
bits takes a fifth of a microsecond, less than a call into anything faster would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

import numpy as np

from rulec.analysis.overlap import row_of
from rulec.analysis.world import All, Lit, Numbered, Some, Spot, Tree, World, deny, joined
from rulec.logic import Node
from rulec.simplify.values import Literal

__all__ = ["Holding", "Predicate", "Predicates"]

MAX_CUBES: Final = 32
"""A condition of more stays a tree, and is found by its hull."""
MAX_KEPT: Final = 4_096
"""Rows of cubes that meet a mask, kept for the next who asks."""


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
    """Predicates, numbered as they are added; a set of indexed ones is a row of bits.

    Each cube of an indexed predicate has a bit; of one that is too many cubes, its hull has one.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._all: list[Predicate] = []
        self._bits: dict[int, int] = {}
        """Of each indexed predicate, its own bits."""
        self._owner: list[int] = []
        """Of each bit, its predicate."""
        self._rows: _Rows | None = None

    def __getitem__(self, number: int) -> Predicate:
        return self._all[number]

    def __len__(self) -> int:
        return len(self._all)

    def add(self, source: Node[Literal], *, is_indexed: bool = True) -> int:
        """The number of one more predicate; `holding` finds those that are indexed."""
        number, predicate = len(self._all), Predicate(self.world, source)
        self._all.append(predicate)
        if is_indexed:
            first = len(self._owner)
            self._owner += [number] * len(predicate.around)
            self._bits[number] = (1 << len(self._owner)) - (1 << first)
            self._rows = None
        return number

    def row(self, numbers: Iterable[int]) -> int:
        """Some indexed predicates as a row of bits."""
        bits = bytearray(len(self._owner) // 8 + 1)
        wanted = set(numbers)
        for bit, owner in enumerate(self._owner):
            if owner in wanted:
                bits[bit >> 3] |= 1 << (bit & 7)
        return int.from_bytes(bits, "little")

    def holds(self, number: int, spot: Spot) -> bool:
        """Whether one predicate holds at a spot."""
        return self.world.holds(self._all[number].tree, spot)

    def holding(self, spot: Spot) -> Holding:
        """The indexed predicates that hold at a spot."""
        return Holding(self, spot, self._indexed().holding(spot))

    def meeting(self, number: int) -> set[int]:
        """The indexed predicates that may share a request with one: some of their cubes meet."""
        row = self._meeting(number)
        return {
            owner
            for owner, bit in zip(self._owner, reversed(f"{row:b}"), strict=False)
            if bit == "1"
        }

    def n_meeting(self) -> Iterator[tuple[int, int, int]]:
        """Of each indexed predicate that ever holds: how many it may meet of those added before it,
        and of those added after it."""
        numbers = [number for number, own in self._bits.items() if own]
        lowest = (self._bits[number] & -self._bits[number] for number in numbers)
        starts = [bit.bit_length() - 1 for bit in lowest]
        n_bytes = len(self._owner) // 8 + 1
        for place, number in enumerate(numbers):
            row = np.frombuffer(self._meeting(number).to_bytes(n_bytes, "little"), np.uint8)
            bits = np.unpackbits(row, count=len(self._owner), bitorder="little")
            met = np.logical_or.reduceat(bits, starts)
            n_before = int(np.count_nonzero(met[:place]))
            yield number, n_before, int(np.count_nonzero(met[place + 1 :]))

    def _meeting(self, number: int) -> int:
        row = 0
        for cube in self._all[number].around:
            row |= self._indexed().meeting(cube)
        return row

    def _indexed(self) -> _Rows:
        if self._rows is None:
            around = [cube for number in self._bits for cube in self._all[number].around]
            self._rows = _Rows(self.world, around)
        return self._rows

    def owners(self, row: int, spot: Spot) -> Iterator[int]:
        """The predicates of a row that hold at a spot, given that their cubes do."""
        last = -1
        while row:
            low = row & -row
            row ^= low
            number = self._owner[low.bit_length() - 1]
            if number != last and (self._all[number].cubes is not None or self.holds(number, spot)):
                last = number
                yield number

    def bits(self, number: int) -> int:
        """The row of one predicate alone."""
        return self._bits[number]

    def before(self, number: int) -> int:
        """The row of those that were added before an indexed predicate."""
        own = self._bits[number]
        return (own & -own) - 1


class Holding:
    """The indexed predicates that hold at one spot."""

    __slots__ = ("_point", "_predicates", "_row")

    def __init__(self, predicates: Predicates, spot: Spot, row: int) -> None:
        self._predicates = predicates
        self._point = spot
        self._row = row

    def among(self, row: int) -> Iterator[int]:
        """Those of a row, ascending by number."""
        return self._predicates.owners(self._row & row, self._point)

    def without(self, number: int) -> Holding:
        """The others, as if one did not hold."""
        row = self._row & ~self._predicates.bits(number)
        return Holding(self._predicates, self._point, row)

    def __contains__(self, number: int) -> bool:
        row = self._row & self._predicates.bits(number)
        return next(self._predicates.owners(row, self._point), None) is not None


class _Rows:
    """Bit rows over cubes: which allow a class of a facet.

    A request at rest violates a cube on some facets; `_n_violated` counts them, in binary across
    rows, one row a digit. A spot lies in a cube if it is not at rest on all of those, and the cube
    allows each class where it is not. So a spot costs a few operations on rows for each facet
    where it is not at rest, whatever the number of facets.
    """

    def __init__(self, world: World, cubes: Sequence[Numbered]) -> None:
        self._every = (1 << len(cubes)) - 1
        by_mask: dict[int, dict[int, list[int]]] = {}
        n_violated: list[int] = []
        for bit, cube in enumerate(cubes):
            n_violated.append(sum(not mask >> world.rest[f] & 1 for f, mask in cube.items()))
            for facet, mask in cube.items():
                by_mask.setdefault(facet, {}).setdefault(mask, []).append(bit)
        self._by_mask = {
            facet: [(mask, row_of(bits)) for mask, bits in own.items()]
            for facet, own in by_mask.items()
        }
        self._open: dict[int, int] = {}
        """By facet: the cubes that allow every class of it."""
        self._violated: dict[int, int] = {}
        """By facet: the cubes that do not allow its class at rest."""
        for facet, own in self._by_mask.items():
            named = violated = 0
            for mask, row in own:
                named |= row
                if not mask >> world.rest[facet] & 1:
                    violated |= row
            self._open[facet] = self._every & ~named
            self._violated[facet] = violated
        n_digits = max(n_violated, default=0).bit_length()
        self._n_violated = [
            row_of([bit for bit, n in enumerate(n_violated) if n >> digit & 1])
            for digit in range(n_digits)
        ]
        self._allowing: dict[tuple[int, int], int] = {}
        self._meeting: dict[tuple[int, int], int] = {}
        """By facet and mask: the cubes that allow one of its classes."""

    def meeting(self, cube: Numbered) -> int:
        """The cubes that meet one."""
        row = self._every
        for facet, wanted in cube.items():
            if facet not in self._open:
                continue
            known = facet, wanted
            allowing = self._meeting.get(known)
            if allowing is None:
                allowing = self._open[facet]
                for mask, own in self._by_mask[facet]:
                    if mask & wanted:
                        allowing |= own
                if len(self._meeting) >= MAX_KEPT:
                    self._meeting.clear()
                self._meeting[known] = allowing
            row &= allowing
        return row

    def holding(self, spot: Spot) -> int:
        """The cubes a spot lies in."""
        row = self._every
        digits = [0] * len(self._n_violated)
        for facet, each in spot.items():
            if facet not in self._open:
                continue
            allowing = self._allowing.get((facet, each))
            if allowing is None:
                allowing = self._open[facet]
                for mask, own in self._by_mask[facet]:
                    if mask >> each & 1:
                        allowing |= own
                self._allowing[facet, each] = allowing
            row &= allowing
            carry = self._violated[facet]
            for digit, before in enumerate(digits):
                if not carry:
                    break
                digits[digit], carry = before ^ carry, before & carry
        for digit, wanted in zip(digits, self._n_violated, strict=True):
            row &= ~(digit ^ wanted)
        return row


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
