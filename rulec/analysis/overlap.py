"""Which of these conditions can be true on one request?

In: conditions in negation normal form and, for each, the others it is to be compared with. Out: the
pairs that share a request, each with a witness, and the pairs the budget left undecided.

Comparing every pair would cost the square of their number. So each condition is first reduced to
its hull, one cube; for every class of every facet there is one bit row over the conditions whose
hull allows it, and a condition's possible partners are a few ANDs. Only they are searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rulec.analysis.cubes import Cube, Place, Space, hull
from rulec.analysis.search import satisfy
from rulec.analysis.witness import Undecided
from rulec.logic import Node
from rulec.simplify.values import Literal

__all__ = ["Overlap", "overlaps"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two conditions that meet, by number; `witness` is None where the budget ran out."""

    first: int
    second: int
    witness: Mapping[str, Mapping[str, Any]] | None


def overlaps(
    space: Space,
    conditions: Sequence[Node[Literal]],
    rivals: Sequence[int],
    always: Sequence[Node[Literal]] = (),
) -> Iterator[Overlap]:
    """The overlapping pairs among rivals, in order.

    `rivals[i]` is a bit row: bit j asks for the pair (i, j). `always` holds on every request
    (assumptions). Lazy: a caller that has seen enough stops asking.
    """
    hulls = [hull(space, condition) for condition in conditions]
    rows = _Rows(hulls)
    for first, (condition, cube) in enumerate(zip(conditions, hulls, strict=True)):
        partners = 0 if cube is None else rows.partners(cube) & rivals[first]
        for second in _members(partners):
            found = satisfy(space, [condition, conditions[second], *always])
            if isinstance(found, Undecided):
                yield Overlap(first, second, None)
            elif found is not None:
                yield Overlap(first, second, found)


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
                for each in _members(mask):
                    by_class[each] = by_class.get(each, 0) | 1 << number

    def partners(self, cube: Cube) -> int:
        """The conditions whose hull meets this one."""
        partners = self._live
        for place, mask in cube.items():
            partners &= self._allowing(place, mask)
        return partners

    def _allowing(self, place: Place, mask: int) -> int:
        found = self._by_mask.get((place, mask))
        if found is None:
            by_class = self._by_class[place]
            meeting = _union(by_class.get(each, 0) for each in _members(mask))
            found = self._by_mask[place, mask] = self._live & ~self._named[place] | meeting
        return found


def _members(mask: int) -> Iterator[int]:
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def _union(rows: Iterable[int]) -> int:
    union = 0
    for row in rows:
        union |= row
    return union
