"""Spots by what they show, for who asks which of them a condition holds at.

In: spots by key. Out: the keys whose spot a predicate holds at, from the lists of the classes it
names, not from every spot.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from rulec.analysis.predicates import Predicate
from rulec.analysis.world import Numbered, Spot, World

__all__ = ["Met"]

K = TypeVar("K", bound=Hashable)


class Met(Generic[K]):
    """Spots of one world, any number of them a key."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._spots: dict[K, tuple[Spot, ...]] = {}
        self._at: dict[tuple[int, int], dict[K, None]] = {}
        """By a facet and a class that is not its rest: the keys with a spot there."""

    def put(self, key: K, spots: Iterable[Spot]) -> None:
        """The spots of a key, in place of those it had."""
        self.drop(key)
        kept = self._spots[key] = tuple(spots)
        rest = self._world.rest
        for spot in kept:
            for facet, each in spot.items():
                if rest[facet] != each:
                    self._at.setdefault((facet, each), {})[key] = None

    def drop(self, key: K) -> None:
        """Forget a key."""
        for spot in self._spots.pop(key, ()):
            for place in spot.items():
                self._at.get(place, {}).pop(key, None)

    def at(self, predicate: Predicate) -> set[K]:
        """The keys of which a spot satisfies the predicate."""
        found: set[K] = set()
        for cube in predicate.around:
            found.update(
                key
                for key in self._near(cube)
                if any(self._world.holds(predicate.tree, spot) for spot in self._spots[key])
            )
        return found

    def _near(self, cube: Numbered) -> Iterable[K]:
        """The keys that may have a spot in a cube, by its most telling facet."""
        best: list[dict[K, None]] | None = None
        for facet, mask in cube.items():
            if mask >> self._world.rest[facet] & 1:
                continue
            own = [
                self._at[facet, each]
                for each in range(mask.bit_length())
                if mask >> each & 1 and (facet, each) in self._at
            ]
            if best is None or sum(map(len, own)) < sum(map(len, best)):
                best = own
        if best is None:
            return self._spots
        return (key for keys in best for key in keys)
