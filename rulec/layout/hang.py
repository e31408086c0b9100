"""Where each term hangs, and what it asks elsewhere.

In: terms in program order, with the cover of each local condition. Out: for every entity the local
conditions that are asked, numbered; for every term its access entity and condition, and its checks.

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

__all__ = ["Hung", "HungTerm", "hang"]


@dataclass(frozen=True, slots=True)
class HungTerm:
    """One term; conditions are those of `Shared`."""

    definition: int
    entity: str
    condition: ConditionId | None
    """Its access condition; None where it asks nothing."""
    is_exact: bool
    """Whether being a candidate is enough for the access condition to hold."""
    checks: tuple[tuple[str, ConditionId], ...]
    """(entity, condition), the least likely first."""


@dataclass(slots=True)
class Hung:
    """The terms, and what is asked of each entity."""

    terms: list[HungTerm] = field(default_factory=list)
    asked: dict[str, dict[ConditionId, None]] = field(default_factory=dict)
    """The conditions of each entity, in the order they were first asked."""
    positions: dict[str, dict[ConditionId, int]] = field(default_factory=dict)
    """The bit of each condition that is checked."""

    def ask(self, entity: str, condition: ConditionId) -> None:
        """Let the entity have the condition."""
        self.asked[entity].setdefault(condition)

    def check(self, entity: str, condition: ConditionId) -> None:
        """Let the condition have a position too."""
        self.ask(entity, condition)
        mine = self.positions[entity]
        mine.setdefault(condition, len(mine))


def hang(
    entities: Iterable[str],
    terms: Sequence[Sequence[Term]],
    guesses: Sequence[float],
    known: Covers,
) -> Hung:
    """Hang the terms of definition 0, 1, ... in this order; those of assumptions come last."""
    names = list(entities)
    hung = Hung(asked={name: {} for name in names}, positions={name: {} for name in names})
    for definition, own in enumerate(terms):
        for term in own:
            hung.terms.append(_hung(definition, term, names[0], guesses, known.covers))
    for one in hung.terms:
        if one.condition is not None and not one.is_exact:
            hung.ask(one.entity, one.condition)
        for entity, condition in one.checks:
            hung.check(entity, condition)
    return hung


def _hung(
    definition: int, term: Term, first: str, guesses: Sequence[float], covers: Sequence[Cover]
) -> HungTerm:
    if not term.asks:
        return HungTerm(definition, first, None, True, ())
    entity, condition = min(
        term.asks, key=lambda asked: (covers[asked[1]].cost, guesses[asked[1]], asked[0])
    )
    checks = sorted(
        (asked for asked in term.asks if asked[0] != entity),
        key=lambda asked: (guesses[asked[1]], asked),
    )
    return HungTerm(definition, entity, condition, covers[condition].is_exact, tuple(checks))
