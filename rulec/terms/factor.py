"""Factor a condition into terms.

In: literals without negation, and the shared local conditions. Out: the terms, or the part of the
condition that multiplies beyond the bound.

What reads one entity only stays whole, whatever ORs it holds; what mixes entities is distributed.
So `(seller.a || seller.b) && (item.x || item.y)` is one term, not four. Then terms that are equal
but for one entity merge, and terms that another one implies are absorbed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final, TypeAlias

from rulec.limits import MAX_TERMS
from rulec.logic import And, Known, Leaf, Node, Or, Truth, Use, fold_once
from rulec.simplify.values import Literal
from rulec.source import Span
from rulec.terms.model import ConditionId, Term
from rulec.terms.share import Shared

__all__ = ["Factored", "TermExplosion", "factor", "gate"]

_Asks: TypeAlias = dict[str, ConditionId]
"""A term on its way: entity -> local condition."""

_ABSORB_BELOW: Final = 512
"""Absorbing compares every two terms; above this many it costs more than it saves."""


@dataclass(frozen=True, slots=True)
class TermExplosion:
    """A part of a condition that multiplies to more than `MAX_TERMS` terms."""

    span: Span
    n_terms: int


Factored: TypeAlias = Known[Literal, list[_Asks] | TermExplosion]
"""What named conditions came to so far, over one set of shared local conditions."""


def gate(condition: Node[Literal], shared: Shared) -> ConditionId | bool:
    """A condition of one literal as a local condition; a bool where it is always or never true."""
    if isinstance(condition, Truth):
        return condition.value
    assert isinstance(condition, Leaf)
    return shared.single(condition.value)


def factor(
    condition: Node[Literal], shared: Shared, known: Factored | None = None
) -> list[Term] | TermExplosion:
    """The terms of a condition; none where it is never true.

    Time is linear in the tree but for the products, which `MAX_TERMS` bounds. `known` remembers
    named conditions from one call to the next.
    """

    def visit(
        node: Node[Literal], results: Sequence[list[_Asks] | TermExplosion]
    ) -> list[_Asks] | TermExplosion:
        items: list[list[_Asks]] = []
        for result in results:
            if isinstance(result, TermExplosion):
                return result
            items.append(result)
        match node:
            case Leaf(value=literal):
                return [{literal.fact.entity: shared.single(literal)}]
            case Truth(value=value):
                return [{}] if value else []
            case Or():
                alternatives = _joined([asks for item in items for asks in item], shared)
                if len(alternatives) > MAX_TERMS:
                    return TermExplosion(node.span, len(alternatives))
                return _merged(alternatives, shared)
            case And():
                n_terms = prod(map(len, items))
                if n_terms > MAX_TERMS:
                    return TermExplosion(node.span, n_terms)
                return _merged([_conjoined(choice, shared) for choice in product(*items)], shared)
        raise AssertionError("a negation is left")

    terms = fold_once(condition, visit, {} if known is None else known, _used)
    if isinstance(terms, TermExplosion):
        return terms
    return [Term(tuple(sorted(asks.items()))) for asks in terms]


def _used(use: Use[Literal], result: list[_Asks] | TermExplosion) -> list[_Asks] | TermExplosion:
    """What multiplies below a name is shown at the name."""
    return TermExplosion(use.span, result.n_terms) if isinstance(result, TermExplosion) else result


def _conjoined(choice: Sequence[_Asks], shared: Shared) -> _Asks:
    parts: dict[str, list[ConditionId]] = {}
    for asks in choice:
        for entity, condition in asks.items():
            parts.setdefault(entity, []).append(condition)
    return {entity: shared.join("and", conditions) for entity, conditions in parts.items()}


def _joined(alternatives: list[_Asks], shared: Shared) -> list[_Asks]:
    """Alternatives that ask one entity only as one, so that a long list of them is no explosion."""
    single: dict[str, list[ConditionId]] = {}
    kept: list[_Asks] = []
    for asks in alternatives:
        if len(asks) == 1:
            ((entity, condition),) = asks.items()
            single.setdefault(entity, []).append(condition)
        else:
            kept.append(asks)
    return kept + [{entity: shared.join("or", parts)} for entity, parts in single.items()]


def _merged(terms: list[_Asks], shared: Shared) -> list[_Asks]:
    """Terms equal but for one entity as one, until nothing merges; then the implied ones out."""
    if len(terms) < 2:
        return terms
    entities = sorted({entity for asks in terms for entity in asks})
    n_before = len(terms) + 1
    while len(terms) < n_before:
        n_before = len(terms)
        for entity in entities:
            terms = _merged_on(entity, terms, shared)
    return _absorbed(terms, shared) if len(terms) < _ABSORB_BELOW else terms


def _merged_on(entity: str, terms: list[_Asks], shared: Shared) -> list[_Asks]:
    groups: dict[tuple[bool, frozenset[tuple[str, ConditionId]]], list[_Asks]] = {}
    for asks in terms:
        rest = frozenset((name, asked) for name, asked in asks.items() if name != entity)
        groups.setdefault((entity in asks, rest), []).append(asks)
    merged: list[_Asks] = []
    for (is_asked, _), group in groups.items():
        asks = dict(group[0])
        if is_asked:
            asks[entity] = shared.join("or", [one[entity] for one in group])
        merged.append(asks)
    return merged


def _absorbed(terms: list[_Asks], shared: Shared) -> list[_Asks]:
    kept: list[_Asks] = []
    for asks in sorted(terms, key=len):
        if not any(_is_implied(asks, weaker, shared) for weaker in kept):
            kept.append(asks)
    return kept


def _is_implied(strong: _Asks, weak: _Asks, shared: Shared) -> bool:
    return all(
        entity in strong and shared.implies(strong[entity], asked) for entity, asked in weak.items()
    )
