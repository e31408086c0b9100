"""Cubes: a set of requests as one set of classes a facet.

In: the vocabulary and literals. Out: a `Space`, which numbers facets and turns literals into masks,
and cubes over it. A cube maps a facet to the bitmask of the classes it may have; a facet it does
not name may have any. Two cubes share a request exactly when their masks meet on every facet, since
facets are independent: facts are, and no literal tells apart the values of one class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from rulec.analysis.facets import MISSING, Classes, Facet, PresenceFacet, classes, cut
from rulec.logic import And, Leaf, Node, Or, Truth, fold
from rulec.simplify.values import Literal
from rulec.vocabulary.model import Presence, Vocabulary

__all__ = ["Cube", "FacetKey", "Space", "hull"]

FacetKey: TypeAlias = tuple[str, int | None]
"""A fact's path, and the tag where the facet is one tag."""

Cube: TypeAlias = Mapping[FacetKey, int]
"""Facet -> bitmask of classes, bit c for class c; never 0."""


class Space:
    """The facets of a vocabulary under some literals, and each literal as a mask.

    Thread-safety: remembers masks; use one in one thread.
    """

    def __init__(self, vocabulary: Vocabulary, literals: Iterable[Literal]) -> None:
        self.vocabulary = vocabulary
        self.facets: dict[FacetKey, Facet] = {
            (path, facet.tag if isinstance(facet, PresenceFacet) else None): facet
            for path, own in cut(vocabulary, literals).items()
            for facet in own
        }
        self._masks: dict[Literal, tuple[FacetKey, int]] = {}

    def possible(self, key: FacetKey) -> int:
        """The classes a request may have: *missing* only where the fact is optional."""
        facet = self.facets[key]
        every = (1 << facet.n_classes) - 1
        is_there = facet.fact.presence in (Presence.REQUIRED, Presence.DEFAULT)
        return every & ~(1 << MISSING) if is_there else every

    def mask(self, literal: Literal) -> tuple[FacetKey, int]:
        """The literal's facet, and the possible classes that satisfy it."""
        found = self._masks.get(literal)
        if found is None:
            key = (literal.fact.path, getattr(literal.values, "tag", None))
            mask = _bits(classes(self.facets[key], literal)) & self.possible(key)
            found = self._masks[literal] = (key, mask)
        return found


def hull(space: Space, condition: Node[Literal]) -> Cube | None:
    """The smallest cube around a condition, taking its literals one by one; None: it is empty.

    A cube the condition's requests all lie in, but not every request of it satisfies the condition.
    """

    def visit(node: Node[Literal], items: Sequence[Cube | None]) -> Cube | None:
        match node:
            case Leaf(value=literal):
                key, mask = space.mask(literal)
                return {key: mask} if mask else None
            case Truth(value=value):
                return {} if value else None
            case And():
                return _meet(items)
            case Or():
                return _join(items)
        raise AssertionError("a negation is left")

    return fold(condition, visit)


def _meet(cubes: Iterable[Cube | None]) -> Cube | None:
    met: dict[FacetKey, int] = {}
    for cube in cubes:
        if cube is None:
            return None
        for key, mask in cube.items():
            met[key] = met.get(key, -1) & mask
            if not met[key]:
                return None
    return met


def _join(cubes: Iterable[Cube | None]) -> Cube | None:
    """Facets that every cube names, each with all their classes."""
    joined: dict[FacetKey, int] | None = None
    for cube in cubes:
        if cube is None:
            continue
        if joined is None:
            joined = dict(cube)
        else:
            joined = {key: mask | cube[key] for key, mask in joined.items() if key in cube}
    return joined


def _bits(intervals: Classes) -> int:
    return sum((2 << high) - (1 << low) for low, high in intervals)
