"""The world of requests as numbered facets, and one request of it as a spot.

In: the vocabulary and literals. Out: a `World`, which numbers the facets, turns trees of literals
into trees over numbers (`Tree`), and turns cubes into spots and spots into facts.

A *spot* gives each facet one class. Most facets stay at *rest*, the class of a request that says
as little as it may: absent where that is allowed, the default where there is one, else the class
that fewest literals name. So a spot writes down only what differs from rest.

Windows are literals over one more fact, the time a request is asked at (`as_of`); it stands in a
world only where some literal reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from rulec.analysis.budget import Allowance
from rulec.analysis.cubes import Place, Space, bits
from rulec.analysis.facets import MISSING, Facet, PresenceFacet, TextFacet
from rulec.analysis.witness import Facts, Undecided, class_of, find_value, realise_fact
from rulec.logic import And, Known, Leaf, Node, Or, Truth, fold_once
from rulec.simplify.values import Literal
from rulec.vocabulary.model import Entity, EntityKind, Fact, FactType, Presence, Vocabulary

__all__ = [
    "AS_OF",
    "All",
    "Lit",
    "Numbered",
    "Some",
    "Spot",
    "Tree",
    "World",
    "deny",
    "joined",
    "said_of",
]

AS_OF: Final = Fact("", "as_of", FactType.TIME, Presence.REQUIRED)
"""The time of a request: no fact of the vocabulary, so no declared entity has its empty name."""

_MAX_COUNTED: Final = 64
"""Literals that name more classes do not count when the class at rest is chosen."""

Lit: TypeAlias = tuple[int, int]
"""A facet by number, and the bitmask of the classes it may have."""
Numbered: TypeAlias = Mapping[int, int]
"""A cube over numbered facets."""
Spot: TypeAlias = Mapping[int, int]
"""Facet -> class, for the facets that are not at rest."""


@dataclass(frozen=True, slots=True)
class All:
    """Every item holds."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Some item holds."""

    items: tuple[Tree, ...]


_Said: TypeAlias = tuple[tuple[int, int], ...]
"""Facets that are not at rest, and their classes."""
Tree: TypeAlias = "Lit | All | Some | bool"
"""A condition over numbered facets; a bool stands alone, never inside."""


_Found: TypeAlias = tuple[tuple[int, ...] | Undecided | None, int]
"""Classes of all facets of one fact, and the looks it took to find them."""


def joined(kind: type[All | Some], items: Iterable[Tree]) -> Tree:
    """All or any of some trees, flat and without constants."""
    decisive = kind is Some
    kept: list[Tree] = []
    for item in items:
        if isinstance(item, bool):
            if item is decisive:
                return decisive
        elif isinstance(item, kind):
            kept.extend(item.items)
        else:
            kept.append(item)
    if len(kept) < 2:
        return kept[0] if kept else not decisive
    return kind(tuple(kept))


