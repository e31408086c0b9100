"""Intern local conditions: the same question about the same entity is one number, asked once.

In: literals, and conditions to join. Out: numbers. Order and repetition of parts do not matter, and
nested joins of one kind are flat, so `a && (b && a)` and `b && a` are the same condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal as OneOf

from rulec.simplify.values import Literal
from rulec.terms.model import ConditionId, Joined, LocalCondition, Single

__all__ = ["Shared"]


class Shared:
    """The local conditions of a rule set, numbered from 0 in the order they were first met."""

    def __init__(self) -> None:
        self.conditions: list[LocalCondition] = []
        self.entities: list[str] = []
        """The entity each condition reads."""
        self._numbers: dict[LocalCondition, ConditionId] = {}
        self._singles: dict[int, tuple[Literal, ConditionId]] = {}
        """By identity, with the literal that is thereby kept alive."""

    def single(self, literal: Literal) -> ConditionId:
        """The condition that is one literal."""
        known = self._singles.get(id(literal))
        if known is None:
            number = self._intern(Single(literal), literal.fact.entity)
            known = self._singles[id(literal)] = literal, number
        return known[1]

    def join(self, connective: OneOf["and", "or"], parts: Sequence[ConditionId]) -> ConditionId:
        """All or any of the parts, which read one entity; at least one."""
        if len(parts) == 1:
            return parts[0]
        flat: set[ConditionId] = set()
        for part in parts:
            condition = self.conditions[part]
            is_same = isinstance(condition, Joined) and condition.connective == connective
            flat.update(condition.parts if is_same and isinstance(condition, Joined) else (part,))
        if len(flat) == 1:
            return flat.pop()
        ordered = tuple(sorted(flat))
        return self._intern(Joined(connective, ordered), self.entities[ordered[0]])

    def implies(self, strong: ConditionId, weak: ConditionId) -> bool:
        """Whether `strong` visibly implies `weak`; False may only mean that it does not show."""
        if strong == weak:
            return True
        first, second = self.conditions[strong], self.conditions[weak]
        if isinstance(first, Joined) and first.connective == "and" and weak in first.parts:
            return True
        return isinstance(second, Joined) and second.connective == "or" and strong in second.parts

    def take(self, condition: LocalCondition, entity: str) -> ConditionId:
        """Number a condition that was not met before and whose parts were: whoever knows that."""
        number = self._numbers[condition] = len(self.conditions)
        self.conditions.append(condition)
        self.entities.append(entity)
        return number

    def _intern(self, condition: LocalCondition, entity: str) -> ConditionId:
        number = self._numbers.get(condition)
        if number is None:
            number = self._numbers[condition] = len(self.conditions)
            self.conditions.append(condition)
            self.entities.append(entity)
        return number
