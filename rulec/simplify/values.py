"""Sets of values of one fact: what a literal stands for.

In: typed atoms. Out: for each atom the set on which it is true, T(a); `complement` gives F(a), the
set on which it is false. Neither holds *missing*, but for those of `has`: an absent optional fact
makes an atom neither true nor false, and that is all there is to Kleene's logic behind this point.
Facts that are always present have T and F that cover everything.

Each set belongs to one facet of its fact (`facet_key`): the value itself, a tag, what a pattern
says of a string, or the bucket a salt gives a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rulec.check.tree import (
    Atom,
    Compare,
    HasTag,
    HasTags,
    InList,
    InRange,
    IsPresent,
    IsSelected,
    IsSet,
    IsUnder,
    Matches,
    Pattern,
)
from rulec.logic import And, Leaf, Node, Or, Truth
from rulec.rollout import N_BUCKETS
from rulec.source import Span
from rulec.syntax.tree import Operator
from rulec.vocabulary.model import Fact, FactType, Presence

__all__ = [
    "Buckets",
    "Existence",
    "FacetKey",
    "Literal",
    "Matching",
    "Nodes",
    "Presences",
    "Spans",
    "ValueSet",
    "Words",
    "complement",
    "is_always",
    "is_never",
    "literals",
    "true_values",
]


_NONE: frozenset[str] = frozenset()

OneSet: TypeAlias = (
    IsSet | HasTag | Compare | InList | InRange | IsUnder | Matches | IsPresent | IsSelected
)
"""The atoms that are one set of one facet: all but those of several tags."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Numbers: disjoint closed intervals, ascending, never adjacent."""

    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Text: the words, or every present value but the words. An enum's set is never the latter."""

    words: frozenset[str]
    is_complement: bool = False


@dataclass(frozen=True, slots=True)
class Presences:
    """A flag (tag None) or one tag: the requests that carry it, or those that do not."""

    tag: int | str | None
    is_present: bool


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes of a tree: some exactly, some with all below them; or every present node but those."""

    exact: frozenset[str]
    under: frozenset[str]
    is_complement: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """The strings a pattern finds its text in, or those it does not."""

    pattern: Pattern
    text: str
    is_match: bool


@dataclass(frozen=True, slots=True)
class Buckets:
    """The keys whose bucket under a salt lies from `low` up to, not including, `high`."""

    salt: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Existence:
    """Every value of an optional fact, or its absence: the one set that holds *missing*."""

    is_present: bool


ValueSet: TypeAlias = Spans | Words | Presences | Nodes | Matching | Buckets | Existence
FacetKey: TypeAlias = int | str | tuple[str, str] | None
"""Tells the facets of one fact apart: None is the value itself, an int or str a tag, a pair the
word `startsWith`, `endsWith`, `includes` or `rollout` with its text."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A fact and the values that satisfy it."""

    fact: Fact
    values: ValueSet

    def __hash__(self) -> int:
        return hash((self.fact.entity, self.fact.name, self.values))

    @property
    def facet_key(self) -> FacetKey:
        match self.values:
            case Presences(tag=tag):
                return tag
            case Matching(pattern=pattern, text=text):
                return pattern.value, text
            case Buckets(salt=salt):
                return "rollout", salt
        return None


def true_values(atom: OneSet) -> ValueSet:
    """The values of the atom's fact on which it is true."""
    match atom:
        case IsSet():
            return Presences(None, True)
        case HasTag(tag=tag):
            return Presences(tag, True)
        case IsUnder(paths=paths):
            return Nodes(frozenset(), frozenset(paths))
        case Matches(pattern=pattern, text=text):
            return Matching(pattern, text, True)
        case IsPresent():
            return Existence(True)
        case IsSelected(salt=salt, threshold=threshold):
            return Buckets(salt, 0, threshold)
        case Compare(fact=fact, operator=operator, value=value):
            return _compared(fact, operator, value)
        case InList(fact=fact, values=values):
            if fact.type is FactType.TREE:
                return Nodes(frozenset(path for path in values if isinstance(path, str)), _NONE)
            if fact.type.is_text:
                return Words(frozenset(value for value in values if isinstance(value, str)))
            return _spans(fact, [(value, value) for value in values if isinstance(value, int)])
        case InRange(fact=fact, low=low, high=high, includes_high=includes_high):
            start = fact.low if low is None else low
            end = fact.high if high is None else high if includes_high else high - 1
            return _spans(fact, [(start, end)])


