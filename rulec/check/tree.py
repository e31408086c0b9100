"""Typed atoms: the leaves of a checked condition.

In: nothing; `names.py` and `types.py` make these. Every atom reads one declared fact. Numbers are
64-bit integers; those of a decimal fact count its smallest unit. An atom is true, false, or, where
its fact is absent and optional, unknown; `oracle/evaluate.py` says exactly when.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TypeAlias

from rulec.logic import Node
from rulec.ruleset.model import RuleSet
from rulec.syntax.tree import Operator
from rulec.vocabulary.model import Fact

__all__ = ["Atom", "CheckedRuleSet", "Compare", "HasTag", "InList", "InRange", "IsSet", "Typed"]


@dataclass(frozen=True, slots=True)
class IsSet:
    """A flag: `seller.isTMSeller()`."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class HasTag:
    """A tag: `item.contains(4199)`."""

    fact: Fact
    tag: int


@dataclass(frozen=True, slots=True)
class Compare:
    """`fact operator value`; text knows `==` and `!=` only."""

    fact: Fact
    operator: Operator
    value: int | str


@dataclass(frozen=True, slots=True)
class InList:
    """`fact in [values]`; an empty list holds nothing."""

    fact: Fact
    values: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class InRange:
    """`low <= fact < high`, or `<= high`; None is an open end."""

    fact: Fact
    low: int | None
    high: int | None
    includes_high: bool


Atom: TypeAlias = IsSet | HasTag | Compare | InList | InRange
Typed: TypeAlias = Node[Atom]
"""A checked condition."""


@dataclass(frozen=True, slots=True)
class CheckedRuleSet:
    """A rule set whose every condition is checked, by the definition's code."""

    ruleset: RuleSet
    conditions: Mapping[str, Typed]
    settled: Set[str] = frozenset()
    """Who stands in a tie that the smaller code settled, as was asked for."""
