"""Where each literal stands: its facet's number in the entity, and the classes that satisfy it.

In: the shared local conditions and the facets of the rule set. Out: one `Place` a condition that is
one literal, None for a join.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rulec.analysis.facets import Classes, Facet, classes
from rulec.simplify.values import FacetKey
from rulec.terms.model import Single
from rulec.terms.share import Shared

__all__ = ["Place", "complement", "is_in", "places"]


class Place(NamedTuple):
    """A facet of an entity, and classes of it."""

    facet: int
    classes: Classes
    is_tag: bool


def places(
    shared: Shared,
    facets: Mapping[str, Sequence[Facet]],
    facet_numbers: Mapping[tuple[str, FacetKey], int],
) -> list[Place | None]:
    """The place of every condition that is one literal, by condition number."""
    by_key = {(path, facet.key): facet for path, own in facets.items() for facet in own}
    found: list[Place | None] = []
    for condition in shared.conditions:
        place = None
        if isinstance(condition, Single):
            literal = condition.literal
            key = (literal.fact.path, literal.facet_key)
            is_tag = literal.fact.type.is_tags
            place = Place(facet_numbers[key], classes(by_key[key], literal), is_tag)
        found.append(place)
    return found


def is_in(number: int, intervals: Classes) -> bool:
    """Whether a class lies in one of some intervals."""
    return any(low <= number <= high for low, high in intervals)


def complement(intervals: Classes, n_classes: int) -> Classes:
    """The classes of a facet outside some ascending intervals.

    >>> complement(((1, 2), (5, 5)), 7)
    ((0, 0), (3, 4), (6, 6))
    """
    return tuple(_gaps(intervals, n_classes))


def _gaps(intervals: Classes, n_classes: int) -> Iterable[tuple[int, int]]:
    start = 0
    for low, high in intervals:
        if start < low:
            yield start, low - 1
        start = high + 1
    if start < n_classes:
        yield start, n_classes - 1
