"""What a condition says, as written: the leaves of a parsed tree.

In: nothing; `parse.py` makes these. Nothing here knows the vocabulary: names are words, numbers
are digits, and `check` gives them types. Spans count code points of the condition's own text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from rulec.logic import Node
from rulec.source import Span

__all__ = [
    "Bare",
    "Call",
    "Comparison",
    "Expr",
    "FactName",
    "Has",
    "Membership",
    "Name",
    "Operator",
    "Rollout",
    "Under",
    "Value",
    "ValueKind",
    "ValueList",
    "ValueRange",
    "Word",
    "Written",
]


class Operator(Enum):
    """The comparisons."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


class ValueKind(Enum):
    """How a value is written."""

    INT = "an integer"
    DECIMAL = "a decimal"
    TIME = "a time"
    STRING = "a string"


@dataclass(frozen=True, slots=True)
class Word:
    """A name in the text."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class FactName:
    """`entity.fact`."""

    entity: Word
    fact: Word

    @property
    def span(self) -> Span:
        return Span(self.entity.span.start, self.fact.span.end)


@dataclass(frozen=True, slots=True)
class Value:
    """A value: a string's characters, a number's digits without their `_`, a time as written."""

    kind: ValueKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ValueList:
    """`[a, b]`."""

    values: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ValueRange:
    """`low..high` (half-open) or `low..=high`; None is an open end."""

    low: Value | None
    high: Value | None
    includes_high: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Bare:
    """A fact that stands alone, which no fact may."""

    fact: FactName


@dataclass(frozen=True, slots=True)
class Comparison:
    """`fact == value` and its like."""

    fact: FactName
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Membership:
    """`fact in set` or, negated, `fact not in set`."""

    fact: FactName
    is_negated: bool
    set: ValueList | ValueRange


@dataclass(frozen=True, slots=True)
class Call:
    """`entity.fact()`, `entity.method(x)` or `entity.fact.method(x)`.

    `fact.fact` is the method where the short form is meant; only `check` can tell.
    """

    fact: FactName
    method: Word | None
    argument: Value | ValueList | None


@dataclass(frozen=True, slots=True)
class Under:
    """`fact under "a/b"`, `fact under [...]` or, negated, `fact not under ...`."""

    fact: FactName
    is_negated: bool
    paths: ValueList


@dataclass(frozen=True, slots=True)
class Has:
    """`has(fact)`."""

    fact: FactName


@dataclass(frozen=True, slots=True)
class Rollout:
    """`rollout(12.5%, by: fact, salt: "text")`; the percentage is written without its `%`."""

    percent: Word
    by: FactName
    salt: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A named condition."""

    word: Word


Written: TypeAlias = Bare | Comparison | Membership | Call | Under | Has | Rollout | Name
"""A leaf, as written."""
Expr: TypeAlias = Node[Written]
"""A parsed condition."""
