"""Which of these cubes share a request?

In: cubes, the hulls of conditions. Out: for each, a bit row of those it meets. For every class of
every facet there is one row over the cubes that allow it, so a cube's partners are a few ANDs.
Where hulls miss each other, conditions do; where they meet, only a search can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rulec.analysis.world import Numbered

__all__ = ["Meetings", "bits"]


def bits(row: int) -> Iterator[int]:
    """The numbers in a bit row, ascending.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while row:
        yield (row & -row).bit_length() - 1
        row &= row - 1


class Meetings:
    """Bit rows over cubes: who allows which class of which facet. None is an empty cube."""

    def __init__(self, cubes: Sequence[Numbered | None]) -> None:
        self._cubes = cubes
        self._live = _union(1 << number for number, cube in enumerate(cubes) if cube is not None)
        self._named: dict[int, int] = {}
        self._by_class: dict[int, dict[int, int]] = {}
        self._by_mask: dict[tuple[int, int], int] = {}
        for number, cube in enumerate(cubes):
            for place, mask in (cube or {}).items():
                self._named[place] = self._named.get(place, 0) | 1 << number
                by_class = self._by_class.setdefault(place, {})
                for each in bits(mask):
                    by_class[each] = by_class.get(each, 0) | 1 << number

    def of(self, number: int) -> int:
        """The cubes that one meets, itself among them."""
        cube = self._cubes[number]
        if cube is None:
            return 0
        meeting = self._live
        for place, mask in cube.items():
            meeting &= self._allowing(place, mask)
        return meeting

    def _allowing(self, place: int, mask: int) -> int:
        found = self._by_mask.get((place, mask))
        if found is None:
            by_class = self._by_class[place]
            named = _union(by_class.get(each, 0) for each in bits(mask))
            found = self._by_mask[place, mask] = self._live & ~self._named[place] | named
        return found


def _union(rows: Iterable[int]) -> int:
    union = 0
    for row in rows:
        union |= row
    return union
