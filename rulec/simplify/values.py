"""Sets of values of one fact: what a literal stands for.

In: typed atoms. Out: for each atom the set on which it is true, T(a); `complement` gives F(a), the
set on which it is false. Neither holds *missing*: an absent optional fact makes an atom neither
true nor false, and that is all there is to Kleene's logic behind this point. Facts that are always
present have T and F that cover everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rulec.check.tree import Atom, Compare, HasTag, InList, InRange, IsSet
from rulec.syntax.tree import Operator
from rulec.vocabulary.model import Fact, FactType, Presence

__all__ = [
    "Literal",
    "Presences",
    "Spans",
    "ValueSet",
    "Words",
    "complement",
    "is_always",
    "is_never",
    "true_values",
]


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

    tag: int | None
    is_present: bool


ValueSet: TypeAlias = Spans | Words | Presences


@dataclass(frozen=True, slots=True)
class Literal:
    """A fact and the values that satisfy it."""

    fact: Fact
    values: ValueSet


def true_values(atom: Atom) -> ValueSet:
    """The values of the atom's fact on which it is true."""
    match atom:
        case IsSet():
            return Presences(None, True)
        case HasTag(tag=tag):
            return Presences(tag, True)
        case Compare(fact=fact, operator=operator, value=value):
            return _compared(fact, operator, value)
        case InList(fact=fact, values=values):
            if fact.type.is_text:
                return Words(frozenset(value for value in values if isinstance(value, str)))
            return _spans(fact, [(value, value) for value in values if isinstance(value, int)])
        case InRange(fact=fact, low=low, high=high, includes_high=includes_high):
            start = fact.low if low is None else low
            end = fact.high if high is None else high if includes_high else high - 1
            return _spans(fact, [(start, end)])


def complement(fact: Fact, values: ValueSet) -> ValueSet:
    """The present values of a fact that are not in a set."""
    match values:
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


def is_never(literal: Literal) -> bool:
    """No value satisfies it."""
    match literal.values:
        case Spans(spans=spans):
            return not spans
        case Words(words=words, is_complement=is_complement):
            return not words and not is_complement
        case Presences():
            return False


def is_always(literal: Literal) -> bool:
    """Every request satisfies it: every present value does, and the fact is never absent."""
    fact = literal.fact
    if fact.presence in (Presence.OPTIONAL, Presence.TOTAL):
        return False
    return is_never(Literal(fact, complement(fact, literal.values)))


def _compared(fact: Fact, operator: Operator, value: int | str) -> ValueSet:
    if isinstance(value, str):
        words = Words(frozenset((value,)))
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
