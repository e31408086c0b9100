"""One comparison: every place where a winner may change, searched in turns.

In: two overlays over the same predicates. Out: a `Difference`. The searches of all places take
turns, so what a limit cuts short is cut everywhere alike; equal rule sets are searched alike.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from rulec.analysis.anchors import Anchors, Touched, out_of_order, touched_businesses
from rulec.analysis.answers import Place
from rulec.analysis.budget import STEP, Budget, Kind
from rulec.analysis.changes import Change, Cut, Difference
from rulec.analysis.lists import Exchange, Lists
from rulec.analysis.overlay import Overlay
from rulec.analysis.pairs import TURN, Pair, Pairs, Search
from rulec.analysis.shown import Shown
from rulec.analysis.sides import Outcome, Side
from rulec.analysis.world import Spot
from rulec.check.tree import CheckedRuleSet
from rulec.ruleset.model import Point

__all__ = ["Comparison"]

FOUND: Final = 8
"""Changes after which a search lets the next one have its turn."""


@dataclass
class _Group:
    """One place: what is found there, and how the place is told."""

    place: Place | None
    found: Pairs | Lists


class Comparison:
    """One comparison: two overlays over the same predicates."""

    def __init__(
        self,
        old: CheckedRuleSet,
        new: CheckedRuleSet,
        before: Overlay,
        after: Overlay,
        budget: Budget,
        *,
        is_same: Callable[[Outcome, Outcome], bool] = Outcome.is_same,
    ) -> None:
        self._checked = old, new
        self._overlays = before, after
        self._budget = budget
        self._is_same = is_same
        self._businesses = touched_businesses(before, after)
        self._changed = _changed(before, after) | out_of_order(
            list(before.numbers), list(after.numbers)
        )
        self._shown = Shown(self._checked, self._overlays, self._changed)
        self._cut: list[Cut] = []
        self._not_compared: list[str] = []

    def run(self, limit: int | None, effort: int | None, *, identities: bool = True) -> Difference:
        """Every change, up to some limits."""
        groups = [*self._identities()] if identities else []
        groups += self._places()
        self._search(groups, limit, effort)
        found: list[Change] = []
        for group in groups:
            found += self._told(group)
        ordered = [*self._overlays[1].numbers, *self._overlays[0].numbers]
        changed = tuple(code for code in dict.fromkeys(ordered) if code in self._changed)
        return Difference(
            tuple(found), changed, tuple(self._cut), not_compared=tuple(self._not_compared)
        )

    def _identities(self) -> Iterator[_Group]:
        """Who is identified, as a place of its own."""
        if self._businesses.codes:
            before, after = (Side(one, one.identities) for one in self._overlays)
            anchors = Anchors.of(before, after, Touched(), self._changed)
            yield _Group(None, Pairs((before, after), anchors, Touched(), self._budget))

    def _places(self) -> Iterator[_Group]:
        """Every place of both rule sets at which a winner may change."""
        before, after = self._overlays
        scenarios = set(before.ruleset.scenarios) & set(after.ruleset.scenarios)
        self._not_compared += _alone("point", before.points, after.points)
        self._not_compared += _alone("scenario", before.ruleset.scenarios, after.ruleset.scenarios)
        for code, point in after.points.items():
            earlier = before.points.get(code)
            if earlier is None or not self._is_concerned(earlier, point):
                continue
            if earlier.reduce is not point.reduce:
                words = f"`{code}`, which takes {earlier.reduce.value} before and "
                self._not_compared.append(f"{words}{point.reduce.value} after")
                continue
            places = dict.fromkeys([*before.places_of(code), *after.places_of(code)])
            for place in (Place(*one) for one in places):
                if place.scenario is None or place.scenario in scenarios:
                    yield from self._at(place)

    def _at(self, place: Place) -> Iterator[_Group]:
        before, after = (
            Side(overlay, overlay.walk(place.point, place.scenario)) for overlay in self._overlays
        )
        anchors = Anchors.of(before, after, self._businesses, self._changed)
        found: Lists | Pairs
        if after.walk.is_all:
            # A list holds whoever wins, also where two of them run the same.
            found = Lists((before, after), anchors, self._businesses, self._budget)
        else:
            found = Pairs(
                (before, after), anchors, self._businesses, self._budget, is_same=self._is_same
            )
        if isinstance(found, Lists) and found.has_movers and not anchors.is_empty:
            self._cut.append(Cut(place, "the order of its list, which `before` changes"))
        yield _Group(place, found)

    def _is_concerned(self, old: Point, new: Point) -> bool:
        """Whether a winner can change at a point at all."""
        shapes = [(p.default, p.order, p.lane_order, p.reduce) for p in (old, new)]
        if shapes[0] != shapes[1]:
            return True
        for overlay, point in zip(self._overlays, (old, new), strict=True):
            for number in overlay.binders(point.code):
                one = overlay.definitions[number]
                if one.code in self._changed:
                    return True
                if self._businesses.codes and (
                    overlay.needs_installing(number)
                    or (overlay.isolated and number in overlay.installed)
                    or any(binding.before for binding in one.bindings)
                ):
                    return True
        return False

    def _search(self, groups: list[_Group], limit: int | None, effort: int | None) -> None:
        """Let every search have its turn until all are done, or enough is found."""
        waiting = deque((group, search) for group in groups for search in group.found.searches())
        n_found = 0
        budget = self._budget
        while (
            waiting
            and (limit is None or n_found < limit)
            and (effort is None or effort > 0)
            and not budget.is_spent(Kind.CHANGE)
        ):
            group, search = waiting.popleft()
            start, cost = len(group.found.found), 0
            is_done = True
            for step in search.steps:
                cost += step
                n_new = len(group.found.found) - start
                if cost >= search.turn or n_new >= FOUND * search.turn // TURN:
                    is_done = False
                    break
            n_found += len(group.found.found) - start
            effort = None if effort is None else effort - cost
            budget.charge(Kind.CHANGE, STEP * cost)
            if not is_done:
                waiting.append((group, search))
            self._leave_open(group, search)
        for group, search in waiting:
            if not search.is_dependent:
                self._cut_short(group, search)
        for place, n_left in Counter(g.place for g, s in waiting if s.is_dependent).items():
            what = "who wins where others are identified than before, definition by definition"
            self._cut.append(Cut(place, what, n_left))

    def _leave_open(self, group: _Group, search: Search) -> None:
        sides = group.found.sides
        for other in search.undecided:
            mine = sides[search.side].outcome(search.contender).decided_by
            theirs = sides[1 - search.side].outcome(other).decided_by
            first, second = (mine, theirs) if search.side == 0 else (theirs, mine)
            what = f"whether a request goes from `{first}` to `{second}`"
            if isinstance(group.found, Lists):
                what = f"whether `{mine}` {'joins' if search.side else 'leaves'} the list"
            self._cut.append(Cut(group.place, what, is_undecided=True))
        search.undecided.clear()

    def _cut_short(self, group: _Group, search: Search) -> None:
        mine = group.found.sides[search.side].outcome(search.contender).decided_by
        what = f"who {'loses to' if search.side else 'takes over from'} `{mine}`"
        if isinstance(group.found, Lists):
            what = f"whether `{mine}` {'joins' if search.side else 'leaves'} the list"
        self._cut.append(Cut(group.place, what, search.n_left or None))

    def _told(self, group: _Group) -> Iterator[Change]:
        """The changes of a place in order, each after the oracle saw it in both rule sets."""
        before, after = group.found.sides
        if isinstance(group.found, Lists):
            for member in group.found.found.values():
                if isinstance(member, Exchange):
                    firsts = before.outcome(member.old), after.outcome(member.new)
                    yield from self._change(group.place, firsts, member.spot, is_order=True)
                    continue
                outcome = group.found.sides[member.side].outcome(member.contender)
                joined = (None, outcome) if member.side else (outcome, None)
                yield from self._change(group.place, joined, member.spot)
            return
        places = [{-1: len(side.walk.place_of), **side.walk.place_of} for side in (before, after)]

        def place(pair: Pair) -> tuple[int, ...]:
            old, new = pair.old, pair.new
            return places[0][old.number], old.tried, places[1][new.number], new.tried

        for pair in sorted(group.found.found.values(), key=place):
            outcomes = before.outcome(pair.old), after.outcome(pair.new)
            yield from self._change(group.place, outcomes, pair.spot)

    def _change(
        self,
        place: Place | None,
        pair: tuple[Outcome | None, Outcome | None],
        spot: Spot,
        *,
        is_order: bool = False,
    ) -> Iterator[Change]:
        if place is None:
            # Who is identified runs nothing.
            old, new = (one and replace(one, implementation=None) for one in pair)
            pair = old, new
        witness = self._shown.witness(place, pair, spot, is_order=is_order)
        if witness is None:
            named = (one.decided_by for one in pair if one is not None)
            what = f"a request that shows a change of {' and '.join(f'`{n}`' for n in named)}"
            self._cut.append(Cut(place, what, is_undecided=True))
        else:
            yield Change(place, *pair, witness, is_order)


def _alone(what: str, old: Collection[str], new: Collection[str]) -> Iterator[str]:
    """What one version alone has, in words."""
    yield from (f"the {what} `{one}`, which is gone" for one in old if one not in new)
    yield from (f"the {what} `{one}`, which is new" for one in new if one not in old)


def _changed(before: Overlay, after: Overlay) -> set[str]:
    """Who was added, removed, or edited in a way that can matter."""
    codes = before.numbers.keys() ^ after.numbers.keys()
    for code, number in before.numbers.items():
        other = after.numbers.get(code)
        if other is None:
            continue
        one, two = before.definitions[number], after.definitions[other]
        same = [
            (each.lane, each.bindings, each.scope, each.is_isolated, set(each.installed))
            for each in (one, two)
        ]
        if number != other or same[0] != same[1]:
            codes.add(code)
    return codes
