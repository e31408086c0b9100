"""The conditions of a rule set as predicates by number, and which of them hold at a point.

In: a `World` and conditions in negation normal form. Out: `Predicates`. Each keeps its tree, the
tree of where it does not hold, and, where it is a few cubes, those.

Finding who holds at a point does not ask everyone. A cube that a request at rest does not lie in
*hangs* on one of the facets that keep it out, the one where the fewest others hang; a point asks
only what hangs on facets where it is not at rest, and the few cubes that hold at rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

from rulec.analysis.world import All, Lit, Numbered, Point, Some, Tree, World, deny, joined
from rulec.logic import Node
from rulec.simplify.values import Literal

__all__ = ["Predicate", "Predicates"]

MAX_CUBES: Final = 32
"""A condition of more stays a tree, and hangs by its hull."""
_MAX_HANGING: Final = 64
"""A cube hangs on each class it allows of a facet; of more, on the facet."""
_EVERY: Final = -1


class Predicate:
    """One condition: `source` as literals, `tree` over numbers, `cubes` whose union it is."""

    __slots__ = ("_denial", "_world", "cubes", "hull", "source", "tree")

    def __init__(self, world: World, source: Node[Literal]) -> None:
        self.source = source
        self.tree = world.tree(source)
        self.cubes = _cubes(self.tree)
        self.hull = _hull(self.tree) if self.cubes is None else _around(self.cubes)
        """The smallest cube around it; None where it never holds."""
        self._world = world
        self._denial: Tree | None = None

    @property
    def denial(self) -> Tree:
        """Where it does not hold."""
        if self._denial is None:
            self._denial = deny(self._world, _union(self.cubes) if self.cubes else self.tree)
        return self._denial


class Predicates:
    """Predicates, numbered as they are added."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._all: list[Predicate] = []
        self._hanging: dict[tuple[int, int], list[tuple[int, Numbered | None]]] = {}
        self._at_rest: list[tuple[int, Numbered | None]] = []
        self._waiting: list[int] = []

    def __getitem__(self, number: int) -> Predicate:
        return self._all[number]

    def __len__(self) -> int:
        return len(self._all)

    def add(self, source: Node[Literal], *, is_indexed: bool = True) -> int:
        """The number of one more predicate; `holding` finds those that are indexed."""
        self._all.append(Predicate(self.world, source))
        if is_indexed:
            self._waiting.append(len(self._all) - 1)
        return len(self._all) - 1

    def holds(self, number: int, point: Point) -> bool:
        """Whether one predicate holds at a point."""
        return self.world.holds(self._all[number].tree, point)

    def holding(self, point: Point) -> set[int]:
        """Every indexed predicate that holds at a point."""
        if self._waiting:
            self._hang()
        found: set[int] = set()
        self._look(self._at_rest, point, found)
        hanging = self._hanging
        for number, each in point.items():
            for key in ((number, each), (number, _EVERY)):
                entries = hanging.get(key)
                if entries is not None:
                    self._look(entries, point, found)
        return found

    def _look(
        self, entries: Sequence[tuple[int, Numbered | None]], point: Point, found: set[int]
    ) -> None:
        rest = self.world.rest
        for number, cube in entries:
            if number in found:
                continue
            if cube is None:
                if self.holds(number, point):
                    found.add(number)
                continue
            for facet, mask in cube.items():
                each = point.get(facet)
                if not mask >> (rest[facet] if each is None else each) & 1:
                    break
            else:
                found.add(number)

    def _hang(self) -> None:
        """Index what was added since; the facets that say most go first."""
        for number in self._waiting:
            predicate = self._all[number]
            if predicate.hull is None:
                continue
            if predicate.cubes is None:
                self._hang_one(number, predicate.hull, None)
            else:
                for cube in predicate.cubes:
                    self._hang_one(number, cube, cube)
        self._waiting.clear()

    def _hang_one(self, number: int, around: Numbered, cube: Numbered | None) -> None:
        best: list[tuple[int, int]] | None = None
        fewest = 0
        for facet, mask in around.items():
            if mask >> self.world.rest[facet] & 1:
                continue
            keys = _keys(facet, mask)
            n_there = sum(len(self._hanging.get(key, ())) for key in keys)
            if best is None or n_there < fewest:
                best, fewest = keys, n_there
        if best is None:
            self._at_rest.append((number, cube))
            return
        for key in best:
            self._hanging.setdefault(key, []).append((number, cube))


def _keys(facet: int, mask: int) -> list[tuple[int, int]]:
    if mask.bit_count() > _MAX_HANGING:
        return [(facet, _EVERY)]
    return [(facet, each) for each in range(mask.bit_length()) if mask >> each & 1]


def _cubes(tree: Tree) -> tuple[Numbered, ...] | None:
    """The cubes whose union a tree is; None where they are too many. Bounded, so no deep recursion
    costs more than the conditions' own limits."""
    if isinstance(tree, bool):
        return ({},) if tree else ()
    if isinstance(tree, tuple):
        return ({tree[0]: tree[1]},)
    parts: list[tuple[Numbered, ...]] = []
    for item in tree.items:
        cubes = _cubes(item)
        if cubes is None:
            return None
        parts.append(cubes)
    if isinstance(tree, Some):
        found = _merged([cube for part in parts for cube in part])
    elif prod(map(len, parts)) > MAX_CUBES:
        return None
    else:
        choices = (_meet(choice) for choice in product(*parts))
        found = [cube for cube in choices if cube is not None]
    return tuple(found) if len(found) <= MAX_CUBES else None


def _merged(cubes: list[Numbered]) -> list[Numbered]:
    """Cubes of one facet joined into one: `x == 1 || x == 2 || ..`, however long."""
    single: dict[int, int] = {}
    kept: list[Numbered] = []
    for cube in cubes:
        if len(cube) == 1:
            ((number, mask),) = cube.items()
            single[number] = single.get(number, 0) | mask
        else:
            kept.append(cube)
    return [{number: mask} for number, mask in single.items()] + kept


def _meet(cubes: Sequence[Numbered]) -> Numbered | None:
    met: dict[int, int] = dict(cubes[0])
    for cube in cubes[1:]:
        for number, mask in cube.items():
            met[number] = met.get(number, -1) & mask
            if not met[number]:
                return None
    return met


def _around(cubes: Sequence[Numbered]) -> Numbered | None:
    """The smallest cube around some."""
    if not cubes:
        return None
    around = dict(cubes[0])
    for cube in cubes[1:]:
        around = {number: mask | cube[number] for number, mask in around.items() if number in cube}
    return around


def _hull(tree: Tree) -> Numbered | None:
    if isinstance(tree, bool):
        return {} if tree else None
    if isinstance(tree, tuple):
        return {tree[0]: tree[1]}
    parts = [_hull(item) for item in tree.items]
    if isinstance(tree, All):
        whole = [part for part in parts if part is not None]
        return _meet(whole) if len(whole) == len(parts) else None
    return _around([part for part in parts if part is not None])


def _union(cubes: Sequence[Numbered]) -> Tree:
    return joined(Some, (joined(All, _literals(cube)) for cube in cubes))


def _literals(cube: Numbered) -> Iterator[Lit]:
    yield from cube.items()