def complement(fact: Fact, values: ValueSet) -> ValueSet:
    """The present values of a fact that are not in a set; of `has`, those of its opposite."""
    match values:
        case Existence(is_present=is_present):
            return Existence(not is_present)
        case Nodes(exact=exact, under=under, is_complement=is_complement):
            return Nodes(exact, under, not is_complement)
        case Matching(pattern=pattern, text=text, is_match=is_match):
            return Matching(pattern, text, not is_match)
        case Buckets(salt=salt, low=low, high=high):
            return Buckets(salt, high, N_BUCKETS) if low == 0 else Buckets(salt, 0, low)
        case Presences(tag=tag, is_present=is_present):
            return Presences(tag, not is_present)
        case Words(words=words, is_complement=is_complement):
            if fact.type is FactType.ENUM:
                return Words(frozenset(fact.values) - words)
            return Words(words, not is_complement)
        case Spans(spans=spans):
            starts = [fact.low, *(end + 1 for _, end in spans)]
            ends = [*(start - 1 for start, _ in spans), fact.high]
            return _spans(fact, list(zip(starts, ends, strict=True)))


def literals(atom: Atom, is_positive: bool, span: Span) -> Node[Literal]:
    """T(a), or F(a), as literals; several tags are one literal each."""
    if not isinstance(atom, HasTags):
        values = true_values(atom)
        values = values if is_positive else complement(atom.fact, values)
        return Leaf(Literal(atom.fact, values), span)
    parts: tuple[Node[Literal], ...] = tuple(
        Leaf(Literal(atom.fact, Presences(tag, is_positive)), span)
        for tag in dict.fromkeys(atom.tags)
    )
    if len(parts) < 2:
        return parts[0] if parts else Truth(atom.needs_all is is_positive, span)
    return And(parts, span) if atom.needs_all is is_positive else Or(parts, span)


def is_never(literal: Literal) -> bool:
    """No value satisfies it."""
    match literal.values:
        case Spans(spans=spans):
            return not spans
        case Words(words=words, is_complement=is_complement):
            return not words and not is_complement
        case Nodes(exact=exact, under=under, is_complement=is_complement):
            return "" in under if is_complement else not (exact or under)
        case Matching(text=text, is_match=is_match):
            return not text and not is_match
        case Buckets(low=low, high=high):
            return low >= high
        case Presences() | Existence():
            return False


def is_always(literal: Literal) -> bool:
    """Every request satisfies it: every present value does, and the fact is never absent."""
    fact = literal.fact
    if fact.presence in (Presence.OPTIONAL, Presence.TOTAL):
        return False
    return is_never(Literal(fact, complement(fact, literal.values)))


def _compared(fact: Fact, operator: Operator, value: int | str) -> ValueSet:
    if isinstance(value, str):
        chosen = frozenset((value,))
        words = Nodes(chosen, _NONE) if fact.type is FactType.TREE else Words(chosen)
        return words if operator is Operator.EQUAL else complement(fact, words)
    match operator:
        case Operator.EQUAL:
            return _spans(fact, [(value, value)])
        case Operator.UNEQUAL:
            return _spans(fact, [(fact.low, value - 1), (value + 1, fact.high)])
        case Operator.LESS:
            return _spans(fact, [(fact.low, value - 1)])
        case Operator.AT_MOST:
            return _spans(fact, [(fact.low, value)])
        case Operator.GREATER:
            return _spans(fact, [(value + 1, fact.high)])
        case Operator.AT_LEAST:
            return _spans(fact, [(value, fact.high)])


def _spans(fact: Fact, pieces: list[tuple[int, int]]) -> Spans:
    """Intervals cut to the declared range, sorted and joined."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted((max(low, fact.low), min(high, fact.high)) for low, high in pieces):
        if low > high:
            continue
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return Spans(tuple(joined))
