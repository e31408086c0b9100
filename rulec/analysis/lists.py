"""Who joins and who leaves the list at a place that takes all, and who changes places in it.

In: both sides of the place and where to begin (`anchors.py`). Out: a `Lists`, with a search for
each contender that may join or leave, and for each pair whose order is not what it was.

A contender that is not touched counts as it did, and only a `default = true` ahead of it can keep
it out. So the searches begin at who is touched; at everyone, if some who may end a list are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from rulec.analysis.anchors import Anchors, Touched
from rulec.analysis.budget import Budget, Kind
from rulec.analysis.find import find
from rulec.analysis.pairs import HUNT, Search, all_of
from rulec.analysis.predicates import Holding
from rulec.analysis.sides import Contender, Side
from rulec.analysis.wins import Question, Reason, Wins
from rulec.analysis.witness import Undecided
from rulec.analysis.world import Spot

__all__ = ["Exchange", "Lists", "Member"]


@dataclass(frozen=True, slots=True)
class Member:
    """Who is in the list on one side alone, and a spot that shows it."""

    side: int
    """0: it leaves; 1: it joins."""
    contender: Contender
    spot: Spot


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two who are in the list before and after: who of them stood first, and who does now."""

    old: Contender
    new: Contender
    spot: Spot


class Lists:
    """What changes in the list of one place; `found` and `exchanged` grow as searches run."""

    def __init__(
        self,
        sides: tuple[Side, Side],
        anchors: Anchors,
        businesses: Touched,
        budget: Budget,
    ) -> None:
        self.sides = sides
        self._anchors = anchors
        self._budget = budget
        self._assumptions = (*sides[0].overlay.assumptions, *sides[1].overlay.assumptions)
        numbers = [
            side.overlay.numbers[code]
            for side in sides
            for code in sorted(anchors.touched | anchors.recast | businesses.codes)
            if code in side.overlay.numbers
        ]
        self._touched = Reason(tuple((number, True) for number in dict.fromkeys(numbers)))
        self.found: dict[tuple[int, ...], Member | Exchange] = {}

    @property
    def has_movers(self) -> bool:
        """Whether the order depends on who is identified, which no search here looks at."""
        return any(side.has_movers for side in self.sides)

    def searches(self) -> Iterator[Search]:
        """One for each contender that may join or leave."""
        anchors = self._anchors
        codes = anchors.touched | anchors.recast | anchors.depends
        ends = any(self._may_end(code) for code in anchors.touched | anchors.depends)
        before, after = (side.outcome(Contender(None)) for side in self.sides)
        default = not before.is_same(after)
        if not codes and not default:
            return
        for number, ours in enumerate(self.sides):
            definitions = ours.overlay.definitions
            for contender in ours.contenders():
                stand, tried = contender
                is_in = stand is None or definitions[stand.number].code in codes
                is_stop = stand is not None and stand.tries[tried].is_stop
                if ends or is_in or (default and is_stop):
                    search = Search(number, contender, iter(()), 1)
                    seeds = [] if default else [self._touched]
                    search.steps = self._run(search, seeds)
                    yield search

        yield from self._exchanges()

    def _exchanges(self) -> Iterator[Search]:
        """One for each pair of which the other one stands first."""
        if self.has_movers:
            return
        numbers = [side.overlay.numbers for side in self.sides]
        places = [side.walk.place_of for side in self.sides]
        stands = [side.walk.stands for side in self.sides]
        codes = [
            code
            for code, number in numbers[0].items()
            if number in stands[0] and numbers[1].get(code) in stands[1]
        ]
        for mover in (code for code in codes if code in self._anchors.moved):
            for other in codes:
                both = [(own[mover], own[other]) for own in numbers]
                ahead = [
                    place[one] < place[two] for place, (one, two) in zip(places, both, strict=True)
                ]
                is_told = other in self._anchors.moved and other < mover
                if other != mover and ahead[0] is not ahead[1] and not is_told:
                    # Who stood first, then who does now.
                    pairs = both if ahead[0] else [(two, one) for one, two in both]
                    search = Search(0, Contender(stands[0][pairs[0][0]]), iter(()), 1)
                    search.steps = self._exchange(search, pairs)
                    yield search

    def _exchange(self, search: Search, pairs: list[tuple[int, int]]) -> Iterator[int]:
        tries = [
            list(side.of(number))
            for side, both in zip(self.sides, pairs, strict=True)
            for number in both
        ]
        for chosen in product(*tries):
            yield HUNT
            wins = [
                Wins(self.sides[n // 2].overlay, self.sides[n // 2].walk, one.stand, one.tried)
                for n, one in enumerate(chosen)
            ]
            question = all_of(self.sides[0].overlay, wins, [], self._assumptions)
            spot = find(question, self._budget, Kind.CHANGE)
            if isinstance(spot, Undecided):
                search.undecided.append(chosen[3])
            elif spot is not None:
                self.found.setdefault((2, *pairs[0]), Exchange(chosen[0], chosen[3], spot))
                break
        search.n_left = 0

    def _may_end(self, code: str) -> bool:
        numbers = ((side, side.overlay.numbers.get(code)) for side in self.sides)
        tries = (side.walk.stands[n].tries for side, n in numbers if n in side.walk.stands)
        return any(one.is_stop for own in tries for one in own)

    def _run(self, search: Search, seeds: list[Reason]) -> Iterator[int]:
        ours, theirs = self.sides[search.side], self.sides[1 - search.side]
        for wins in ours.asked(search.contender):
            yield HUNT
            asked = _Gain(theirs, ours, wins, search.contender)
            question = Question(ours.overlay, [*wins.seeds(), *seeds], asked.ask, self._assumptions)
            spot = find(question, self._budget, Kind.CHANGE)
            if isinstance(spot, Undecided):
                search.undecided.append(search.contender)
            elif spot is not None:
                key = search.side, *ours.named(search.contender)
                self.found.setdefault(key, Member(search.side, search.contender, spot))
                break
        search.n_left = 0


@dataclass
class _Gain:
    """The judge: a contender is in the list of one side, and not in that of the other."""

    theirs: Side
    ours: Side
    wins: Wins
    contender: Contender

    def ask(self, spot: Spot, holding: Holding) -> Iterator[Reason]:
        reasons = list(self.wins.ask(spot, holding))
        yield from reasons
        if reasons:
            return
        mine = self.ours.outcome(self.contender)
        for one in self.theirs.winners(spot, holding):
            if mine.is_same(self.theirs.outcome(one)):
                yield self.theirs.lacks(one, self.ours, self.wins.stand, spot, holding)
                return
