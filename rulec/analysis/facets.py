"""Facets: the classes into which the literals of a rule set cut each fact's domain.

In: the vocabulary and every literal. Out: `Facets`. Two values in one class are told apart by no
literal, so whatever a condition says of one it says of the other, and a request is no more than its
classes. A facet is one of

    a flag, or one tag that some literal names     0 absent, 1 present
    an int or a decimal                            0 missing, then the pieces between cut points
    an enum or a string                            0 missing, 1 what no literal names (where there
                                                   is such a value), then groups of words

Words that the same literals name share a class: `in [..]` over ten thousand words is one class.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from rulec.simplify.values import Literal, Presences, Spans, Words
from rulec.vocabulary.model import Fact, FactType, Vocabulary

__all__ = ["Classes", "Facet", "NumberFacet", "PresenceFacet", "TextFacet", "classes", "cut"]

Classes: TypeAlias = tuple[tuple[int, int], ...]
"""Classes of one facet as closed intervals, ascending and never adjacent."""

MISSING = 0


@dataclass(frozen=True, slots=True)
class PresenceFacet:
    """A flag (tag None) or one tag."""

    fact: Fact
    tag: int | None

    @property
    def n_classes(self) -> int:
        return 2


@dataclass(frozen=True, slots=True)
class NumberFacet:
    """A number: value v has class 1 + how many cuts are at most v."""

    fact: Fact
    cuts: tuple[int, ...]

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

    def class_of(self, word: str) -> int:
        found = self.words.get(word, self.other)
        assert found is not None
        return found


Facet: TypeAlias = PresenceFacet | NumberFacet | TextFacet


def cut(vocabulary: Vocabulary, literals: Iterable[Literal]) -> dict[str, tuple[Facet, ...]]:
    """The facets of every declared fact, by its path.

    A scalar has one facet, read or not; tags have one for each named tag, ascending.
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
        case PresenceFacet(), Presences(is_present=is_present):
            return ((1, 1),) if is_present else ((0, 0),)
        case NumberFacet(), Spans(spans=spans):
            return tuple((facet.class_of(low), facet.class_of(high)) for low, high in spans)
        case TextFacet(), Words(words=words, is_complement=is_complement):
            named = {facet.class_of(word) for word in words}
            if is_complement:
                return _runs(set(range(1, facet.n_classes)) - named)
            return _runs(named)
    raise AssertionError("the literal belongs to another facet")


def _facets(fact: Fact, literals: list[Literal]) -> tuple[Facet, ...]:
    match fact.type:
        case FactType.FLAG:
            return (PresenceFacet(fact, None),)
        case FactType.TAGS_INT:
            tags = {item.values.tag for item in literals if isinstance(item.values, Presences)}
            return tuple(
                PresenceFacet(fact, tag) for tag in sorted(t for t in tags if t is not None)
            )
        case FactType.INT | FactType.DECIMAL:
            return (_number_facet(fact, literals),)
        case FactType.ENUM | FactType.STRING:
            return (_text_facet(fact, literals),)


def _number_facet(fact: Fact, literals: list[Literal]) -> NumberFacet:
    cuts: set[int] = set()
    for literal in literals:
        assert isinstance(literal.values, Spans)
        for low, high in literal.values.spans:
            cuts.update((low, high + 1))
    return NumberFacet(fact, tuple(sorted(c for c in cuts if fact.low < c <= fact.high)))


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


def _runs(numbers: set[int]) -> Classes:
    pairs = enumerate(sorted(numbers))
    runs = (list(group) for _, group in groupby(pairs, key=lambda pair: pair[1] - pair[0]))
    return tuple((run[0][1], run[-1][1]) for run in runs)