class World:
    """Numbered facets; thread-safety as `Space`.

    `possible[f]` is the bitmask of the classes facet f can have, `rest[f]` its class at rest.
    """

    def __init__(self, vocabulary: Vocabulary, literals: Iterable[Literal]) -> None:
        literals = list(dict.fromkeys(literals))
        if any(literal.fact is AS_OF for literal in literals):
            time = Entity("", EntityKind.CONTEXT, {AS_OF.name: AS_OF})
            vocabulary = replace(vocabulary, entities={**vocabulary.entities, "": time})
        self.space = Space(vocabulary, literals)
        self.places: list[Place] = []
        self.possible: list[int] = []
        self.rest: list[int] = []
        self._facets: list[Facet] = []
        self._group: list[int | None] = []
        """The facet of the value, of facets whose fact has others; None where one stands alone."""
        self._groups: dict[int, range] = {}
        self._fact_of: list[int] = []
        """Of each facet, its fact by number."""
        self._required: list[int] = []
        """Required facts by number."""
        self._said: dict[tuple[int, _Said], tuple[Any, ...] | Undecided | None] = {}
        """A fact where some of its facets are not at rest, once it was asked for."""
        self._values: dict[tuple[int, tuple[int, ...]], _Found] = {}
        self._trees: Known[Literal, Tree] = {}
        named: Counter[tuple[Place, int]] = Counter()
        for literal in literals:
            place, mask = self.space.mask(literal)
            if literal.fact.presence is Presence.REQUIRED and mask.bit_count() <= _MAX_COUNTED:
                named.update((place, each) for each in bits(mask))
        for number, (fact, facets) in enumerate(self.space.by_fact):
            self._number(number, fact, facets, named)
        self._numbers = {place: number for number, place in enumerate(self.places)}

    def _number(
        self,
        fact_number: int,
        fact: Fact,
        facets: Sequence[Facet],
        named: Mapping[tuple[Place, int], int],
    ) -> None:
        first = len(self.places)
        own = range(first, first + len(facets))
        is_group = len(facets) > 1 and not isinstance(facets[0], PresenceFacet)
        for facet in facets:
            place = (fact.path, facet.key)
            self.places.append(place)
            self._facets.append(facet)
            self.possible.append(self.space.possible(place))
            self._group.append(first if is_group else None)
        if is_group:
            self._groups[first] = own
        if fact.presence is Presence.REQUIRED:
            self._required.append(fact_number)
        self._fact_of.extend(fact_number for _ in own)
        self.rest.extend(self._rest(fact, facets, own, named))

    def _rest(
        self,
        fact: Fact,
        facets: Sequence[Facet],
        own: range,
        named: Mapping[tuple[Place, int], int],
    ) -> Sequence[int]:
        """The classes of a fact at rest."""
        if fact.presence in (Presence.TOTAL, Presence.OPTIONAL):
            return [MISSING] * len(facets)
        if fact.presence is Presence.DEFAULT:
            return [class_of(facet, fact.default) for facet in facets]
        main, masks = facets[0], [self.possible[number] for number in own]
        if len(facets) == 1:
            place = (fact.path, main.key)
            every = list(bits(masks[0] >> 1 << 1))
            by_use = sorted(every, key=lambda each: named.get((place, each), 0))
            for each in by_use:
                if isinstance(find_value([(main, 1 << each)]), int | str):
                    return [each]
            return by_use[:1]
        if isinstance(main, TextFacet) and main.other is not None:
            masks[0] = 1 << main.other
        value = find_value(list(zip(facets, masks, strict=True)))
        if not isinstance(value, int | str):
            value = find_value([(main, self.possible[own[0]])])
        return [class_of(facet, value) for facet in facets]

    def tree(self, condition: Node[Literal]) -> Tree:
        """A condition in negation normal form over numbered facets."""

        def visit(node: Node[Literal], items: Sequence[Tree]) -> Tree:
            match node:
                case Leaf(value=literal):
                    place, mask = self.space.mask(literal)
                    number = self._numbers[place]
                    if not mask or mask == self.possible[number]:
                        return bool(mask)
                    return number, mask
                case Truth(value=value):
                    return value
                case And():
                    return joined(All, items)
                case Or():
                    return joined(Some, items)
            raise AssertionError("a negation is left")

        return fold_once(condition, visit, self._trees)

    def holds(self, tree: Tree, spot: Spot) -> bool:
        """Whether a tree holds at a spot; as deep as conditions nest, which limits bound."""
        if isinstance(tree, bool):
            return tree
        if isinstance(tree, All):
            return all(self.holds(item, spot) for item in tree.items)
        if isinstance(tree, Some):
            return any(self.holds(item, spot) for item in tree.items)
        number, mask = tree
        found = spot.get(number)
        return bool(mask >> (self.rest[number] if found is None else found) & 1)

    def settle(
        self, cube: Numbered, allowance: Allowance | None = None
    ) -> dict[int, int] | Undecided | None:
        """The spot of a cube that is nearest to rest; None: no request lies in the cube."""
        spot: dict[int, int] = {}
        groups: set[int] = set()
        rest, group = self.rest, self._group
        for number, mask in cube.items():
            first = group[number]
            if first is not None:
                groups.add(first)
            elif not mask >> rest[number] & 1:
                spot[number] = (mask & -mask).bit_length() - 1
        for first in groups:
            own = self._groups[first]
            masks = tuple(cube.get(number, self.possible[number]) for number in own)
            if all(mask >> rest[n] & 1 for n, mask in zip(own, masks, strict=True)):
                continue
            found, looks = self._together(first, masks)
            if allowance is not None:
                allowance.spend(looks)
            if found is None or isinstance(found, Undecided):
                return found
            spot.update((n, c) for n, c in zip(own, found, strict=True) if c != rest[n])
        return spot

    def together(self, numbers: Iterable[int]) -> list[range]:
        """The facets that hang together with some of these, fact by fact."""
        groups = (self._group[number] for number in numbers)
        return [self._groups[first] for first in {g for g in groups if g is not None}]

    def _together(self, first: int, masks: tuple[int, ...]) -> _Found:
        """Classes for all facets of one fact at once, such that some value has them."""
        known = (first, masks)
        if known not in self._values:
            tried = Allowance(0)
            facets = [self._facets[number] for number in self._groups[first]]
            found: tuple[int, ...] | Undecided | None
            if all(mask & 1 << MISSING for mask in masks):
                found = (MISSING,) * len(facets)
            else:
                present = [mask & ~(1 << MISSING) for mask in masks]
                value = find_value(list(zip(facets, present, strict=True)), tried)
                found = value if value is None or isinstance(value, Undecided) else None
                if isinstance(value, int | str):
                    found = tuple(class_of(facet, value) for facet in facets)
            self._values[known] = found, -tried.left
        return self._values[known]

    def facts(self, spot: Spot) -> tuple[Facts, str | None] | Undecided | None:
        """A request at a spot: its facts as a caller gives them, and its time if there is one."""
        own: dict[int, list[tuple[int, int]]] = {number: [] for number in self._required}
        for facet, each in spot.items():
            own.setdefault(self._fact_of[facet], []).append((facet, each))
        facts: Facts = {}
        undecided: Undecided | None = None
        for number, said in sorted(own.items()):
            found = self._fact(number, tuple(said))
            if found is None:
                return None
            if isinstance(found, Undecided):
                undecided = found
            elif found:
                fact, (value,) = self.space.by_fact[number][0], found
                given = list(value) if isinstance(value, list) else value
                facts.setdefault(fact.entity, {})[fact.name] = given
        if undecided is not None:
            return undecided
        time: dict[str, Any] = facts.pop("", {})
        return facts, time.get(AS_OF.name)

    def _fact(self, number: int, said: _Said) -> tuple[Any, ...] | Undecided | None:
        """A fact by the classes of some of its facets, the others at rest."""
        known = (number, said)
        if known not in self._said:
            fact, facets = self.space.by_fact[number]
            classes: dict[int, int] = {}
            if fact.presence is Presence.REQUIRED:
                first = self._numbers[fact.path, facets[0].key]
                classes = {n: self.rest[n] for n in range(first, first + len(facets))}
            elif (group := self._group[said[0][0]]) is not None:
                classes = {n: self.rest[n] for n in self._groups[group]}
            masks = {self.places[n][1]: 1 << each for n, each in (classes | dict(said)).items()}
            self._said[known] = realise_fact(self.space, fact, facets, masks)
        return self._said[known]


def said_of(vocabulary: Vocabulary, paths: Set[str]) -> Vocabulary:
    """The facts of a vocabulary that a request has to give, and some others: a world of its own."""
    entities = {
        entity.name: replace(
            entity,
            facts={
                fact.name: fact
                for fact in entity.facts.values()
                if fact.presence is Presence.REQUIRED or fact.path in paths
            },
        )
        for entity in vocabulary.entities.values()
    }
    return replace(vocabulary, entities=entities)


def deny(world: World, tree: Tree) -> Tree:
    """Where a tree does not hold."""
    if isinstance(tree, bool):
        return not tree
    if isinstance(tree, All):
        return joined(Some, (deny(world, item) for item in tree.items))
    if isinstance(tree, Some):
        return joined(All, (deny(world, item) for item in tree.items))
    number, mask = tree
    return number, world.possible[number] & ~mask
