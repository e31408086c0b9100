"""Does a definition win at a place? Answered by cubes alone, where cubes say it all.

In: an `Overlay` and one of its walks. Out: `Order`, which gives `None` for who wins somewhere,
`Never` with a cover for who does not, and `Open` for a question that takes more than cubes.

Most definitions count wherever they match: then whoever stands ahead and matches is in the way, and
one search of the index (`cube_index.pyx`) decides. What may count or not - a product that has to
be installed, a business behind a barrier, a binding with a window, a condition of too many cubes -
is left out at first: what the others cover is covered all the more. Only a spot outside all others
that one of those may hold at is left open, for the search of `hunt.py`.

A cover is the one of the strongest: one definition if one is enough, the first in order that is;
else without the weakest that can be spared, the next weakest, and so on. So it depends on nothing
but conditions and order. Over the budget it is the one that the search found.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

from rulec.analysis.answers import Cause, Never, Role
from rulec.analysis.budget import Allowance, Budget, Kind
from rulec.analysis.overlay import Overlay, Stand, Walk
from rulec.analysis.predicates import Predicates
from rulec.analysis.proof import refutes
from rulec.analysis.wins import Reason
from rulec.analysis.witness import Undecided
from rulec.analysis.world import Numbered, Spot

__all__ = ["Open", "Order", "inside", "is_request"]

NATIVE: Final = 4
"""The part of a question's looks that the index gets: what it cannot settle, others may."""
_NOWHERE: Final = 0xFFFFFFFF
"""The place of a cube that is not in the way."""


class Open(Enum):
    """Cubes alone do not say."""

    OPEN = "open"


def is_request(overlay: Overlay, spot: Spot) -> bool:
    """Whether a spot is surely one of a request: no facet hangs on another, nothing is broken."""
    predicates = overlay.predicates
    return not predicates.world.together(spot) and not any(
        predicates.holds(assumption, spot) for assumption in overlay.assumptions
    )


def inside(overlay: Overlay, one: int, two: int, budget: Budget) -> bool | Open:
    """Whether a predicate holds only where another does, as cubes say; a yes is proved twice."""
    predicates = overlay.predicates
    own, other = predicates[one].cubes, predicates[two].cubes
    if own is None or other is None:
        return Open.OPEN
    allowance = budget.ask(Kind.RELATION, part=NATIVE)
    spot = predicates.outside(own, two, allowance)
    if spot is not None:
        is_open = isinstance(spot, Undecided) or not is_request(overlay, spot)
        return Open.OPEN if is_open else False
    seeds = [Reason(((one, True),)), Reason(((two, False),))]
    return True if refutes(overlay, seeds, budget, Kind.RELATION) else Open.OPEN


