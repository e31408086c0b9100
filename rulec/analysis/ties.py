"""Ties: definitions that nothing orders, and that can both be the strongest on one request.

In: a rule set with the meaning of its conditions. Out: `Tie`s, each with a request on which both
are the strongest, replayed by the oracle, or without one where the search ended undecided.

What a stronger definition settles is no tie: a request counts only where nobody who is ordered
before either of the two counts there. Two businesses tie where both can be the strongest match,
whatever they bind, and, like two products, where both can win at one point under one scenario. Only
pairs without order are asked about (`ruleset/order.py`), and of those only the ones whose cubes
meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Final

from rulec.analysis.answers import Place, Role
from rulec.analysis.budget import Budget, Kind
from rulec.analysis.find import find
from rulec.analysis.overlap import Meetings
from rulec.analysis.overlay import Meaning, Overlay, Walk, world_of
from rulec.analysis.predicates import Holding, Predicates
from rulec.analysis.wins import Question, Reason, Wins
from rulec.analysis.witness import Facts, Undecided
from rulec.analysis.world import Spot
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import read_facts
from rulec.ruleset.model import Lane
from rulec.ruleset.order import OpenPair, Rank, ranks

__all__ = ["Tie", "Ties", "every_tie", "tied", "ties", "together"]

PART: Final = 4
"""The part of a question's looks that one pair at one place gets."""
MAX_PAIRS: Final = 2_000
"""Pairs of one definition that are asked about; of more, the rest counts as undecided."""
MAX_ASKED: Final = 200_000
"""Questions about one rule set: what is left then counts as undecided."""
MOST_MORE: Final = 2_000
"""Ties beside the first of each definition that are looked for where all are to be shown."""
AT_MOST: Final = 8
"""Reasons to hear at one spot: nobody is shown them, and hundreds may stand ahead."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Two definitions that nothing orders; `witness` is None where the search ended undecided.

    `pair.point` is empty for two businesses whose identity is open.
    """

    pair: OpenPair
    witness: Facts | None
    as_of: str | None = None
    scenario: str | None = None


def ties(asked: Ties) -> Iterator[Tie]:
    """The ties: one a definition, with the strongest one that it ties with.

    A definition whose condition has no meaning has a finding of its own, and is left out.
    """
    for rank in ranks(asked.meaning.ruleset):
        for number, open_ in rank.meetings():
            yield from islice(asked.of(rank, number, open_), 1)


def every_tie(asked: Ties, first: Sequence[Tie], most: int = MOST_MORE) -> tuple[list[Tie], bool]:
    """The ties of `ties`, and those of each definition with others before it: `most` more pairs.

    Where that is not enough to ask about all, every definition still has its strongest one; whether
    it was enough comes second.
    """
    known = {_codes(tie) for tie in first}
    found, left, is_whole = list(first), most, True
    own = {tie.pair.second.code for tie in first}
    for rank in ranks(asked.meaning.ruleset):
        for number, open_ in rank.meetings():
            if rank.group[number].code not in own:
                continue
            for tie in asked.of(rank, number, open_):
                if _codes(tie) not in known:
                    found.append(tie)
                    left -= 1
                is_whole &= tie.witness is not None
                if left <= 0:
                    return found, False
    return found, is_whole


def _codes(tie: Tie) -> tuple[str, str]:
    return tie.pair.first.code, tie.pair.second.code


def tied(asked: Ties) -> frozenset[str]:
    """The codes of everyone who stands in a tie."""
    codes: set[str] = set()
    for rank in ranks(asked.meaning.ruleset):
        for number, open_ in rank.meetings():
            for tie in asked.of(rank, number, open_, is_new=True):
                codes |= {tie.pair.first.code, tie.pair.second.code}
    return frozenset(codes)


