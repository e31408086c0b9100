"""Pairs that meet and are no tie: what a third one hides, and what order decides.

In: the overlay of a rule set. Out: `Rivals`, each with a request, as the facts that show it:

    hidden_ties     nothing orders two definitions, and a stronger one keeps both from being the
                    strongest wherever they meet: a tie as soon as that one is disabled by hand
    ordered_pairs   one of two definitions wins, the other would without it, and neither lies in
                    the other

To put a definition aside is to ask as if it never matched: no reason may rest on it, and none may
hope for it. What was learned of it is not used again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Place
from rulec.analysis.overlap import Meetings
from rulec.analysis.overlay import Walk
from rulec.analysis.predicates import Holding
from rulec.analysis.ties import Ties, together
from rulec.analysis.wins import Question, Reason, Wins, identified
from rulec.analysis.witness import Facts, Undecided
from rulec.analysis.world import Spot
from rulec.ruleset.model import Definition, Lane
from rulec.ruleset.order import OpenPair, Rank, ranks

__all__ = ["Rival", "Rivals", "put_aside"]

MAX_ASKED: Final = 4_000
"""Questions about one rule set, of each kind; what is left then stays open, and is named."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Two definitions that meet, the one that stands first in `first`.

    `place` is None for two businesses whose identity is meant.
    """

    first: Definition
    second: Definition
    place: Place | None
    witness: Facts
    as_of: str | None
    hidden_by: Definition | None = None


@dataclass
class Rivals:
    """The questions about pairs; `undecided` names those that stayed open."""

    analysis: Analysis
    undecided: list[Definition] = field(default_factory=list)

    def hidden_ties(self) -> Iterator[Rival]:
        """One a definition at most: with the strongest that it would tie with."""
        ties = Ties(self.analysis.meaning, self.analysis.overlay, self.analysis.budget)
        n_left = MAX_ASKED
        for rank in ranks(self.analysis.checked.ruleset):
            numbers = [self.analysis.overlay.numbers[one.code] for one in rank.group]
            meetings: Meetings | None = None
            for number, open_ in rank.meetings():
                meetings = meetings or Meetings(
                    [self.analysis.overlay.predicates[n].around for n in numbers]
                )
                for other in meetings.of(number, meetings.before(number)):
                    if not open_ >> other & 1:
                        continue
                    if n_left <= 0:
                        self.undecided.append(rank.group[number])
                        return
                    found, n_asked = self._hidden(ties, rank, other, number)
                    n_left -= n_asked
                    if found is not None:
                        yield found
                        break

    def ordered_pairs(self) -> Iterator[Rival]:
        """Every pair of one lane that order alone decides somewhere."""
        ties = Ties(self.analysis.meaning, self.analysis.overlay, self.analysis.budget)
        overlay, n_left = self.analysis.overlay, MAX_ASKED
        for lane in (
            self.analysis.checked.ruleset.products,
            self.analysis.checked.ruleset.businesses,
        ):
            group = sorted(lane, key=lambda one: overlay.place[overlay.numbers[one.code]])
            numbers = [overlay.numbers[one.code] for one in group]
            meetings = Meetings([overlay.predicates[number].around for number in numbers])
            for second in range(len(group)):
                for first in meetings.of(second, meetings.before(second)):
                    if n_left <= 0:
                        self.undecided.append(group[second])
                        return
                    found, n_asked = self._ordered(ties, group[first], group[second])
                    n_left -= n_asked
                    if found is not None:
                        yield found

    def _hidden(self, ties: Ties, rank: Rank, first: int, second: int) -> tuple[Rival | None, int]:
        """Who hides a tie of two, if one definition alone does; and the questions that took."""
        overlay = self.analysis.overlay
        one, two = (overlay.numbers[rank.group[i].code] for i in (first, second))
        n_asked, hiding = 0, list[tuple[Place | None, Question, int]]()
        for place, question in ties.asked(one, two):
            n_asked += 1
            if ties.find(question) is not None:
                return None, n_asked
            learned = dict.fromkeys(
                number
                for reason in question.learned
                if reason.role is not None
                for number, holds in reason.signed
                if not holds and number in overlay.definitions and number not in (one, two)
            )
            hiding += [(place, question, number) for number in learned]
        for place, question, number in hiding:
            n_asked += 1
            spot = ties.find(put_aside(question, number))
            if spot is None or isinstance(spot, Undecided):
                continue
            pair = OpenPair(rank.group[first], rank.group[second], "")
            shown = ties.shown(spot, pair)
            if shown is not None:
                hidden_by = overlay.definitions[number]
                return Rival(pair.first, pair.second, place, *shown, hidden_by), n_asked
        return None, n_asked

    def _ordered(
        self, ties: Ties, first: Definition, second: Definition
    ) -> tuple[Rival | None, int]:
        overlay = self.analysis.overlay
        one, two = overlay.numbers[first.code], overlay.numbers[second.code]
        n_asked, is_open = 0, False
        for place, question in self._decided(ties, one, two):
            n_asked += 1
            spot = ties.find(question)
            if spot is None:
                continue
            shown = None
            if not isinstance(spot, Undecided):
                shown = ties.shown(spot, OpenPair(first, second, ""))
            if shown is None:
                is_open = True
                continue
            is_nested = self._is_nested(first.code, second.code)
            rival = Rival(first, second, place, *shown)
            return None if is_nested else rival, n_asked + 2
        if is_open:
            self.undecided.append(second)
        return None, n_asked

    def _is_nested(self, first: str, second: str) -> bool:
        analysis = self.analysis
        return True in (analysis.is_inside(first, second), analysis.is_inside(second, first))

    def _decided(self, ties: Ties, one: int, two: int) -> Iterator[tuple[Place | None, Question]]:
        """Where order alone decides between two: who is identified, then every place both bind."""
        overlay = self.analysis.overlay
        if not ties.is_ordered(one, two):
            return
        if overlay.definitions[one].lane is Lane.BUSINESS:
            yield None, together(identified(overlay, one), put_aside(identified(overlay, two), one))
        for place in self.analysis.places:
            walk = overlay.walk(place.point, place.scenario)
            if one not in walk.stands or two not in walk.stands or walk.is_all:
                continue
            for ahead, behind in ((one, two), (two, one)):
                if walk.place_of[ahead] > walk.place_of[behind]:
                    continue
                for first in self._alone(walk, ahead):
                    for second in self._alone(walk, behind):
                        yield place, together(first, put_aside(second, ahead))

    def _alone(self, walk: Walk, number: int) -> Iterator[Question]:
        stand = walk.stands[number]
        for tried in range(len(stand.tries)):
            yield Wins(self.analysis.overlay, walk, stand, tried).question()


def put_aside(question: Question, number: int) -> Question:
    """The question as if one definition never matched."""

    def less(reason: Reason) -> Reason:
        signed = tuple(each for each in reason.signed if each != (number, True))
        return Reason(signed, reason.role, reason.via)

    def ask(spot: Spot, holding: Holding) -> Iterator[Reason]:
        return map(less, question.ask(spot, holding.without(number)))

    seeds = [less(seed) for seed in question.seeds]
    return Question(question.overlay, seeds, ask, question.assumptions, at_most=question.at_most)
