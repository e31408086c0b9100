"""Terms that an earlier compile made of the same conditions, numbered as if this one had.

In: normal forms, compile after compile. Out: for each compile a `Numbering`: terms, and a `Shared`
of its own, with the numbers that a compile from nothing gives.

All compiles intern into one pool. The *trace* of a condition is the pool's numbers that it met, in
the order in which it met them. Whoever goes through the conditions of a compile in order, and gives
every number of their traces the next free one at first sight, numbers them as interning them would.
Parts of a join ascend, so they are sorted anew; nothing else about a term depends on numbers.

A condition that uses names is made anew each time: what a name stands for is met where it is used
first, which is another place after an edit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

from rulec.logic import Node, has_names
from rulec.recall import Recall
from rulec.simplify.values import Literal
from rulec.terms.factor import Factored, TermExplosion, factor
from rulec.terms.model import ConditionId, Joined, LocalCondition, Term
from rulec.terms.share import Shared

__all__ = ["Numbering", "Pool"]

MORE: Final = 2
SLACK: Final = 4_096
"""Local conditions that are kept in any case."""

_Made: TypeAlias = tuple[list[Term] | TermExplosion, tuple[ConditionId, ...]]
"""The terms of a condition in the pool's numbers, and its trace."""


class _Traced(Shared):
    """The pool; `trace` grows by every number that is met."""

    def __init__(self) -> None:
        super().__init__()
        self.trace: list[ConditionId] = []

    def single(self, literal: Literal) -> ConditionId:
        number = super().single(literal)
        self.trace.append(number)
        return number

    def _intern(self, condition: LocalCondition, entity: str) -> ConditionId:
        number = super()._intern(condition, entity)
        self.trace.append(number)
        return number


@dataclass(slots=True)
class Pool:
    """The local conditions of all compiles so far, and what each condition came to."""

    shared: _Traced = field(default_factory=_Traced)
    recall: Recall = field(default_factory=Recall)
    """Of each condition what it came to; None where it uses names."""
    n_met: int = 0
    """Local conditions that the latest compile met."""

    def forget(self) -> None:
        """Forget the conditions that were not asked for since the last time.

        The pool keeps what it numbered; when it is far more than one compile needs, it starts anew.
        """
        self.recall.turn()
        if len(self.shared.conditions) > MORE * self.n_met + SLACK:
            self.shared, self.recall = _Traced(), Recall()


class Numbering:
    """The terms of one compile. Its conditions come in the order of their numbers: call it so."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        pool.shared.trace.clear()
        self._named: Factored = {}
        self._numbers: dict[ConditionId, ConditionId] = {}
        self.shared = Shared()

    def factor(self, condition: Node[Literal]) -> list[Term] | TermExplosion:
        """As `rulec.terms.factor.factor`."""
        keep = partial(self._kept, condition)
        made = self._pool.recall.of(id(condition), (condition,), keep)
        return self._numbered(made or self._made(condition))

    def _kept(self, condition: Node[Literal]) -> _Made | None:
        return None if has_names(condition) else self._made(condition)

    def _made(self, condition: Node[Literal]) -> _Made:
        found = factor(condition, self._pool.shared, self._named)
        return found, self._taken()

    def _taken(self) -> tuple[ConditionId, ...]:
        """The trace since the last time."""
        trace = self._pool.shared.trace
        taken = tuple(dict.fromkeys(trace))
        trace.clear()
        return taken

    def _numbered(self, made: _Made) -> list[Term] | TermExplosion:
        found, trace = made
        self._meet(trace)
        if isinstance(found, TermExplosion):
            return found
        numbers = self._numbers
        return [
            Term(tuple([(entity, numbers[asked]) for entity, asked in term.asks])) for term in found
        ]

    def _meet(self, trace: Iterable[ConditionId]) -> None:
        """Give numbers to what is met for the first time; parts are met before what joins them."""
        numbers, pool = self._numbers, self._pool.shared
        for number in trace:
            if number in numbers:
                continue
            condition = pool.conditions[number]
            if isinstance(condition, Joined):
                parts = tuple(sorted([numbers[part] for part in condition.parts]))
                condition = Joined(condition.connective, parts)
            numbers[number] = self.shared.take(condition, pool.entities[number])
        self._pool.n_met = len(numbers)
