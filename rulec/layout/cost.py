"""What a request is expected to cost: candidates in all, up to the winner, and who makes them.

In: the hung terms with guesses and covers. Out: the manifest's `cost`, which people read before
they ship; nothing decides by it.

A candidate is a term that a request looks at: a listed one when its cover holds, a flat one when
every row leaves it. The figures take literals as independent, and each as
likely as `access.py` guesses or the vocabulary declares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, Final

from rulec.layout.covers import Covers
from rulec.layout.flat import looks
from rulec.layout.hang import HungTerm
from rulec.ruleset.model import Definition, Lane
from rulec.simplify.describe import describe
from rulec.terms.model import ConditionId, Single
from rulec.terms.share import Shared

__all__ = ["expected_cost"]

N_DOMINANT: Final = 10
"""How many terms are named."""
_MAX_PARTS: Final = 4
"""Parts of a join that a text repeats."""


def expected_cost(
    ordered: Sequence[Definition],
    terms: Sequence[HungTerm],
    guesses: Sequence[float],
    known: Covers,
    shared: Shared,
) -> Mapping[str, Any]:
    """Expected candidates and matches a request, and the terms that dominate them."""
    chances = [_chance(term, guesses) for term in terms]
    met = [
        chance if term.is_flat else looks(term, known)
        for term, chance in zip(terms, chances, strict=True)
    ]
    by_entity = dict.fromkeys(shared.entities, 0.0)
    for term, look in zip(terms, met, strict=True):
        by_entity[term.entity] = by_entity.get(term.entity, 0.0) + look
    total = sum(met)
    matched = _matched(ordered, terms, chances)
    n_rules = sum(term.definition < len(ordered) for term in terms)
    dominant = sorted(range(n_rules), key=lambda number: (-met[number], number))[:N_DOMINANT]
    return {
        "expected_candidates": {name: _rounded(count) for name, count in by_entity.items()},
        "expected_up_to_winner": _rounded(_up_to_winner(ordered, terms, met, matched)),
        "expected_matches": _rounded(sum(matched)),
        "terms": n_rules,
        "flat_terms": sum(term.is_flat for term in terms),
        "dominant": [
            {
                "code": ordered[terms[number].definition].code,
                "share": _rounded(met[number] / total),
                "condition": _text(terms[number].condition, shared),
            }
            for number in dominant
        ],
    }


def _chance(term: HungTerm, guesses: Sequence[float]) -> float:
    return prod(guesses[condition] for _, condition in term.asks)


def _matched(
    ordered: Sequence[Definition], terms: Sequence[HungTerm], chances: Sequence[float]
) -> list[float]:
    """How likely each definition matches."""
    missed = [1.0] * len(ordered)
    for term, chance in zip(terms, chances, strict=True):
        if term.definition < len(ordered):
            missed[term.definition] *= 1 - chance
    return [1 - each for each in missed]


def _up_to_winner(
    ordered: Sequence[Definition],
    terms: Sequence[HungTerm],
    met: Sequence[float],
    matched: Sequence[float],
) -> float:
    """Candidates until the strongest business is found."""
    by_definition = [0.0] * len(ordered)
    for term, look in zip(terms, met, strict=True):
        if term.definition < len(ordered):
            by_definition[term.definition] += look
    total, is_open = 0.0, 1.0
    for number, definition in enumerate(ordered):
        if definition.lane is Lane.BUSINESS:
            total += is_open * by_definition[number]
            is_open *= 1 - matched[number]
    return total


def _rounded(number: float) -> float:
    return float(f"{number:.4g}")


def _text(condition: ConditionId | None, shared: Shared) -> str:
    """A local condition in words; long joins are cut short."""
    if condition is None:
        return "always"
    whole = shared.conditions[condition]
    if isinstance(whole, Single):
        return describe(whole.literal)
    shown = [_part(part, shared) for part in whole.parts[:_MAX_PARTS]]
    if len(whole.parts) > _MAX_PARTS:
        shown.append(f"{len(whole.parts) - _MAX_PARTS:,} more")
    return (" && " if whole.connective == "and" else " || ").join(shown)


def _part(condition: ConditionId, shared: Shared) -> str:
    whole = shared.conditions[condition]
    return describe(whole.literal) if isinstance(whole, Single) else "(...)"