class Order:
    """The cubes of a walk by their places."""

    def __init__(
        self,
        overlay: Overlay,
        walk: Walk,
        proved: dict[tuple[int | None, ...], bool],
        budget: Budget,
    ) -> None:
        self._budget = budget
        self.proved = proved
        """Whether a cover was proved again: by who is covered, if not all, and by whom."""
        self._overlay = overlay
        self._walk = walk
        self._predicates: Predicates = overlay.predicates
        self._places = array("I", [_NOWHERE]) * len(self._predicates.owner)
        self._marks = bytearray(len(self._places))
        self.shown: dict[int, Spot] = {}
        """A spot at which one wins, of those who were asked about and do."""
        self._at: dict[int, int] = {}
        """Who stands at a place and counts wherever it matches."""
        self._maybe: set[int] = set()
        """Those who may count or not."""
        self._movers = {
            number
            for number, stand in walk.stands.items()
            if any(one.binding.before for one in stand.tries) and not walk.is_named(number)
        }
        """Those who may come to stand further ahead."""
        self._last_free = min(map(overlay.place.__getitem__, overlay.isolated), default=None)
        for stand in walk.stands.values():
            self._put(stand)

    def _counts(self, stand: Stand) -> bool:
        """Whether a definition stands in the way wherever its cubes hold."""
        overlay, number = self._overlay, stand.number
        if self._predicates[number].cubes is None or stand.tries[-1].live is not None:
            return False
        return not overlay.needs_installing(number) and not self._may_be_barred(number)

    def _may_be_barred(self, number: int) -> bool:
        overlay, first = self._overlay, self._last_free
        return first is not None and number in overlay.installed and overlay.place[number] > first

    def restate(self, number: int) -> None:
        """Take the new condition of one whose predicate was restated."""
        n_new = len(self._predicates.owner) - len(self._places)
        self._places.extend([_NOWHERE] * n_new)
        self._marks.extend(bytes(n_new))
        stand = self._walk.stands.get(number)
        if stand is None:
            return
        self._at.pop(self._walk.place_of[number], None)
        self._maybe.discard(number)
        self._put(stand)

    def _put(self, stand: Stand) -> None:
        """Let a definition stand in the way where its cubes hold, or perhaps."""
        number = stand.number
        if not self._counts(stand):
            self._maybe.add(number)
            return
        place = self._walk.place_of[number]
        self._at[place] = number
        for cube in self._predicates.cubes(number):
            self._places[cube] = place

    def alone(self, stand: Stand, other: int) -> bool:
        """Whether another one covers a definition alone, as far as cubes tell."""
        own = self._predicates[stand.number].cubes or ()
        allowance = self._budget.ask(Kind.COVER)
        return self._covers(own, 0, (other,), allowance) is not False

    def ask(self, stand: Stand) -> Never | Undecided | Open | None:
        """Whether a definition wins by the one binding it tries."""
        own = self._predicates[stand.number].cubes
        if self._walk.is_all or own is None or not self._is_plain(stand):
            return Open.OPEN
        limit = self._walk.place_of[stand.number]
        answer: Undecided | Open | None = None
        known: set[int] = set()
        allowance = self._budget.ask(Kind.WIN, part=NATIVE)
        for cube in own:
            spot = self._predicates.escape(allowance, cube, self._places, limit)
            if isinstance(spot, Undecided):
                answer = answer or spot
            elif spot is not None:
                if self._is_free(spot, limit):
                    self.shown[stand.number] = spot
                    return None
                answer = Open.OPEN
            else:
                known.update(self._predicates.index.covering())
        return answer or self._covered(stand.number, own, limit, known)

    def default(self) -> Spot | Never | Undecided | Open:
        """A spot at which nobody wins."""
        if self._walk.is_all:
            return Open.OPEN
        limit = len(self._walk.place_of)
        allowance = self._budget.ask(Kind.WIN, part=NATIVE)
        spot = self._predicates.escape(allowance, {}, self._places, limit)
        if spot is None:
            return self._covered(None, [{}], limit, self._predicates.index.covering())
        if isinstance(spot, Undecided):
            return spot
        return spot if self._is_free(spot, limit) else Open.OPEN

    def _is_plain(self, stand: Stand) -> bool:
        """Whether it wins wherever it matches and nobody is in the way."""
        number = stand.number
        if len(stand.tries) != 1 or stand.tries[0].live is not None:
            return False
        if number in self._movers:
            return False
        return not self._overlay.needs_installing(number) and not self._may_be_barred(number)

    def _is_free(self, spot: Spot, limit: int) -> bool:
        """Whether a spot outside the cubes in the way is a request at which nobody else is."""
        if not is_request(self._overlay, spot):
            return False
        if not self._maybe and not self._movers:
            return True
        place_of = self._walk.place_of
        holding = self._predicates.holding(spot)
        return not any(holding.among(self._movers)) and not any(
            place_of[number] < limit for number in holding.among(self._maybe)
        )

    def _covered(
        self, number: int | None, own: Sequence[Numbered], limit: int, known: Iterable[int]
    ) -> Never | Undecided | Open:
        """The cover of someone's cubes, or of all requests, after the plain search saw it too.

        `known` are cubes that cover.
        """
        if not own:
            return Never()
        allowance = self._budget.ask(Kind.COVER)
        chosen = self._alone(own, limit, allowance) or self._together(own, limit, allowance)
        is_minimal = chosen is not None
        if chosen is None:
            place_of, owner = self._walk.place_of, self._predicates.owner
            chosen = tuple(sorted({owner[cube] for cube in known}, key=place_of.__getitem__))
        if len(chosen) > 1 and self._overlay.assumptions:
            return Open.OPEN  # by what is assumed, one of them may be enough
        key = (number, *chosen)
        if key not in self.proved:
            seeds = [] if number is None else [Reason(((number, True),))]
            ahead = (Reason(((other, False),), Role.AHEAD) for other in chosen)
            self.proved[key] = refutes(self._overlay, [*seeds, *ahead], self._budget, Kind.WIN)
        if not self.proved[key]:
            return Undecided()
        codes = (self._overlay.definitions[other].code for other in chosen)
        return Never(tuple(Cause(code, Role.AHEAD) for code in codes), is_minimal=is_minimal)

    def _alone(
        self, own: Sequence[Numbered], limit: int, allowance: Allowance
    ) -> tuple[int] | None:
        """The first in order of those who cover alone."""
        predicates, place_of = self._predicates, self._walk.place_of
        found = (n for n in predicates.around(own) if self._at.get(place_of.get(n, -1)) == n)
        for other in sorted(found, key=place_of.__getitem__):
            if place_of[other] >= limit:
                break
            if self._covers(own, 0, (other,), allowance):
                return (other,)
        return None

    def _together(
        self, own: Sequence[Numbered], limit: int, allowance: Allowance
    ) -> tuple[int, ...] | None:
        """The cover of the strongest, in order; None: over the budget."""
        chosen: tuple[int, ...] = ()
        while (is_whole := self._covers(own, 0, chosen, allowance)) is not True:
            if is_whole is None:
                return None
            low, high = 0, limit
            while low < high:
                middle = (low + high) // 2
                covers = self._covers(own, middle, chosen, allowance)
                if covers is None:
                    return None
                low, high = (low, middle) if covers else (middle + 1, high)
            limit = low - 1
            chosen = (self._at[limit], *chosen)
        return chosen

    def _covers(
        self, own: Sequence[Numbered], limit: int, also: Iterable[int], allowance: Allowance
    ) -> bool | None:
        """Whether those before a place and some others cover; None: over the budget."""
        numbers, predicates = list(also), self._predicates
        for number in numbers:
            _mark(self._marks, self._predicates.cubes(number), 1)
        answer: bool | None = True
        for cube in own:
            spot = predicates.escape(allowance, cube, self._places, limit, self._marks)
            if spot is not None:
                answer = None if isinstance(spot, Undecided) else False
                break
        for number in numbers:
            _mark(self._marks, self._predicates.cubes(number), 0)
        return answer


def _mark(marks: bytearray, cubes: range, mark: int) -> None:
    for cube in cubes:
        marks[cube] = mark
