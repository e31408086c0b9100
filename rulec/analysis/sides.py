"""One side of a comparison: who can win at a place of one rule set, and who does at a spot.

In: an `Overlay` and a `Walk` of it. Out: a `Side`. A *contender* is whatever may win there: a
binding of a definition, or the platform's default; its `Outcome` is what a request would get.

`Wins` asks why one contender does not win; `winner` asks who does, once for a spot, so it walks the
few who match there in order instead of asking one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rulec.analysis.overlay import Overlay, Stand, Walk
from rulec.analysis.predicates import Holding
from rulec.analysis.wins import Reason, Wins
from rulec.analysis.world import Spot
from rulec.oracle.resolve import PLATFORM
from rulec.ruleset.model import Implementation

__all__ = ["Contender", "Outcome", "Side"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who wins: a binding of a definition, or the platform's default; `blocked_by` says stop."""

    code: str
    owner: str | None
    implementation: Implementation | None
    blocked_by: str | None = None

    @property
    def decided_by(self) -> str:
        """The definition that decides it, `platform` where nobody does."""
        return self.blocked_by or self.code

    def is_same(self, other: Outcome) -> bool:
        """Whether a request would notice no difference: whom a definition belongs to is none."""
        mine, theirs = ((one.code, one.implementation, one.blocked_by) for one in (self, other))
        return mine == theirs


class Contender(NamedTuple):
    """A binding by its place among those its definition tries; no stand: the default."""

    stand: Stand | None
    tried: int = 0

    @property
    def number(self) -> int:
        """The definition's; -1 of the default."""
        return -1 if self.stand is None else self.stand.number


