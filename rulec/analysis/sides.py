"""One side of a comparison: who wins at a place of one rule set, and what would keep them from it.

In: an `Overlay` and a `Walk` of it. Out: a `Side`: everyone who can win, who does at a spot, and
the reason that tells that winner's points from all others (`diff.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rulec.analysis.overlay import Overlay, Stand, Walk
from rulec.analysis.predicates import Holding
from rulec.analysis.wins import Reason, Wins
from rulec.analysis.world import Spot
from rulec.oracle.resolve import PLATFORM
from rulec.ruleset.model import Implementation

__all__ = ["Found", "Outcome", "Side"]

Found: TypeAlias = tuple[Stand, int] | None
"""Who wins, and by which of its bindings; None is the default."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who wins: a binding of a definition, or the platform's default; `blocked_by` says stop."""

    code: str
    owner: str | None
    implementation: Implementation | None
    blocked_by: str | None = None


class Side:
    """One walk of one overlay, and who wins there at a spot."""

    def __init__(self, overlay: Overlay, walk: Walk) -> None:
        self.overlay = overlay
        self.walk = walk

    def candidates(self) -> Iterator[tuple[Stand | None, int]]:
        """Everyone who can win, the default last."""
        for stand in self.walk.stands.values():
            for tried in range(len(stand.tries)):
                yield stand, tried
        yield None, 0

    def asked(self, stand: Stand | None, tried: int) -> Iterator[Wins]:
        """Where a binding wins: where it stands, and where `before` moves it."""
        yield Wins(self.overlay, self.walk, stand, tried)
        if stand is None or self.walk.is_named(stand.number):
            return
        if stand.tries[tried].binding.before:
            yield Wins(self.overlay, self.walk, stand, tried, is_moved=True)

    def outcome(self, stand: Stand | None, tried: int) -> Outcome:
        """What it is that wins."""
        if stand is None:
            return Outcome(PLATFORM, None, self.walk.point.default)
        one = self.overlay.definitions[stand.number]
        binding = stand.tries[tried].binding
        if binding.implementation is None:
            return Outcome(PLATFORM, None, self.walk.point.default, one.code)
        return Outcome(one.code, one.owner, binding.implementation)

    def found(self, winner: Found, mine: Outcome) -> Outcome | None:
        """The outcome of a winner; of a list, None where it does not hold `mine`."""
        outcome = self.outcome(*(winner or (None, 0)))
        if not self.walk.is_all:
            return outcome
        return outcome if outcome == mine else None

    def winner(self, mine: Outcome, spot: Spot, holding: Holding) -> Found:
        """Who wins at a spot; in a list, whoever has the outcome `mine`, else its strongest."""
        winners: list[tuple[Stand, int]] = []
        for number in holding.among(self.walk.stands):
            stand = self.walk.stands[number]
            for tried in range(len(stand.tries)):
                if any(wins.holds_at(spot, holding) for wins in self.asked(stand, tried)):
                    if not self.walk.is_all or self.outcome(stand, tried) == mine:
                        return stand, tried
                    winners.append((stand, tried))
        return min(winners, key=lambda one: self.walk.place_of[one[0].number], default=None)

    def lost(
        self, winner: Found, ours: Side, stand: Stand | None, spot: Spot, holding: Holding
    ) -> Reason:
        """What must be otherwise wherever this winner of a spot does not win on this side.

        Whoever stands ahead comes to count, or the winner no longer does. Those ahead who keep
        `stand` from winning on the other side are left out.
        """
        overlay, walk = self.overlay, self.walk
        signed: dict[tuple[int, bool], None] = dict.fromkeys(self._counting(winner))
        place = len(walk.place_of) if winner is None else walk.place_of[winner[0].number]
        needs_identity = winner is not None and overlay.needs_installing(winner[0].number)
        for other, theirs in walk.stands.items():
            moves = any(one.binding.before for one in theirs.tries)
            if (walk.place_of[other] >= place and not moves) or ours.is_beaten(other, stand, self):
                continue
            if walk.is_all and winner is not None and not any(t.is_stop for t in theirs.tries):
                continue
            if other not in holding:
                signed[other, True] = None
                continue
            for one in theirs.tries:
                if one.live is not None:
                    signed[one.live, not overlay.predicates.holds(one.live, spot)] = None
            needs_identity |= moves or overlay.needs_installing(other)
            if other in overlay.installed:
                barred = (j for j in overlay.barriers(other) if j in holding)
                signed.update(dict.fromkeys((j, False) for j in barred))
        if needs_identity:
            signed.update(dict.fromkeys(self._identified(holding)))
        return Reason(tuple(signed))

    def _counting(self, winner: Found) -> Iterator[tuple[int, bool]]:
        """What lets a winner count, its identity aside, the other way round."""
        if winner is None:
            return
        overlay, (stand, tried) = self.overlay, winner
        yield stand.number, False
        for count, one in enumerate(stand.tries[: tried + 1]):
            if one.live is not None:
                yield one.live, count != tried
        if stand.tries[tried].binding.before:
            yield from ((c, True) for c in overlay.stronger(stand.number))
        if stand.number in overlay.installed:
            yield from ((j, True) for j in overlay.barriers(stand.number))

    def _identified(self, holding: Holding) -> Iterator[tuple[int, bool]]:
        """What lets a business be identified, the other way round."""
        identity = self.overlay.identity(holding)
        stronger: Sequence[int] = self.overlay.businesses
        if identity is not None:
            yield identity, False
            stronger = self.overlay.stronger(identity)
        yield from ((c, True) for c in stronger)

    def is_beaten(self, other: int, stand: Stand | None, theirs: Side) -> bool:
        """Whether `stand` never wins here while another matches: it stands ahead and counts."""
        overlay, walk = self.overlay, self.walk
        if walk.is_all or other not in walk.stands or theirs.walk.is_all:
            return False
        if stand is not None:
            moves = any(one.binding.before for one in stand.tries)
            if moves or walk.place_of[other] >= walk.place_of[stand.number]:
                return False
        counts = not overlay.needs_installing(other) and not overlay.isolated
        return counts and walk.stands[other].tries[-1].live is None
