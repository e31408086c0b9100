"""Typed atoms: the leaves of a checked condition.

In: nothing; `names.py` and `types.py` make these. Every atom reads one declared fact. Numbers are
64-bit integers; those of a decimal fact count its smallest unit, those of a time its microseconds.
An atom is true, false, or, where
its fact is absent and optional, unknown; `oracle/evaluate.py` says exactly when.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from rulec.logic import Node
from rulec.ruleset.model import Rollout, RuleSet
from rulec.source import Where
from rulec.syntax.tree import Operator
from rulec.vocabulary.model import Fact

__all__ = [
    "Atom",
    "CheckedAssumption",
    "CheckedRuleSet",
    "Compare",
    "HasTag",
    "HasTags",
    "InList",
    "InRange",
    "IsPresent",
    "IsSelected",
    "IsSet",
    "IsUnder",
    "Matches",
    "Pattern",
    "Typed",
]


@dataclass(frozen=True, slots=True)
class IsSet:
    """A flag: `seller.isTMSeller()`."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class HasTag:
    """A tag: `item.contains(4199)`."""

    fact: Fact
    tag: int | str


@dataclass(frozen=True, slots=True)
class HasTags:
    """Any or all of some tags: `item.containsAny([1, 2])`."""

    fact: Fact
    tags: tuple[int | str, ...]
    needs_all: bool


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


@dataclass(frozen=True, slots=True)
class IsUnder:
    """`fact under [paths]`: the node is one of the paths, or lies below one."""

    fact: Fact
    paths: tuple[str, ...]


class Pattern(Enum):
    """Where a text must stand in a string."""

    STARTS_WITH = "startsWith"
    ENDS_WITH = "endsWith"
    INCLUDES = "includes"

    def finds(self, text: str, value: str) -> bool:
        """Whether a text stands there in a string.

        >>> Pattern.STARTS_WITH.finds("ab", "abc"), Pattern.ENDS_WITH.finds("ab", "abc")
        (True, False)
        """
        match self:
            case Pattern.STARTS_WITH:
                return value.startswith(text)
            case Pattern.ENDS_WITH:
                return value.endswith(text)
            case Pattern.INCLUDES:
                return text in value


@dataclass(frozen=True, slots=True)
class Matches:
    """`fact.startsWith(text)` and its like."""

    fact: Fact
    pattern: Pattern
    text: str


@dataclass(frozen=True, slots=True)
class IsPresent:
    """`has(fact)`: true or false, never unknown; the fact is optional."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class IsSelected:
    """`rollout(...)`: the key's bucket lies below the threshold."""

    fact: Fact
    salt: str
    threshold: int


Atom: TypeAlias = (
    IsSet
    | HasTag
    | HasTags
    | Compare
    | InList
    | InRange
    | IsUnder
    | Matches
    | IsPresent
    | IsSelected
)
Typed: TypeAlias = Node[Atom]
"""A checked condition."""


@dataclass(frozen=True, slots=True)
class CheckedAssumption:
    """An assumption: its words, and the condition that is true on requests that break it."""

    text: str
    is_broken: Typed
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CheckedRuleSet:
    """A rule set whose every condition is checked, by the definition's code."""

    ruleset: RuleSet
    conditions: Mapping[str, Typed]
    assumptions: tuple[CheckedAssumption, ...] = ()
    settled: Set[str] = frozenset()
    """Who stands in a tie that the smaller code settled, as was asked for."""
    rollouts: Mapping[Rollout, Typed] = field(default_factory=dict)
    """The condition of each rollout of a definition or a binding."""
