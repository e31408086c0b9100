"""Where does one definition win? The rules of `oracle/resolve.py` as a judge of spots.

In: an `Overlay`, a place, and whose win is asked about. Out: a `Question`: the trees that must
hold, and a judge (`hunt.py`).

What a judge learns is a *reason*: predicates of which one must hold or not hold wherever the answer
is yes. `not d, not i, or c` says: whoever matches d wins before us while i is identified, unless c,
a business stronger than i that does not install d, takes its place. Reasons name predicates, so a
proof can be shown in the words of the rule set, and be proved again by other means (`proof.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, TypeAlias

from rulec.analysis.answers import Role
from rulec.analysis.overlay import Overlay, Stand, Try, Walk
from rulec.analysis.predicates import Holding, Predicates
from rulec.analysis.world import Some, Spot, Tree, joined

__all__ = ["Question", "Reason", "Wins", "as_tree", "hides", "identified"]

Signed: TypeAlias = tuple[tuple[int, bool], ...]
"""Predicates, and whether each is to hold."""


class Reason(NamedTuple):
    """Of some predicates, one must hold (True) or not hold (False); the first is the culprit."""

    signed: Signed
    role: Role | None = None
    """What the culprit does; None for what an assumption or the question itself says."""
    via: int | None = None
    """The business that installs the culprit."""


_Filter: TypeAlias = Callable[[int], bool]


@dataclass
class Question:
    """Reasons that hold from the start, and what to ask of a spot; `learned` grows on the way."""

    overlay: Overlay
    seeds: list[Reason]
    ask: Callable[[Spot, Holding], Iterator[Reason]]
    assumptions: Sequence[int] | None = None
    """Predicates of broken assumptions; None: the overlay's."""
    learned: dict[Reason, None] = field(default_factory=dict)
    at_most: int | None = None
    """Reasons to hear at one spot; all of them where a cover is to be shown."""
    spots: list[Spot] = field(default_factory=list)
    """The spots it was judged at."""
    n_spots: int = 0
    """Spots at which definitions stood in the way."""

    def trees(self) -> list[Tree]:
        """The seeds as trees."""
        return [as_tree(self.overlay.predicates, reason) for reason in self.seeds]

    def judge(self, spot: Spot) -> Sequence[Tree]:
        """What keeps a spot from being an answer, assumptions included."""
        predicates = self.overlay.predicates
        self.spots.append(spot)
        assumptions = self.overlay.assumptions if self.assumptions is None else self.assumptions
        broken = [a for a in assumptions if predicates.holds(a, spot)]
        reasons = [Reason(((number, False),)) for number in broken]
        if not reasons:
            asked = self.ask(spot, predicates.holding(spot))
            reasons = list(dict.fromkeys(islice(asked, self.at_most)))
            self.n_spots += bool(reasons)
        self.learned.update(dict.fromkeys(reasons))
        return [as_tree(predicates, reason) for reason in reasons]


def as_tree(predicates: Predicates, reason: Reason) -> Tree:
    """A reason as a tree."""
    return joined(
        Some, (predicates[n].tree if holds else predicates[n].denial for n, holds in reason.signed)
    )


def identified(overlay: Overlay, number: int) -> Question:
    """Is a business ever the strongest match?"""

    def ask(_: Spot, holding: Holding) -> Iterator[Reason]:
        for other in holding.among(overlay.installed):
            if overlay.place[other] < overlay.place[number]:
                yield Reason(((other, False),), Role.AHEAD)

    return Question(overlay, [Reason(((number, True),))], ask)


def hides(overlay: Overlay, product: int, business: int) -> Question:
    """Does a stronger business take a product away that a business installs, while both match?"""

    def ask(_: Spot, holding: Holding) -> Iterator[Reason]:
        identity = overlay.identity(holding)
        assert identity is not None
        if product in overlay.installed[identity]:
            others = (c for c in overlay.stronger(identity) if product not in overlay.installed[c])
            yield Reason(((identity, False), *((c, True) for c in others)), Role.IDENTITY)

    return Question(overlay, [Reason(((product, True),)), Reason(((business, True),))], ask)


