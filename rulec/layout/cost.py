"""What a request is expected to cost: candidates in all, up to the winner, and who makes them.

In: the hung terms with guesses and covers. Out: the manifest's `cost`, which people read before
they ship; nothing decides by it.

A candidate is a term that a request looks at: a listed one when its cover holds, a flat one when
every row leaves it. The figures take literals as independent, and each as
likely as `access.py` guesses, the vocabulary declares or traffic taught. Over a sample of traffic
the same is counted row by row (`measured_cost`), and nothing is taken as independent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from math import prod
from operator import and_, or_
from typing import Any, Final

from rulec.layout.covers import Covers
from rulec.layout.flat import looks
from rulec.layout.hang import HungTerm
from rulec.layout.learn import Counted, Rows
from rulec.ruleset.model import Definition, Lane
from rulec.simplify.describe import describe
from rulec.terms.model import ConditionId, Single
from rulec.terms.share import Shared

__all__ = ["expected_cost", "measured_cost"]

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
) -> dict[str, Any]:
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


def measured_cost(
    ordered: Sequence[Definition],
    terms: Sequence[HungTerm],
    known: Covers,
    counted: Counted,
) -> dict[str, Any]:
    """What the rows of a sample cost with this layout: the same figures, counted; a mean a row.

    Nothing where a fact that some term reads was not recorded. Liveness counts for nothing here,
    as it does there.
    """
    looked, matched = 0, [0] * len(ordered)
    by_definition: list[list[Rows]] = [[] for _ in ordered]
    for term in terms:
        asks = [counted.rows[condition] for _, condition in term.asks]
        if any(rows is None for rows in asks):
            return {}
        rows = _met(term, known, counted)
        looked += rows.bit_count()
        if term.definition < len(ordered):
            by_definition[term.definition].append(rows)
            matched[term.definition] |= _all(asks, counted.n_rows)
    up_to_winner, is_open = 0, (1 << counted.n_rows) - 1
    for number, definition in enumerate(ordered):
        if definition.lane is Lane.BUSINESS:
            up_to_winner += sum((rows & is_open).bit_count() for rows in by_definition[number])
            is_open &= ~matched[number]
    return {
        "measured_candidates": _rounded(looked / counted.n_rows),
        "measured_up_to_winner": _rounded(up_to_winner / counted.n_rows),
        "measured_matches": _rounded(sum(map(int.bit_count, matched)) / counted.n_rows),
    }


def _met(term: HungTerm, known: Covers, counted: Counted) -> Rows:
    """The rows that look at a term: those of its cover, or those that the flat rows leave."""
    if term.is_flat:
        left = (counted.rows[asked[1]] for asked in term.asks if asked not in term.checks)
        return _all(left, counted.n_rows)
    literals = None if term.condition is None else known.covers[term.condition].literals
    if literals is None:
        return (1 << counted.n_rows) - 1
    return reduce(or_, (counted.rows[literal] or 0 for literal in literals), 0)


def _all(rows: Iterable[Rows | None], n_rows: int) -> Rows:
    return reduce(and_, (one or 0 for one in rows), (1 << n_rows) - 1)


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
