"""How likely is a local condition?

In: the shared local conditions. Out: a probability for each. A term hangs where its condition is
least likely to hold, so a good guess here is a short list of candidates there.

The guesses are static, from the shape of a literal alone; they move cost and never an answer.
"""

from __future__ import annotations

from math import prod
from typing import Final

from rulec.rollout import N_BUCKETS
from rulec.simplify.values import (
    Buckets,
    Existence,
    Literal,
    Matching,
    Nodes,
    Presences,
    Spans,
    Words,
)
from rulec.terms.model import Single
from rulec.terms.share import Shared
from rulec.vocabulary.model import Fact, FactType, Presence

__all__ = ["likelihoods"]

FLAG: Final = 0.3
TAG: Final = 0.02
WORD: Final = 0.05
"""One word of a string fact, whose domain is open."""
POINT: Final = 0.05
"""One value of a number."""
SUBTREE: Final = 0.1
"""A node of a tree with all below it."""
PATTERN: Final = 0.1
"""A string that a pattern finds its text in."""
INTERVAL: Final = 0.25
RAY: Final = 0.4
"""An interval that is open at one end of the declared range."""
PRESENT: Final = 0.9
"""An optional fact is there."""
MOST: Final = 0.98


def likelihoods(shared: Shared) -> list[float]:
    """A guess for each local condition; the parts of a join are taken as independent."""
    guesses: list[float] = []
    for condition in shared.conditions:
        if isinstance(condition, Single):
            guesses.append(_literal(condition.literal))
        elif condition.connective == "and":
            guesses.append(prod(guesses[part] for part in condition.parts))
        else:
            guesses.append(1 - prod(1 - guesses[part] for part in condition.parts))
    return guesses


def _literal(literal: Literal) -> float:
    fact = literal.fact
    present = PRESENT if fact.presence is Presence.OPTIONAL else 1.0
    match literal.values:
        case Presences(tag=tag, is_present=is_present):
            guess = FLAG if tag is None else TAG
            return guess if is_present else 1 - guess
        case Existence(is_present=is_present):
            return PRESENT if is_present else 1 - PRESENT
        case Matching(is_match=is_match):
            return present * (PATTERN if is_match else 1 - PATTERN)
        case Buckets(low=low, high=high):
            return present * (high - low) / N_BUCKETS
        case Nodes(exact=exact, under=under, is_complement=is_complement):
            guess = min(len(exact) * WORD + len(under) * SUBTREE, MOST)
            return present * (1 - guess if is_complement else guess)
        case Words(words=words, is_complement=is_complement):
            each = 1 / len(fact.values) if fact.type is FactType.ENUM else WORD
            guess = min(len(words) * each, MOST)
            return present * (1 - guess if is_complement else guess)
        case Spans(spans=spans):
            return present * min(sum(_span(fact, low, high) for low, high in spans), MOST)


def _span(fact: Fact, low: int, high: int) -> float:
    if low == high:
        return POINT
    n_open = (low == fact.low) + (high == fact.high)
    return (INTERVAL, RAY, MOST)[n_open]