class Ties:
    """The questions of one rule set; without any, no overlay is made."""

    def __init__(
        self, meaning: Meaning, overlay: Overlay | None = None, budget: Budget | None = None
    ) -> None:
        self.meaning = meaning
        self._budget = budget or Budget()
        self._given = overlay
        self._ahead: dict[int, frozenset[int]] = {}
        self._n_asked = 0
        self._rank: Rank | None = None
        self._meetings = Meetings(())
        self._tied = 0
        """The cubes of those of the rank that stand in a tie."""
        self._betters: dict[str, list[str]] = {}
        for one in meaning.ruleset.definitions:
            for code in one.overrides:
                self._betters.setdefault(code, []).append(one.code)

    @cached_property
    def overlay(self) -> Overlay:
        """The rule set as predicates: the one given, or made for the first question."""
        return self._given or Overlay(self.meaning, Predicates(world_of(self.meaning)))

    def of(self, rank: Rank, number: int, open_: int, *, is_new: bool = False) -> Iterator[Tie]:
        """The ties of one definition with some before it in its rank, the strongest first.

        `is_new` leaves out, after the first, those with definitions that stand in a tie already.
        """
        group, overlay = rank.group, self.overlay
        if rank is not self._rank:
            own = [overlay.predicates[overlay.numbers[one.code]].around for one in group]
            self._rank, self._meetings, self._tied = rank, Meetings(own), 0
        meetings, left, n_asked = self._meetings, self._meetings.before(number), 0
        while True:
            met = (other for other in meetings.of(number, left) if open_ >> other & 1)
            first = next(met, None)
            if first is None:
                return
            if not n_asked and not self._can_be_strongest(overlay.numbers[group[number].code]):
                return
            is_over = self._budget.is_spent(Kind.TIE) or self._n_asked >= MAX_ASKED
            if n_asked >= MAX_PAIRS or is_over:
                yield Tie(rank.pair(first, number), None)
                return
            n_asked += 1
            left &= ~meetings.before(first + 1)
            tie = self._tie(rank, first, number)
            if tie is not None:
                self._tied |= meetings.row(first) | meetings.row(number)
                left &= ~self._tied if is_new else -1
                yield tie

    def _can_be_strongest(self, number: int) -> bool:
        """Whether a definition is anywhere the strongest, as far as order goes."""
        if self._is_business(number) and self.find(self.strongest(number)) is not None:
            return True
        return any(
            self.find(question) is not None
            for walk in self._walks(number)
            for question in self._alone(walk, number)
        )

    def _tie(self, rank: Rank, first: int, second: int) -> Tie | None:
        """Two definitions that nothing orders, if both can be the strongest."""
        one, two = (self.overlay.numbers[rank.group[i].code] for i in (first, second))
        undecided: Tie | None = None
        for place, question in self.asked(one, two):
            found = self.find(question)
            if found is None:
                continue
            point = "" if place is None else place.point
            pair = OpenPair(rank.group[first], rank.group[second], point)
            shown = None if isinstance(found, Undecided) else self.shown(found, pair)
            if shown is None:
                undecided = undecided or Tie(pair, None)
                continue
            return Tie(pair, *shown, None if place is None else place.scenario)
        return undecided

    def asked(self, one: int, two: int) -> Iterator[tuple[Place | None, Question]]:
        """Where two definitions may tie: who is identified, then every place both bind."""
        if self._is_business(one):
            yield None, together(self.strongest(one), self.strongest(two))
        theirs = set(self._walks(two))
        for walk in self._walks(one):
            if walk in theirs:
                place = Place(walk.point.code, walk.scenario)
                for first in self._alone(walk, one):
                    for second in self._alone(walk, two):
                        yield place, together(first, second)

    def _walks(self, number: int) -> list[Walk]:
        """Every place where a definition needs order: a point that names it has decided."""
        overlay = self.overlay
        points = dict.fromkeys(b.point for b in overlay.definitions[number].bindings)
        walks = (overlay.walk(*place) for code in points for place in overlay.places_of(code))
        return [w for w in walks if number in w.stands and not w.is_named(number)]

    def _alone(self, walk: Walk, number: int) -> Iterator[Question]:
        """Whether a definition is the strongest at a place, by each of its bindings."""
        stand = walk.stands[number]

        def is_ahead(other: int) -> bool:
            if walk.place_of[other] > walk.place_of[number]:
                return False
            return walk.is_named(other) or self.is_ordered(other, number)

        for tried in range(len(stand.tries)):
            yield Wins(self.overlay, walk, stand, tried, ahead=is_ahead).question()

    def strongest(self, number: int) -> Question:
        """Whether nobody ordered before a business matches where it does."""
        overlay = self.overlay

        def ask(_: Spot, holding: Holding) -> Iterator[Reason]:
            for other in holding.among(overlay.installed):
                if other < number and self.is_ordered(other, number):
                    yield Reason(((other, False),), Role.AHEAD)

        return Question(overlay, [Reason(((number, True),))], ask)

    def is_ordered(self, other: int, number: int) -> bool:
        """Whether one who stands before another does so by more than its code."""
        definitions = self.overlay.definitions
        one, two = definitions[other], definitions[number]
        if one.lane is not two.lane or one.rank != two.rank:
            return True
        if number not in self._ahead:
            found: set[str] = set()
            waiting = [two.code]
            while waiting:
                for code in self._betters.get(waiting.pop(), ()):
                    if code not in found and code in self.overlay.numbers:
                        found.add(code)
                        waiting.append(code)
            self._ahead[number] = frozenset(self.overlay.numbers[code] for code in found)
        return other in self._ahead[number]

    def _is_business(self, number: int) -> bool:
        return self.overlay.definitions[number].lane is Lane.BUSINESS

    def find(self, question: Question) -> Spot | Undecided | None:
        """A spot where the answer is yes, within the budget of ties."""
        question.at_most = AT_MOST
        self._n_asked += 1
        return find(question, self._budget, Kind.TIE, part=PART)

    def shown(self, spot: Spot, pair: OpenPair) -> tuple[Facts, str | None] | None:
        """The facts and the time of a spot, after the oracle saw both match there."""
        found = self.overlay.predicates.world.facts(spot)
        if found is None or isinstance(found, Undecided):
            return None
        read = read_facts(self.meaning.ruleset.vocabulary, found[0])
        for one in (pair.first, pair.second):
            assert evaluate(self.meaning.conditions[one.code], read) is True, "no witness"
        return found


def together(one: Question, two: Question) -> Question:
    """Both at once."""

    def ask(spot: Spot, holding: Holding) -> Iterator[Reason]:
        return chain(one.ask(spot, holding), two.ask(spot, holding))

    return Question(one.overlay, [*one.seeds, *two.seeds], ask)
