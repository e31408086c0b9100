"""What a request is expected to cost: candidates in all, up to the winner, and who makes them.

In: the hung terms with guesses and covers. Out: the manifest's `cost`, which people read before
they ship; nothing decides by it.

A candidate is a term that a request looks at. The figures take literals as independent, and each as
likely as `access.py` guesses or the vocabulary declares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, Final

from rulec.layout.covers import Covers
from rulec.layout.hang import Hung, HungTerm
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
    hung: Hung,
    guesses: Sequence[float],
    known: Covers,
    shared: Shared,
) -> Mapping[str, Any]:
    """Expected candidates and matches a request, and the terms that dominate them."""
    looks = [_looks(term, known) for term in hung.terms]
    by_entity = dict.fromkeys(hung.asked, 0.0)
    for term, look in zip(hung.terms, looks, strict=True):
        by_entity[term.entity] += look
    total = sum(looks)
    chances = _chances(ordered, hung, guesses)
    n_rules = sum(term.definition < len(ordered) for term in hung.terms)
    dominant = sorted(range(n_rules), key=lambda number: (-looks[number], number))[:N_DOMINANT]
    return {
        "expected_candidates": {name: _rounded(count) for name, count in by_entity.items()},
        "expected_up_to_winner": _rounded(_up_to_winner(ordered, hung, looks, chances)),
        "expected_matches": _rounded(sum(chances)),
        "dominant": [
            {
                "code": ordered[hung.terms[number].definition].code,
                "share": _rounded(looks[number] / total),
                "condition": _text(hung.terms[number].condition, shared),
            }
            for number in dominant
        ],
    }


def _looks(term: HungTerm, known: Covers) -> float:
    """How often a request looks at a term."""
    return 1.0 if term.condition is None else known.covers[term.condition].cost


def _chances(ordered: Sequence[Definition], hung: Hung, guesses: Sequence[float]) -> list[float]:
    """How likely each definition matches."""
    missed = [1.0] * len(ordered)
    for term in hung.terms:
        if term.definition >= len(ordered):
            continue
        asked = [condition for _, condition in term.checks]
        if term.condition is not None:
            asked.append(term.condition)
        missed[term.definition] *= 1 - prod(guesses[condition] for condition in asked)
    return [1 - each for each in missed]


def _up_to_winner(
    ordered: Sequence[Definition],
    hung: Hung,
    looks: Sequence[float],
    chances: Sequence[float],
) -> float:
    """Candidates until the strongest business is found."""
    by_definition = [0.0] * len(ordered)
    for term, look in zip(hung.terms, looks, strict=True):
        if term.definition < len(ordered):
            by_definition[term.definition] += look
    total, is_open = 0.0, 1.0
    for number, definition in enumerate(ordered):
        if definition.lane is Lane.BUSINESS:
            total += is_open * by_definition[number]
            is_open *= 1 - chances[number]
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
