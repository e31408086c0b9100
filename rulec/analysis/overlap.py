"""Which of these conditions can be true on one request?

In: conditions in negation normal form. Out: for each, the others it may meet, and for two of them a
request that both match, or the proof that there is none.

Searching every pair would cost the square of their number. So each condition is first reduced to
its hull, one cube; for every class of every facet there is one bit row over the conditions whose
hull allows it, and a condition's candidates are a few ANDs. Only they are worth a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rulec.analysis.cubes import Cube, Place, Space, hull
from rulec.analysis.search import satisfy
from rulec.analysis.witness import Facts, Undecided
from rulec.logic import Known, Node
from rulec.simplify.values import Literal

__all__ = ["Overlaps", "bits"]


class Overlaps:
    """The overlaps among some conditions, by their number.

    `always` holds on every request: the assumptions of the vocabulary.
    """

    def __init__(
        self,
        space: Space,
        conditions: Sequence[Node[Literal]],
        always: Sequence[Node[Literal]] = (),
    ) -> None:
        self._space = space
        self._conditions = conditions
        self._always = always
        known: Known[Literal, Cube | None] = {}
        self._hulls = [hull(space, condition, known) for condition in conditions]
        self._rows = _Rows(self._hulls)

    def candidates(self, number: int) -> int:
        """A bit row: bit j is set unless the hulls of the condition and of j are disjoint."""
        cube = self._hulls[number]
        return 0 if cube is None else self._rows.meeting(cube)

    def between(self, first: int, second: int) -> Facts | Undecided | None:
        """A request that both match; None: there is none."""
        both = [self._conditions[first], self._conditions[second]]
        return satisfy(self._space, [*both, *self._always])


def bits(row: int) -> Iterator[int]:
    """The numbers in a bit row, ascending.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while row:
        yield (row & -row).bit_length() - 1
        row &= row - 1


class _Rows:
    """Bit rows over conditions: whose hull allows which class of which facet."""

    def __init__(self, hulls: Sequence[Cube | None]) -> None:
        self._live = _union(1 << number for number, cube in enumerate(hulls) if cube is not None)
        self._named: dict[Place, int] = {}
        self._by_class: dict[Place, dict[int, int]] = {}
        self._by_mask: dict[tuple[Place, int], int] = {}
        for number, cube in enumerate(hulls):
            for place, mask in (cube or {}).items():
                self._named[place] = self._named.get(place, 0) | 1 << number
                by_class = self._by_class.setdefault(place, {})
                for each in bits(mask):
                    by_class[each] = by_class.get(each, 0) | 1 << number

    def meeting(self, cube: Cube) -> int:
        """The conditions whose hull meets this one."""
        meeting = self._live
        for place, mask in cube.items():
            meeting &= self._allowing(place, mask)
        return meeting

    def _allowing(self, place: Place, mask: int) -> int:
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