class Side:
    """One walk of one overlay."""

    def __init__(self, overlay: Overlay, walk: Walk) -> None:
        self.overlay = overlay
        self.walk = walk
        self._outcomes: dict[tuple[int, int], Outcome] = {}
        self._named: dict[tuple[int, int], tuple[int, int]] = {}
        moves = {
            number
            for number, stand in walk.stands.items()
            if not walk.is_named(number) and any(one.binding.before for one in stand.tries)
        }
        self._moves = moves
        """Those whom `before` moves while they are identified."""

    def contenders(self) -> Iterator[Contender]:
        """Everyone who can win, the default last."""
        for stand in self.walk.stands.values():
            yield from self.of(stand.number)
        yield Contender(None)

    def of(self, number: int) -> Iterator[Contender]:
        """The contenders of one definition; none where it binds nothing here."""
        stand = self.walk.stands.get(number)
        if stand is not None:
            yield from (Contender(stand, tried) for tried in range(len(stand.tries)))

    def asked(self, contender: Contender) -> Iterator[Wins]:
        """Where a contender wins: where it stands, and where `before` moves it."""
        stand, tried = contender
        yield Wins(self.overlay, self.walk, stand, tried)
        if stand is not None and stand.number in self._moves and stand.tries[tried].binding.before:
            yield Wins(self.overlay, self.walk, stand, tried, is_moved=True)

    def outcome(self, contender: Contender) -> Outcome:
        """What it is that wins."""
        key = contender.number, contender.tried
        found = self._outcomes.get(key)
        if found is None:
            found = self._outcomes[key] = self._outcome(contender)
        return found

    def named(self, contender: Contender) -> tuple[int, int]:
        """Definition and binding; those of one definition that run the same have one name."""
        key = contender.number, contender.tried
        found = self._named.get(key)
        if found is None:
            outcome = self.outcome(contender)
            own = (
                one.tried for one in self.of(contender.number) if self.outcome(one).is_same(outcome)
            )
            found = self._named[key] = contender.number, next(own, 0)
        return found

    @property
    def has_movers(self) -> bool:
        """Whether `before` moves somebody."""
        return bool(self._moves)

    def _outcome(self, contender: Contender) -> Outcome:
        stand, tried = contender
        if stand is None:
            return Outcome(PLATFORM, None, self.walk.point.default)
        one = self.overlay.definitions[stand.number]
        binding = stand.tries[tried].binding
        if binding.implementation is None:
            return Outcome(PLATFORM, one.owner, self.walk.point.default, one.code)
        return Outcome(one.code, one.owner, binding.implementation)

    def winner(self, spot: Spot, holding: Holding) -> Contender:
        """Who wins at a spot; the strongest of a list."""
        return next(self.winners(spot, holding))

    def winners(self, spot: Spot, holding: Holding) -> Iterator[Contender]:
        """Who wins at a spot, in order: the default where nobody does, or behind a stop."""
        overlay, walk = self.overlay, self.walk
        holds = overlay.predicates.holds
        standing = list(holding.among(walk.stands))
        identity = overlay.identity(holding) if walk.needs_identity else None
        barrier = min((overlay.place[j] for j in overlay.isolated if j in holding), default=None)
        live: dict[int, int] = {}
        for number in standing:
            if number in overlay.installed:
                if barrier is not None and overlay.place[number] > barrier:
                    continue
            elif overlay.needs_installing(number) and (
                identity is None or number not in overlay.installed[identity]
            ):
                continue
            tries = walk.stands[number].tries
            for tried, one in enumerate(tries):
                if one.live is None or holds(one.live, spot):
                    live[number] = tried
                    break
        places: dict[int, float] = {number: walk.place_of[number] for number in live}
        if identity in self._moves and identity in live:
            before = walk.stands[identity].tries[live[identity]].binding.before
            if before:
                places[identity] = walk.first_of(before) - 0.5
        is_empty = True
        for number in sorted(places, key=places.__getitem__):
            is_empty = False
            stand, tried = walk.stands[number], live[number]
            yield Contender(stand, tried)
            if stand.tries[tried].is_stop:
                return
        if is_empty or not walk.is_all:
            yield Contender(None)

    @cached_property
    def _stops(self) -> Sequence[int]:
        """Those who may end a list, in order."""
        stands = self.walk.stands.values()
        return [s.number for s in stands if any(one.is_stop for one in s.tries)]

    def lacks(
        self, lost: Contender, ours: Side, stand: Stand | None, spot: Spot, holding: Holding
    ) -> Reason:
        """What must be otherwise wherever `lost`, in the list of a spot, is not in it.

        Whoever stands ahead comes to count, or `lost` no longer does. Those ahead who keep
        `stand` from winning on the other side are left out.
        """
        overlay, walk = self.overlay, self.walk
        signed: dict[tuple[int, bool], None] = dict.fromkeys(self._counting(lost, holding))
        place = len(walk.place_of)
        needs_identity = False
        ahead: Sequence[int] = list(walk.stands)
        if lost.stand is not None:
            place = walk.place_of[lost.number]
            needs_identity = overlay.needs_installing(lost.number)
            ahead = self._stops
        for other in ahead:
            tries = walk.stands[other].tries
            if (walk.place_of[other] >= place and other not in self._moves) or ours.is_beaten(
                other, stand, self
            ):
                continue
            needs_identity |= other in self._moves or overlay.needs_installing(other)
            if other not in holding:
                signed[other, True] = None
                continue
            for one in tries:
                if one.live is not None:
                    signed[one.live, not overlay.predicates.holds(one.live, spot)] = None
            if other in overlay.installed:
                barred = (j for j in overlay.barriers(other) if j in holding)
                signed.update(dict.fromkeys((j, False) for j in barred))
        if needs_identity:
            signed.update(dict.fromkeys(self._identified(holding)))
        return Reason(tuple(signed))

    def _counting(self, winner: Contender, holding: Holding) -> Iterator[tuple[int, bool]]:
        """What lets a winner count, its identity aside, the other way round."""
        stand, tried = winner
        if stand is None:
            return
        overlay = self.overlay
        yield stand.number, False
        for count, one in enumerate(stand.tries[: tried + 1]):
            if one.live is not None:
                yield one.live, count != tried
        if stand.tries[tried].binding.before and overlay.identity(holding) == stand.number:
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
            if stand.number in self._moves or stand.number not in walk.place_of:
                return False
            if walk.place_of[other] >= walk.place_of[stand.number]:
                return False
        counts = not overlay.needs_installing(other) and (
            other not in overlay.installed or not overlay.isolated
        )
        return counts and walk.stands[other].tries[-1].live is None
