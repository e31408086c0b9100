"""Which businesses may match the same requests: a mark each, alike wherever they do.

In: an `Analysis`. Out: a mark for each business that matches anywhere. Unlike marks are a proof
that two differ; whether two of one mark are equal, `Analysis.is_equal` proves.

The mark is the smallest cube around the condition, where all are known by their cubes, and, of
those that share it, which of each other's cubes they hold in, at the spot nearest to rest. An
assumption can make conditions equal whose cubes are not, so where there is one, or a condition of
too many cubes, it is the set of those requests, one found for each business, that the condition is
true on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rulec.analysis.analysis import Analysis
from rulec.analysis.predicates import Predicate
from rulec.analysis.wins import Question, Reason
from rulec.analysis.witness import Undecided

__all__ = ["likeness", "mark_of"]


def likeness(analysis: Analysis) -> Mapping[int, object]:
    """The mark of each business, by its number."""
    possible, overlay = analysis.world.possible, analysis.overlay
    businesses = {number: overlay.predicates[number] for number in overlay.businesses}
    if overlay.assumptions or any(one.cubes is None for one in businesses.values()):
        return _by_requests(analysis)
    alike: dict[object, list[int]] = {}
    for number, one in businesses.items():
        hull = mark_of(one, possible)
        if hull is not None:
            alike.setdefault(hull, []).append(number)
    return {
        number: (hull, mark)
        for hull, group in alike.items()
        for number, mark in _by_spots(analysis, group)
    }


def mark_of(one: Predicate, possible: Sequence[int]) -> object | None:
    """The smallest cube around a condition that is known by its cubes; None: it never matches."""
    if one.hull is None:
        return None
    return frozenset((f, mask) for f, mask in one.hull.items() if mask != possible[f])


def _by_spots(analysis: Analysis, group: Sequence[int]) -> Iterable[tuple[int, object]]:
    """A mark for each of some that share a hull; for those of one cube that is all there is."""
    predicates = analysis.overlay.predicates
    if len(group) == 1 or all(len(predicates[number].around) == 1 for number in group):
        return [(number, 0) for number in group]
    marks: dict[int, int] = dict.fromkeys(group, 0)
    cubes = dict.fromkeys(
        tuple(sorted(cube.items())) for number in group for cube in predicates[number].around
    )
    for place, cube in enumerate(cubes):
        spot = analysis.world.settle(dict(cube))
        if spot is None or isinstance(spot, Undecided):
            continue
        for number in predicates.holding(spot).among(marks):
            marks[number] = hash((marks[number], place))
    return marks.items()


def _by_requests(analysis: Analysis) -> Mapping[int, object]:
    overlay = analysis.overlay
    marks: dict[int, Any] = {}
    for place, number in enumerate(overlay.businesses):
        spot = analysis.find(Question(overlay, [Reason(((number, True),))], lambda *_: iter(())))
        if spot is None:
            continue
        marks.setdefault(number, 0)
        if isinstance(spot, Undecided):
            continue
        for other in overlay.predicates.holding(spot).among(overlay.installed):
            marks[other] = marks.get(other, 0) | 1 << place
    return marks
