"""What the classes of a facet bring about, written down so that intervals stay short.

In: for a facet, intervals of classes with a number each: a term, or a condition. Out: for each
class and each block of 16, 256, ... classes the numbers of the intervals that cover it and no
larger block of it: its *step*. A class is subject to one step at every level.

    classes   0 . . . . . . . . . . . . . . 15 | 16 . . . . . 31 | 32 ...
    [3, 40]         |--- 13 steps of a class ---|  one of a block | 9 of a class

An interval of n classes takes O(log n) steps, so a thousand rays over a thousand cut points are no
million entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rulec.analysis.facets import Classes

__all__ = ["FAN_OUT", "Steps", "n_steps"]

FAN_OUT: Final = 16


def n_steps(n_classes: int) -> int:
    """How many steps a scalar has.

    >>> n_steps(16), n_steps(17), n_steps(300)
    (16, 19, 321)
    """
    return sum(_level_sizes(n_classes))


def _level_sizes(n_classes: int) -> Iterator[int]:
    n = n_classes
    yield n
    while n > FAN_OUT:
        n = -(-n // FAN_OUT)
        yield n


class Steps:
    """The steps of the facets of one entity, while they fill."""

    def __init__(self, n_classes: list[int], n_scalars: int) -> None:
        self._n_classes = n_classes
        self._n_scalars = n_scalars
        self._filled: dict[int, dict[int, list[int]]] = {}
        """Facet -> step -> numbers, in the order they came."""

    def add(self, facet: int, intervals: Classes, number: int) -> None:
        """Write a number at every step of some classes; for a tag these must be class 1."""
        filled = self._filled.setdefault(facet, {})
        if facet >= self._n_scalars:
            assert intervals == ((1, 1),), "a tag has one step"
            places: Iterable[int] = (0,)
        else:
            places = self._places(facet, intervals)
        for place in places:
            numbers = filled.setdefault(place, [])
            if not numbers or numbers[-1] != number:
                numbers.append(number)

    def of(self, facet: int) -> list[list[int]] | None:
        """The numbers of every step of a facet; None where all are empty."""
        filled = self._filled.get(facet)
        if filled is None:
            return None
        n = n_steps(self._n_classes[facet]) if facet < self._n_scalars else 1
        return [filled.get(place, []) for place in range(n)]

    def _places(self, facet: int, intervals: Classes) -> Iterator[int]:
        for low, high in intervals:
            start = 0
            for size in _level_sizes(self._n_classes[facet]):
                if size <= FAN_OUT:
                    yield from range(start + low, start + high + 1)
                    break
                while low <= high and low % FAN_OUT:
                    yield start + low
                    low += 1
                while low <= high and high != size - 1 and high % FAN_OUT != FAN_OUT - 1:
                    yield start + high
                    high -= 1
                if low > high:
                    break
                start += size
                low, high = low // FAN_OUT, high // FAN_OUT
