"""What a replay counts, and what the counts say.

In: the decisions of rows, batch by batch. Out: a `Tally`; and from it who won each point, what
each owner decided, what became of each definition, the strongest first. Needs no pyarrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rulec.ruleset.model import Definition, Lane
from rulec_runtime import Decision

__all__ = ["Reason", "Refused", "Share", "Standing", "Tally", "never_won"]

PLATFORM = "platform"


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why rows are refused: the fact, the assumption or `as_of`, and what was expected of it."""

    place: str
    expected: str


@dataclass(slots=True)
class Refused:
    """How many rows are refused for one reason."""

    first_row: int
    given: str
    """By the first of them."""
    n_rows: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all decisions went to someone."""

    name: str
    count: int
    total: int

    @property
    def part(self) -> float:
        """From 0 to 1; 0 of nothing."""
        return self.count / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one definition; of the platform too."""

    code: str
    kind: str
    owner: str | None
    identified: int
    """Rows it was identified on: businesses and the platform."""
    wins: int
    """Over all points."""
    blocks: int
    """Decisions in which it stopped what was weaker, for the platform's default."""


@dataclass(slots=True)
class Tally:
    """How often each decision won and each business was identified."""

    n_rows: int = 0
    """Refused ones too."""
    n_refused: int = 0
    decisions: dict[Decision, int] = field(default_factory=dict)
    """Every decision of the program, those that never won too."""
    identities: dict[str, int] = field(default_factory=dict)
    """By business code, `platform` included."""
    reasons: dict[Reason, Refused] = field(default_factory=dict)

    @property
    def n_decided(self) -> int:
        return self.n_rows - self.n_refused

    def winners_of(self, point: str) -> list[tuple[Decision, int]]:
        """The decisions that won at a point, and on how many rows."""
        wins = ((one, n) for one, n in self.decisions.items() if one.point == point and n)
        return sorted(wins, key=lambda win: (-win[1], win[0].number))

    def owners(self) -> list[Share]:
        """Who decided, over all rows of all points; the default counts for `platform`."""
        counts: dict[str, int] = {}
        for decision, n_rows in self.decisions.items():
            owner = decision.owner or PLATFORM
            counts[owner] = counts.get(owner, 0) + n_rows
        total = sum(counts.values())
        shares = (Share(owner, count, total) for owner, count in counts.items() if count)
        return sorted(shares, key=lambda share: (-share.count, share.name))

    def standings(self, definitions: Iterable[Definition]) -> list[Standing]:
        """What became of each definition and of the platform; who wins most stands first."""
        wins: dict[str, int] = {}
        blocks: dict[str, int] = {}
        for decision, n_rows in self.decisions.items():
            wins[decision.code] = wins.get(decision.code, 0) + n_rows
            if decision.blocked_by is not None:
                blocks[decision.blocked_by] = blocks.get(decision.blocked_by, 0) + n_rows
        known: list[tuple[str, str, str | None]] = [(PLATFORM, PLATFORM, None)]
        for one in definitions:
            kind = "business" if one.lane is Lane.BUSINESS else "product"
            known.append((one.code, kind, one.owner))
        standings = [
            Standing(
                code,
                kind,
                owner,
                identified=self.identities.get(code, 0),
                wins=wins.get(code, 0),
                blocks=blocks.get(code, 0),
            )
            for code, kind, owner in known
        ]
        return sorted(standings, key=lambda one: (-one.wins, -one.identified, one.code))


def never_won(standings: Sequence[Standing]) -> list[Standing]:
    """Who decided nothing: no win at any point, and nobody stopped; by code."""
    found = (one for one in standings if not one.wins and not one.blocks and one.kind != PLATFORM)
    return sorted(found, key=lambda one: one.code)
