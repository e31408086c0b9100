"""Answers: each carries what anyone needs to check it.

In: nothing; the questions make these. Out: a `Witness`, the facts of one request, or `Never`, the
definitions that leave no request, or `Undecided`, where the budget ran out. A witness was replayed
by the oracle, a cover was proved a second time by the plain search, before either is handed out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from rulec.analysis.witness import Facts, Undecided
from rulec.ruleset.model import Binding

__all__ = [
    "Answer",
    "Cause",
    "Never",
    "Place",
    "Relation",
    "Role",
    "Undecided",
    "Verdict",
    "Witness",
    "both",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A point under a scenario; None stands for every scenario that nobody tags there, too."""

    point: str
    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """One request: facts as a caller gives them, and its time where something has a window."""

    facts: Facts
    as_of: str | None = None
    place: Place | None = None


class Role(Enum):
    """What a definition does in a cover."""

    AHEAD = "ahead"
    """It stands ahead and wins."""
    BARRIER = "barrier"
    """It is isolated, so weaker businesses are out."""
    IDENTITY = "identity"
    """It is identified, and does not install the product."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One definition of a cover. `via` is the business whose products it counts among, if any."""

    code: str
    role: Role
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """No request at all.

    `cover` is minimal: without any of its definitions, some request is left; but where finding out
    was over the budget, `is_minimal` says so. It is empty where the conditions asked about exclude
    each other on their own. `assumptions` are those it leans on.
    """

    cover: tuple[Cause, ...] = ()
    assumptions: tuple[str, ...] = ()
    is_minimal: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """The definitions of the cover."""
        return tuple(dict.fromkeys(cause.code for cause in self.cover))


Answer: TypeAlias = Witness | Never | Undecided


@dataclass(frozen=True, slots=True)
class Verdict:
    """A binding of a definition that never wins at a place, or may not."""

    code: str
    place: Place
    binding: Binding
    answer: Never | Undecided


class Relation(Enum):
    """How the requests of one condition lie to those of another."""

    EQUAL = "equal"
    INSIDE = "inside"
    CONTAINS = "contains"
    OVERLAPS = "overlaps"
    DISJOINT = "disjoint"


def both(one: Never | Undecided, two: Never | Undecided) -> Never | Undecided:
    """What two answers say together: never, if both do."""
    if isinstance(one, Undecided) or isinstance(two, Undecided):
        return Undecided()
    cover = tuple(dict.fromkeys(one.cover + two.cover))
    assumptions = tuple(dict.fromkeys(one.assumptions + two.assumptions))
    return Never(cover, assumptions, one.is_minimal and two.is_minimal)
