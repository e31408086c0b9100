"""How likely is a local condition?

In: the shared local conditions. Out: a probability for each. A term hangs where its condition is
least likely to hold, so a good guess here is a short list of candidates there.

The guesses are static: what the vocabulary says (`selectivity`), else the shape of a literal and
how many values of its fact the whole rule set names: a thousand named shops share the requests.
They move cost and never an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
TAGS: Final = 8
"""Named tags that an entity carries."""
WORD: Final = 0.05
"""One word of a string fact, whose domain is open."""
POINT: Final = 0.05
"""One value of a number, where few are named: a quantity, not an id."""
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
    literals = (item.literal for item in shared.conditions if isinstance(item, Single))
    n_named = _named(literals)
    guesses: list[float] = []
    for condition in shared.conditions:
        if isinstance(condition, Single):
            guesses.append(_literal(condition.literal, n_named))
        elif condition.connective == "and":
            guesses.append(prod(guesses[part] for part in condition.parts))
        else:
            guesses.append(1 - prod(1 - guesses[part] for part in condition.parts))
    return guesses


def _named(literals: Iterable[Literal]) -> dict[str, int]:
    """How many tags, words, nodes or single numbers of each fact some literal names."""
    named: dict[str, set[int | str]] = {}
    for literal in literals:
        own = named.setdefault(literal.fact.path, set())
        match literal.values:
            case Presences(tag=tag) if tag is not None:
                own.add(tag)
            case Words(words=words):
                own |= words
            case Nodes(exact=exact, under=under):
                own |= exact | under
            case Spans(spans=spans):
                own |= {low for low, high in spans if low == high}
    return {path: len(values) for path, values in named.items()}


def _literal(literal: Literal, n_named: Mapping[str, int]) -> float:
    declared = literal.fact.selectivity
    if declared is None or isinstance(literal.values, Existence | Buckets):
        return _guess(literal, n_named)
    return max(1 - declared, 1 - MOST) if _is_complement(literal) else declared


def _is_complement(literal: Literal) -> bool:
    """Whether a literal says what a value is not."""
    match literal.values:
        case Presences(is_present=is_present):
            return not is_present
        case Matching(is_match=is_match):
            return not is_match
        case Nodes(is_complement=is_complement) | Words(is_complement=is_complement):
            return is_complement
        case Spans(spans=spans):
            fact = literal.fact
            return bool(spans) and spans[0][0] == fact.low and spans[-1][1] == fact.high
    return False


def _guess(literal: Literal, n_named: Mapping[str, int]) -> float:
    fact = literal.fact
    present = PRESENT if fact.presence is Presence.OPTIONAL else 1.0
    share = 1 / max(1, n_named[fact.path])
    match literal.values:
        case Presences(tag=tag, is_present=is_present):
            guess = FLAG if tag is None else min(TAG, TAGS * share)
            return guess if is_present else 1 - guess
        case Existence(is_present=is_present):
            return PRESENT if is_present else 1 - PRESENT
        case Matching(is_match=is_match):
            return present * (PATTERN if is_match else 1 - PATTERN)
        case Buckets(low=low, high=high):
            return present * (high - low) / N_BUCKETS
        case Nodes(exact=exact, under=under, is_complement=is_complement):
            below = len(under) * min(SUBTREE, 2 * share)
            guess = min(len(exact) * min(WORD, share) + below, MOST)
            return present * (1 - guess if is_complement else guess)
        case Words(words=words, is_complement=is_complement):
            each = 1 / len(fact.values) if fact.type is FactType.ENUM else min(WORD, share)
            guess = min(len(words) * each, MOST)
            return present * (1 - guess if is_complement else guess)
        case Spans(spans=spans):
            each = min(POINT, share)
            return present * min(sum(_span(fact, low, high, each) for low, high in spans), MOST)


def _span(fact: Fact, low: int, high: int, point: float) -> float:
    if low == high:
        return point
    n_open = (low == fact.low) + (high == fact.high)
    return (INTERVAL, RAY, MOST)[n_open]
