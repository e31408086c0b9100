"""Where each term hangs, and what it asks elsewhere.

In: terms in program order, with the cover of each local condition. Out: for every term its access
entity, its condition there and its checks; for every entity the local conditions that are asked.

A term hangs on its access entity: the one whose local condition has the cheapest cover. It is a
candidate of the requests in which a literal of that cover holds; what it asks of other entities is
checked then. Conditions that are checked, and only those, get a *position*: their bit in the
signature of the entity. A term that asks nothing hangs on the first entity, in every request.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rulec.layout.covers import Cover, Covers
from rulec.terms.model import ConditionId, Term

__all__ = ["Asked", "HungTerm", "hang"]


@dataclass(frozen=True, slots=True)
class HungTerm:
    """One term; conditions are those of `Shared`."""

    definition: int
    asks: tuple[tuple[str, ConditionId], ...]
    entity: str
    """The access entity."""
    condition: ConditionId | None
    """Its access condition; None where it asks nothing."""
    is_exact: bool
    """Whether being a candidate is enough for the access condition to hold."""
    checks: tuple[tuple[str, ConditionId], ...]
    """(entity, condition), the least likely first."""
    is_flat: bool = False
    """Whether it stands in rows of flat terms, and in no run (flat.py)."""


@dataclass(slots=True)
class Asked:
    """What is asked of each entity."""

    conditions: dict[str, dict[ConditionId, None]] = field(default_factory=dict)
    """In the order they were first asked."""
    positions: dict[str, dict[ConditionId, int]] = field(default_factory=dict)
    """The bit of each condition that is checked."""

    @classmethod
    def by(cls, terms: Iterable[HungTerm], entities: Iterable[str]) -> Asked:
        """What some terms ask."""
        names = list(entities)
        asked = cls({name: {} for name in names}, {name: {} for name in names})
        for term in terms:
            if term.condition is not None and not term.is_exact:
                asked.conditions[term.entity].setdefault(term.condition)
            for entity, condition in term.checks:
                asked.check(entity, condition)
        return asked

    def check(self, entity: str, condition: ConditionId) -> int:
        """Let the entity have the condition, with a position."""
        self.conditions[entity].setdefault(condition)
        mine = self.positions[entity]
        return mine.setdefault(condition, len(mine))


def hang(
    entities: Sequence[str],
    terms: Sequence[Sequence[Term]],
    guesses: Sequence[float],
    known: Covers,
) -> list[HungTerm]:
    """Hang the terms of definition 0, 1, ... in this order; those of assumptions come last."""
    return [
        _hung(definition, term, entities[0], guesses, known.covers)
        for definition, own in enumerate(terms)
        for term in own
    ]


def _hung(
    definition: int, term: Term, first: str, guesses: Sequence[float], covers: Sequence[Cover]
) -> HungTerm:
    if not term.asks:
        return HungTerm(definition, (), first, None, True, ())
    entity, condition = min(
        term.asks, key=lambda asked: (covers[asked[1]].cost, guesses[asked[1]], asked[0])
    )
    checks = sorted(
        (asked for asked in term.asks if asked[0] != entity),
        key=lambda asked: (guesses[asked[1]], asked),
    )
    is_exact = covers[condition].is_exact
    return HungTerm(definition, term.asks, entity, condition, is_exact, tuple(checks))