class Wins:
    """Does a definition win at a place, by one of its bindings; or, without one, the default?

    A point that takes all has a winner for each that counts, and only a `default = true` ahead of
    one keeps it out. `is_moved` asks where the definition is identified, and `before` moves it.
    `ahead` says who stands ahead, in place of the walk's order.
    """

    def __init__(
        self,
        overlay: Overlay,
        walk: Walk,
        stand: Stand | None,
        number_of_try: int = 0,
        *,
        is_moved: bool = False,
        ahead: _Filter | None = None,
    ) -> None:
        self._overlay = overlay
        self._walk = walk
        self.stand = stand
        self._own = None if stand is None else stand.number
        self._tries = () if stand is None else stand.tries[: number_of_try + 1]
        self._is_moved = is_moved
        self._place = len(walk.place_of)
        if stand is not None:
            self._place = walk.place_of[stand.number]
            if is_moved:
                self._place = walk.first_of(stand.tries[number_of_try].binding.before)
        self._needs_identity = is_moved or (
            self._own is not None and overlay.needs_installing(self._own)
        )
        self._ahead = ahead
        self._stronger: dict[tuple[int, int | None], Signed] = {}

    def question(self) -> Question:
        """The question as a whole."""
        return Question(self._overlay, list(self.seeds()), self.ask)

    def seeds(self) -> Iterator[Reason]:
        """What holds wherever it wins."""
        if self._own is None:
            return
        yield Reason(((self._own, True),))
        for number, one in enumerate(self._tries, 1):
            if one.live is not None:
                yield Reason(((one.live, number == len(self._tries)),))
        if self._overlay.needs_installing(self._own):
            yield Reason(tuple((c, True) for c in self._overlay.installers(self._own)))

    def ask(self, spot: Spot, holding: Holding) -> Iterator[Reason]:
        """Why it does not win at a spot."""
        overlay, walk = self._overlay, self._walk
        identity = (
            overlay.identity(holding) if walk.needs_identity or self._needs_identity else None
        )
        if self._own is not None:
            yield from _ineligible(overlay, self._own, holding, identity)
            if self._is_moved and identity is not None and identity != self._own:
                yield Reason(((identity, False),), Role.IDENTITY)
        for number in holding.among(walk.stands):
            if number != self._own:
                reason = self._killed(number, spot, holding, identity)
                if reason is not None:
                    yield reason

    def holds_at(self, spot: Spot, holding: Holding) -> bool:
        """Whether it wins at a spot."""
        predicates = self._overlay.predicates
        for seed in self.seeds():
            if not any(predicates.holds(number, spot) is holds for number, holds in seed.signed):
                return False
        return next(self.ask(spot, holding), None) is None

    def _killed(
        self, number: int, spot: Spot, holding: Holding, identity: int | None
    ) -> Reason | None:
        """Why one that matches wins before us, if it does."""
        counts = self._counts(number, holding, identity)
        if counts is None:
            return None
        predicates = self._overlay.predicates
        skipped: list[tuple[int, bool]] = []
        for one in self._walk.stands[number].tries:
            if one.live is not None and not predicates.holds(one.live, spot):
                skipped.append((one.live, True))
                continue
            live = () if one.live is None else ((one.live, False),)
            takes_all = self._walk.is_all and self._own is not None
            if takes_all and not one.is_stop:
                return None
            if self._is_ahead(number):
                signed = ((number, False), *live, *(skipped if takes_all else ()), *counts)
                via = identity if self._overlay.needs_installing(number) else None
                return Reason(signed, Role.AHEAD, via)
            if identity == number and self._passes(number, one):
                others = self._instead_of(number, None)
                return Reason(((number, False), *live, *skipped, *others), Role.AHEAD)
            return None
        return None

    def _is_ahead(self, number: int) -> bool:
        if self._ahead is not None:
            return self._ahead(number)
        return self._walk.place_of[number] < self._place

    def _passes(self, number: int, one: Try) -> bool:
        """Whether a business that is identified moves ahead of us."""
        walk = self._walk
        if not one.binding.before or walk.is_named(number):
            return False
        return walk.first_of(one.binding.before) <= self._place

    def _counts(self, number: int, holding: Holding, identity: int | None) -> Signed | None:
        """Under what else a definition that matches would not count; None: it does not."""
        overlay = self._overlay
        if number in overlay.installed:
            return self._not_barred(number, holding)
        if not overlay.needs_installing(number):
            return ()
        if identity is None or number not in overlay.installed[identity]:
            return None
        return ((identity, False), *self._instead_of(identity, number))

    def _not_barred(self, number: int, holding: Holding) -> Signed | None:
        """The barriers that would keep a business out; those that keep us out too say nothing."""
        place = self._overlay.place
        if not self._overlay.isolated:
            return ()
        barriers = [j for j in self._overlay.isolated if place[j] < place[number]]
        if any(j in holding for j in barriers):
            return None
        if self._own in self._overlay.installed:
            barriers = [j for j in barriers if place[j] >= place[self._own]]
        return tuple((j, True) for j in barriers)

    def _instead_of(self, identity: int, product: int | None) -> Signed:
        """The businesses that could be identified instead, as far as that lets us win.

        They do not install the product, and install ours.
        """
        found = self._stronger.get((identity, product))
        if found is None:
            overlay, own = self._overlay, self._own
            stronger = iter(overlay.stronger(identity))
            if product is not None:
                stronger = (c for c in stronger if product not in overlay.installed[c])
            if own is not None and overlay.needs_installing(own):
                stronger = (c for c in stronger if own in overlay.installed[c])
            found = self._stronger[identity, product] = tuple((c, True) for c in stronger)
        return found


def _ineligible(
    overlay: Overlay, number: int, holding: Holding, identity: int | None
) -> Iterator[Reason]:
    """Why a definition that matches does not count at a spot."""
    place = overlay.place
    if number in overlay.installed:
        barred = (j for j in overlay.isolated if j in holding and place[j] < place[number])
        yield from (Reason(((j, False),), Role.BARRIER) for j in barred)
    elif identity is not None and overlay.needs_installing(number):
        if number in overlay.installed[identity]:
            return
        others = (c for c in overlay.installers(number) if place[c] < place[identity])
        signed = ((identity, False), *((c, True) for c in others))
        yield Reason(signed, Role.IDENTITY)
