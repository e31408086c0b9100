"""Facets: the classes into which the literals of a rule set cut each fact's domain.

In: the vocabulary and every literal. Out: `Facets`. Two values in one class are told apart by no
literal, so whatever a condition says of one it says of the other, and a request is no more than its
classes. A facet is one of

    a flag, or one tag that some literal names     0 absent, 1 present
    an int, a decimal or a time                    0 missing, then the pieces between cut points
    an enum or a string                            0 missing, 1 what no literal names (where there
                                                   is such a value), then groups of words
    a tree                                         0 missing, 1 what stands below no named node but
                                                   the root, then groups of places in the tree
    a string and one pattern                       0 missing, 1 no match, 2 match
    an id and one salt                             0 missing, then the buckets between thresholds

Words that the same literals name share a class: `in [..]` over ten thousand words is one class. A
named node of a tree makes two places, itself and what lies below it but below no other named node.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from rulec.check.tree import Pattern
from rulec.rollout import N_BUCKETS
from rulec.simplify.values import (
    Buckets,
    Existence,
    FacetKey,
    Literal,
    Matching,
    Nodes,
    Presences,
    Spans,
    Words,
)
from rulec.vocabulary.model import Fact, FactType, Vocabulary

__all__ = [
    "Classes",
    "Facet",
    "NumberFacet",
    "PatternFacet",
    "PresenceFacet",
    "RolloutFacet",
    "TextFacet",
    "TreeFacet",
    "classes",
    "cut",
]

Classes: TypeAlias = tuple[tuple[int, int], ...]
"""Classes of one facet as closed intervals, ascending and never adjacent."""

MISSING = 0


@dataclass(frozen=True, slots=True)
class PresenceFacet:
    """A flag (tag None) or one tag."""

    fact: Fact
    tag: int | str | None

    @property
    def key(self) -> FacetKey:
        return self.tag

    @property
    def n_classes(self) -> int:
        return 2


@dataclass(frozen=True, slots=True)
class NumberFacet:
    """A number or a time: value v has class 1 + how many cuts are at most v."""

    fact: Fact
    cuts: tuple[int, ...]

    @property
    def key(self) -> FacetKey:
        return None

    @property
    def n_classes(self) -> int:
        return 2 + len(self.cuts)

    def class_of(self, value: int) -> int:
        return 1 + bisect_right(self.cuts, value)


@dataclass(frozen=True, slots=True)
class TextFacet:
    """Text: a named word has its class, any other present value has `other`.

    An enum's `words` hold all its declared values; its `other` is None.
    """

    fact: Fact
    words: Mapping[str, int]
    other: int | None
    n_classes: int

    @property
    def key(self) -> FacetKey:
        return None

    def class_of(self, word: str) -> int:
        found = self.words.get(word, self.other)
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class TreeFacet:
    """A tree: `places` holds the class of each named node, and with a `/` behind it, of what lies
    below it but below no other named node; the root's is `other`.

    INVARIANT: no path ends in `/`, so the two never meet, and a node's class is that of its longest
    beginning that `places` holds.
    """

    fact: Fact
    places: Mapping[str, int]
    n_classes: int
    other: int = 1

    @property
    def key(self) -> FacetKey:
        return None

    def class_of(self, path: str) -> int:
        return next(
            (self.places[place] for place in _outwards(path) if place in self.places), self.other
        )


@dataclass(frozen=True, slots=True)
class PatternFacet:
    """Whether a pattern finds its text in a string."""

    fact: Fact
    pattern: Pattern
    text: str

    @property
    def key(self) -> FacetKey:
        return self.pattern.value, self.text

    @property
    def n_classes(self) -> int:
        return 3


@dataclass(frozen=True, slots=True)
class RolloutFacet:
    """The bucket a salt gives a key: bucket b has class 1 + how many thresholds are at most b."""

    fact: Fact
    salt: str
    thresholds: tuple[int, ...]

    @property
    def key(self) -> FacetKey:
        return "rollout", self.salt

    @property
    def n_classes(self) -> int:
        return 2 + len(self.thresholds)

    def class_of(self, bucket: int) -> int:
        return 1 + bisect_right(self.thresholds, bucket)


Facet: TypeAlias = PresenceFacet | NumberFacet | TextFacet | TreeFacet | PatternFacet | RolloutFacet


def cut(vocabulary: Vocabulary, literals: Iterable[Literal]) -> dict[str, tuple[Facet, ...]]:
    """The facets of every declared fact, by its path.

    Tags have one for each named tag, ascending. Any other fact has one for its value, read or not,
    then one for each pattern, then one for each salt.
    """
    by_fact: dict[str, list[Literal]] = {}
    for literal in dict.fromkeys(literals):
        by_fact.setdefault(literal.fact.path, []).append(literal)
    return {
        fact.path: _facets(fact, by_fact.get(fact.path, []))
        for entity in vocabulary.entities.values()
        for fact in entity.facts.values()
    }


def classes(facet: Facet, literal: Literal) -> Classes:
    """The classes of the facet whose values satisfy the literal."""
    match facet, literal.values:
        case _, Existence(is_present=is_present):
            return ((1, facet.n_classes - 1),) if is_present else ((MISSING, MISSING),)
        case PresenceFacet(), Presences(is_present=is_present):
            return ((1, 1),) if is_present else ((0, 0),)
        case PatternFacet(), Matching(is_match=is_match):
            return ((2, 2),) if is_match else ((1, 1),)
        case RolloutFacet(), Buckets(low=low, high=high):
            return ((facet.class_of(low), facet.class_of(high - 1)),) if low < high else ()
        case NumberFacet(), Spans(spans=spans):
            return tuple((facet.class_of(low), facet.class_of(high)) for low, high in spans)
        case TextFacet(), Words(words=words, is_complement=is_complement):
            named = {facet.class_of(word) for word in words}
            return _named(facet, named, is_complement)
        case TreeFacet(), Nodes(exact=exact, under=under, is_complement=is_complement):
            if "" in under:
                return _named(facet, set(range(1, facet.n_classes)), is_complement)
            named = {facet.places[path] for path in exact}
            named |= {
                number
                for place, number in facet.places.items()
                if any(node in under for node in _nodes_around(place))
            }
            return _named(facet, named, is_complement)
    raise AssertionError("the literal belongs to another facet")


def _named(facet: TextFacet | TreeFacet, named: set[int], is_complement: bool) -> Classes:
    runs = _runs(named)
    if not is_complement:
        return runs
    # Linear in what is named: a set of a million words is complemented as often as it is read.
    starts = (1, *(high + 1 for _, high in runs))
    ends = (*(low - 1 for low, _ in runs), facet.n_classes - 1)
    return tuple(pair for pair in zip(starts, ends, strict=True) if pair[0] <= pair[1])


def _facets(fact: Fact, literals: list[Literal]) -> tuple[Facet, ...]:
    by_key: dict[FacetKey, list[Literal]] = {None: []}
    for literal in literals:
        if not isinstance(literal.values, Existence):
            by_key.setdefault(literal.facet_key, []).append(literal)
    own = by_key.pop(None)
    match fact.type:
        case FactType.FLAG:
            return (PresenceFacet(fact, None),)
        case FactType.TAGS_INT | FactType.TAGS_STRING:
            ints = sorted(tag for tag in by_key if isinstance(tag, int))
            words = sorted((tag for tag in by_key if isinstance(tag, str)), key=str.encode)
            named: list[int | str] = [*ints, *words]
            return tuple(PresenceFacet(fact, tag) for tag in named)
        case FactType.INT | FactType.DECIMAL | FactType.TIME:
            main: Facet = _number_facet(fact, own)
        case FactType.ENUM | FactType.STRING:
            main = _text_facet(fact, own)
        case FactType.TREE:
            main = _tree_facet(fact, own)
    pairs = sorted(key for key in by_key if isinstance(key, tuple))
    patterns = [
        PatternFacet(fact, Pattern(kind), text) for kind, text in pairs if kind != "rollout"
    ]
    rollouts = [
        _rollout_facet(fact, salt, by_key[kind, salt]) for kind, salt in pairs if kind == "rollout"
    ]
    return (main, *patterns, *rollouts)


def _number_facet(fact: Fact, literals: list[Literal]) -> NumberFacet:
    cuts: set[int] = set()
    for literal in literals:
        assert isinstance(literal.values, Spans)
        for low, high in literal.values.spans:
            cuts.update((low, high + 1))
    return NumberFacet(fact, tuple(sorted(c for c in cuts if fact.low < c <= fact.high)))


def _rollout_facet(fact: Fact, salt: str, literals: list[Literal]) -> RolloutFacet:
    ends: set[int] = set()
    for literal in literals:
        assert isinstance(literal.values, Buckets)
        ends.update((literal.values.low, literal.values.high))
    return RolloutFacet(fact, salt, tuple(sorted(ends - {0, N_BUCKETS})))


def _text_facet(fact: Fact, literals: list[Literal]) -> TextFacet:
    named_by: dict[str, list[int]] = {word: [] for word in fact.values}
    for number, literal in enumerate(literals):
        assert isinstance(literal.values, Words)
        for word in sorted(literal.values.words):
            named_by.setdefault(word, []).append(number)
    has_other = fact.type is FactType.STRING or any(not names for names in named_by.values())
    numbers: dict[tuple[int, ...], int] = {(): 1} if has_other else {}
    words = {
        word: numbers.setdefault(tuple(names), len(numbers) + 1) for word, names in named_by.items()
    }
    other = 1 if fact.type is FactType.STRING else None
    return TextFacet(fact, words, other, len(numbers) + 1)


def _tree_facet(fact: Fact, literals: list[Literal]) -> TreeFacet:
    exact_by: dict[str, list[int]] = {}
    under_by: dict[str, list[int]] = {}
    for number, literal in enumerate(literals):
        assert isinstance(literal.values, Nodes)
        for path in literal.values.exact:
            exact_by.setdefault(path, []).append(number)
        for path in literal.values.under:
            under_by.setdefault(path, []).append(number)
    around_all = frozenset(under_by.get("", ()))
    numbers: dict[frozenset[int], int] = {around_all: 1}
    places: dict[str, int] = {}
    for node in sorted(exact_by.keys() | under_by.keys()):
        below = around_all.union(*(under_by.get(path, ()) for path in _nodes_around(f"{node}/")))
        itself = below.union(exact_by.get(node, ()))
        places[node] = numbers.setdefault(itself, len(numbers) + 1)
        if node:
            places[f"{node}/"] = numbers.setdefault(below, len(numbers) + 1)
    return TreeFacet(fact, places, len(numbers) + 1)


def _outwards(path: str) -> Iterator[str]:
    """A node, then what it lies below, nearest first: `a/b`, then `a/`."""
    yield path
    end = path.rfind("/")
    while end >= 0:
        yield path[: end + 1]
        end = path.rfind("/", 0, end)


def _nodes_around(place: str) -> Iterator[str]:
    """The nodes a place is, or lies below, the root left out."""
    for beginning in _outwards(place):
        if beginning:
            yield beginning.removesuffix("/")


def _runs(numbers: set[int]) -> Classes:
    pairs = enumerate(sorted(numbers))
    runs = (list(group) for _, group in groupby(pairs, key=lambda pair: pair[1] - pair[0]))
    return tuple((run[0][1], run[-1][1]) for run in runs)
