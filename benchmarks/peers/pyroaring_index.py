"""pyroaring: an inverted index of compressed bitmaps, whose smallest member is the winner.

Rules are multiplied out to terms, numbered by rank, each found through the value of a request that
is rarest. The union of what a request's values lead to is ANDed with one bitmap a fact: the terms
its value does not rule out. Numbers are cut at the thresholds that rules name, so they have a
bitmap an interval; facts with many values keep the terms that ask for a value apart from those
that ask nothing. Terms that refuse a tag of the request are taken away. As the documentation
advises, unions are made in one call, intersections in place, and what is built is shrunk.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from typing import Any, Final

from pyroaring import BitMap

from benchmarks.peers.access import access
from benchmarks.peers.python_text import flat
from benchmarks.worlds import Atom, Rule, World

__all__ = ["Rival"]

_NUMBERS: Final = ("item.price", "item.grams", "seller.level", "buyer.level")
_WORDS: Final = (
    *("item.category", "item.brand", "seller.shop", "place.province"),
    *("place.channel", "seller.kind", "buyer.segment", "seller.isOverseas"),
)
_SCALARS: Final = (
    *("item.category", "item.brand", "item.price", "item.grams"),
    *("seller.shop", "seller.level", "seller.kind", "seller.isOverseas"),
    *("place.province", "place.channel", "buyer.level", "buyer.segment"),
)
"""In the order of the flat tuple."""
_PLACES: Final = {path: place for place, path in enumerate(_SCALARS)}
_KEYED: Final = tuple((path, _PLACES[path]) for path in _WORDS[:-1])
"""What can be looked up by value, with its place."""

Term = tuple[int, tuple[Atom, ...], tuple[Atom, ...]]
"""Rank, atoms that must hold, atoms that must not."""


class Rival:
    name = "pyroaring index"
    packages = ("pyroaring",)
    most = 100_000
    why = "not tried"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        terms: list[Term] = []
        self.through: dict[Any, BitMap] = defaultdict(BitMap)
        self.unlisted = BitMap()
        for rule in rules:
            clause, _ = access(world, rule)
            refused = tuple(c.atoms[0] for c in rule.clauses if c.is_negated)
            for chosen in product(*(c.atoms for c in rule.clauses if not c.is_negated)):
                found = next((a for a in chosen if clause and a in clause.atoms), None)
                of = self.through[_key(found)] if found else self.unlisted
                of.add(len(terms))
                terms.append((rule.rank, chosen, refused))
        self.through = dict(self.through)
        self.ranks = [rank for rank, _, _ in terms]
        self.tags = {
            number: frozenset(atom.value for atom in chosen if atom.relation == "has")
            for number, (_, chosen, _) in enumerate(terms)
        }
        self.refused: dict[Any, BitMap] = defaultdict(BitMap)
        for number, (_, _, refused) in enumerate(terms):
            for atom in refused:
                if atom.relation in ("has", "is"):
                    self.refused[_key(atom)].add(number)
        self.refused = dict(self.refused)
        self.cuts = {path: _cuts(path, terms) for path in _NUMBERS}
        self.intervals = {path: _intervals(path, cuts, terms) for path, cuts in self.cuts.items()}
        self.words = {path: _words(path, terms) for path in _WORDS}
        for bitmap in (*self.through.values(), *(rest for rest, _ in self.words.values())):
            bitmap.shrink_to_fit()

    def own(self, request: dict[str, dict[str, Any]]) -> tuple[Any, ...]:
        return flat(request)

    def winner(self, own: tuple[Any, ...]) -> int:
        tags = own[-1]
        keys = [*tags, *((path, own[place]) for path, place in _KEYED)]
        through, refused = self.through, self.refused
        found = [through[key] for key in keys if key in through]
        left = BitMap.union(self.unlisted, *found)
        for path, (rest, by_value) in self.words.items():
            asked = by_value.get(own[_PLACES[path]])
            if asked is None:
                left &= rest
            else:
                left = (left & rest) | (left & asked)
        for path, cuts in self.cuts.items():
            left &= self.intervals[path][bisect_right(cuts, own[_PLACES[path]])]
        for key in keys:
            if key in refused:
                left -= refused[key]
        return next((self.ranks[number] for number in left if self.tags[number] <= tags), -1)


def _key(atom: Atom) -> Any:
    return atom.value if atom.relation == "has" else (atom.path, atom.value)


def _reading(path: str, terms: Sequence[Term]) -> list[tuple[int, Atom, bool]]:
    """The terms that ask about a fact: number, atom, whether it is refused."""
    return [
        (number, atom, is_refused)
        for number, (_, chosen, refused) in enumerate(terms)
        for atoms, is_refused in ((chosen, False), (refused, True))
        for atom in atoms
        if atom.path == path
    ]


def _cuts(path: str, terms: Sequence[Term]) -> list[int]:
    return sorted({int(atom.value) for _, atom, _ in _reading(path, terms)})


def _intervals(path: str, cuts: Sequence[int], terms: Sequence[Term]) -> list[BitMap]:
    """For each interval between cuts, the terms that a value in it does not rule out."""
    everyone = BitMap(range(len(terms)))
    above: dict[int, BitMap] = {cut: BitMap() for cut in cuts}
    below: dict[int, BitMap] = {cut: BitMap() for cut in cuts}
    for number, atom, is_refused in _reading(path, terms):
        (below if is_refused else above)[int(atom.value)].add(number)
    allowed: list[BitMap] = []
    for place in range(len(cuts) + 1):
        out = [above[cut] for cut in cuts[place:]] + [below[cut] for cut in cuts[:place]]
        allowed.append(everyone - BitMap.union(BitMap(), *out))
    return allowed


def _words(path: str, terms: Sequence[Term]) -> tuple[BitMap, dict[Any, BitMap]]:
    """The terms that ask for no value of a fact, and by value those that ask for it."""
    by_value: dict[Any, BitMap] = defaultdict(BitMap)
    for number, atom, is_refused in _reading(path, terms):
        if not is_refused:
            by_value[True if atom.relation == "on" else atom.value].add(number)
    asking = BitMap.union(BitMap(), *by_value.values())
    return BitMap(range(len(terms))) - asking, dict(by_value)
