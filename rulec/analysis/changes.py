"""What a comparison of two rule sets says.

In: nothing; `comparison.py` makes these. Out: a `Difference`: every `Change`, and what was `Cut`.
"""

from __future__ import annotations

from dataclasses import dataclass

from rulec.analysis.answers import Place, Witness
from rulec.analysis.sides import Outcome

__all__ = ["Change", "Cut", "Difference"]


@dataclass(frozen=True, slots=True)
class Change:
    """A class of requests; None where a definition is not in a list that takes all."""

    place: Place | None
    """None: who is identified."""
    old: Outcome | None
    new: Outcome | None
    witness: Witness
    is_order: bool = False
    """Of two who stay in a list: who of them stood first, and who does now."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Something that was not looked at, or not settled."""

    place: Place | None
    what: str
    n_left: int | None = None
    """Who was not asked about; None where they were not even counted."""
    is_undecided: bool = False
    """The budget of a single question ran out."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Every change, and what could not be told."""

    changes: tuple[Change, ...]
    changed: tuple[str, ...]
    """The definitions that changed, in the new order, then those that are gone."""
    cut: tuple[Cut, ...] = ()
    not_compared: tuple[str, ...] = ()
    """Requests, points and scenarios that only one version takes, in words."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing was cut."""
        return not self.cut
