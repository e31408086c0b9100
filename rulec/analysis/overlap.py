"""Which of these conditions may share a request?

In: of each condition the cubes it lies in. Out: those it meets. For every class of every facet
there is one row of bits over the cubes that allow it, so a cube's partners are a few ANDs. Where no
cubes meet, conditions share no request; where some do, only a search can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from rulec.analysis.cubes import bits
from rulec.analysis.world import Numbered

__all__ = ["Meetings", "row_of"]


def row_of(numbers: Sequence[int]) -> int:
    """A row of bits; ascending numbers in.

    >>> row_of([1, 3])
    10
    """
    if not numbers:
        return 0
    row = bytearray((numbers[-1] >> 3) + 1)
    for number in numbers:
        row[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(row, "little")


class Meetings:
    """Bit rows over sets of cubes: which cube allows which class of which facet."""

    def __init__(self, sets: Sequence[Sequence[Numbered]]) -> None:
        self._sets = sets
        self._owner = [number for number, cubes in enumerate(sets) for _ in cubes]
        self._first = [0, *accumulate(map(len, sets))]
        self._every = (1 << len(self._owner)) - 1
        named: dict[int, list[int]] = {}
        by_class: dict[int, dict[int, list[int]]] = {}
        for bit, cube in enumerate(cube for cubes in sets for cube in cubes):
            for facet, mask in cube.items():
                named.setdefault(facet, []).append(bit)
                own = by_class.setdefault(facet, {})
                for each in bits(mask):
                    own.setdefault(each, []).append(bit)
        self._open = {facet: self._every & ~row_of(found) for facet, found in named.items()}
        """By facet: the cubes that allow every class of it."""
        self._by_class = {
            facet: {each: row_of(found) for each, found in own.items()}
            for facet, own in by_class.items()
        }
        self._by_mask: dict[tuple[int, int], int] = {}

    def row(self, number: int) -> int:
        """The cubes of one set."""
        first = self._first[number]
        return (1 << first + len(self._sets[number])) - (1 << first)

    def before(self, number: int) -> int:
        """The cubes of the sets before one."""
        return (1 << self._first[number]) - 1

    def of(self, number: int, among: int | None = None) -> Iterator[int]:
        """The sets that one meets, ascending: itself too, or those with some cubes among these.

        Nothing meets an empty one.
        """
        meeting = 0
        for cube in self._sets[number]:
            row = self._every
            for facet, mask in cube.items():
                row &= self._allowing(facet, mask)
            meeting |= row
        last = -1
        for bit in bits(meeting if among is None else meeting & among):
            if self._owner[bit] != last:
                last = self._owner[bit]
                yield last

    def _allowing(self, facet: int, mask: int) -> int:
        found = self._by_mask.get((facet, mask))
        if found is None:
            found, by_class = self._open[facet], self._by_class[facet]
            for each in bits(mask):
                found |= by_class.get(each, 0)
            self._by_mask[facet, mask] = found
        return found
