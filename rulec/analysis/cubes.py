"""Cubes: a set of requests as one set of classes a facet.

In: the vocabulary and literals. Out: a `Space`, which numbers facets and turns literals into masks,
and cubes over it. A cube maps a facet to the bitmask of the classes it may have; a facet it does
not name may have any. Two cubes share no request where their masks miss each other on some facet.
Where they meet on all, they share one, if the facets of each fact are independent: all are, but
those of one string with patterns and of one key with buckets (witness.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from rulec.analysis.facets import MISSING, Classes, Facet, classes, cut
from rulec.logic import And, Known, Leaf, Node, Or, Truth, fold_once
from rulec.simplify.values import FacetKey, Literal
from rulec.vocabulary.model import Fact, Presence, Vocabulary

__all__ = ["Cube", "Place", "Space", "bits", "hull"]

Place: TypeAlias = tuple[str, FacetKey]
"""A facet: its fact's path, and its key among the facets of that fact."""

Cube: TypeAlias = Mapping[Place, int]
"""Facet -> bitmask of classes, bit c for class c; never 0."""


def bits(row: int) -> Iterator[int]:
    """The numbers in a bit row, ascending.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while row:
        yield (row & -row).bit_length() - 1
        row &= row - 1


class Space:
    """The facets of a vocabulary under some literals, and each literal as a mask.

    Thread-safety: remembers masks; use one in one thread.
    """

    def __init__(self, vocabulary: Vocabulary, literals: Iterable[Literal]) -> None:
        by_path = cut(vocabulary, literals)
        self.by_fact: list[tuple[Fact, tuple[Facet, ...]]] = [
            (fact, by_path[fact.path])
            for entity in vocabulary.entities.values()
            for fact in entity.facts.values()
        ]
        """Every declared fact; the facet of its value comes first."""
        self._facets: dict[Place, Facet] = {
            (path, facet.key): facet for path, own in by_path.items() for facet in own
        }
        self._masks: dict[Literal, tuple[Place, int]] = {}

    def possible(self, place: Place) -> int:
        """The classes a request may have: *missing* only where the fact is optional."""
        facet = self._facets[place]
        every = (1 << facet.n_classes) - 1
        is_there = facet.fact.presence in (Presence.REQUIRED, Presence.DEFAULT)
        return every & ~(1 << MISSING) if is_there else every

    def mask(self, literal: Literal) -> tuple[Place, int]:
        """The literal's facet, and the possible classes that satisfy it."""
        found = self._masks.get(literal)
        if found is None:
            place = (literal.fact.path, literal.facet_key)
            mask = _bits(classes(self._facets[place], literal)) & self.possible(place)
            found = self._masks[literal] = (place, mask)
        return found


def hull(
    space: Space, condition: Node[Literal], known: Known[Literal, Cube | None] | None = None
) -> Cube | None:
    """The smallest cube around a condition, taking its literals one by one; None: it is empty.

    A cube the condition's requests all lie in, but not every request of it satisfies the condition.
    `known` remembers named conditions from one call to the next.
    """

    def visit(node: Node[Literal], items: Sequence[Cube | None]) -> Cube | None:
        match node:
            case Leaf(value=literal):
                place, mask = space.mask(literal)
                return {place: mask} if mask else None
            case Truth(value=value):
                return {} if value else None
            case And():
                return _meet(items)
            case Or():
                return _join(items)
        raise AssertionError("a negation is left")

    return fold_once(condition, visit, {} if known is None else known)


def _meet(cubes: Iterable[Cube | None]) -> Cube | None:
    met: dict[Place, int] = {}
    for cube in cubes:
        if cube is None:
            return None
        for place, mask in cube.items():
            met[place] = met.get(place, -1) & mask
            if not met[place]:
                return None
    return met


def _join(cubes: Iterable[Cube | None]) -> Cube | None:
    """Facets that every cube names, each with all their classes."""
    joined: dict[Place, int] | None = None
    for cube in cubes:
        if cube is None:
            continue
        if joined is None:
            joined = dict(cube)
        else:
            joined = {place: mask | cube[place] for place, mask in joined.items() if place in cube}
    return joined


def _bits(intervals: Classes) -> int:
    return sum((2 << high) - (1 << low) for low, high in intervals)
