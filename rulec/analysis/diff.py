"""Two rule sets: every class of requests whose winner changes.

In: the old and the new rule set, checked. Out: a `Difference`: for each place, and for who is
identified, one `Change` a pair of an old and a new winner, with a request that shows it, replayed
by the oracle on both; and what was cut, in words. Nothing else changes: that is proved, not
sampled.

Where the winner changes, somebody who changed is the old or the new winner (`anchors.py`). So the
searches begin there (`pairs.py`, `lists.py`), take turns, and stop where enough is found.

At a point that takes all, each definition that joins or leaves the list is a change of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from rulec.analysis.anchors import Anchors, Touched, out_of_order, touched_businesses
from rulec.analysis.answers import Place, Witness
from rulec.analysis.hunt import BUDGET
from rulec.analysis.joint import IncomparableError, join
from rulec.analysis.lists import Exchange, Lists
from rulec.analysis.overlay import Meaning, Overlay, read
from rulec.analysis.pairs import Pair, Pairs, Search
from rulec.analysis.predicates import Predicates
from rulec.analysis.shown import Shown
from rulec.analysis.sides import Outcome, Side
from rulec.analysis.world import AS_OF, Spot, World
from rulec.check.tree import CheckedRuleSet
from rulec.logic import Leaf, Node, leaf_values
from rulec.ruleset.model import Definition, Point
from rulec.simplify.values import Literal, Spans
from rulec.source import Span

__all__ = [
    "Change",
    "Cut",
    "Difference",
    "IncomparableError",
    "Outcome",
    "changes",
    "edited",
    "removal",
    "without",
]

TURN: Final = 512
"""What a search may cost before the next one has its turn."""
FOUND: Final = 8
"""Changes after which a search lets the next one have its turn."""


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
    """Pairs of winners that were not looked for; None where they were not even counted."""
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


def changes(
    old: CheckedRuleSet,
    new: CheckedRuleSet,
    budget: int = BUDGET,
    *,
    limit: int | None = None,
    effort: int | None = None,
    as_of: int | None = None,
    identities: bool = True,
) -> Difference:
    """Every class of requests whose winner changes from one rule set to another.

    Requests count that both take (`joint.py`), at any time or only at `as_of`; without
    `identities`, who is identified is left aside. `limit` bounds the
    changes, `effort` the requests looked at (a hunt counts for `pairs.HUNT`), `budget` the steps of
    one hunt; what they leave out is in `cut`. Raises `IncomparableError` where a fact has two
    types.
    """
    joint = join(old.ruleset.vocabulary, new.ruleset.vocabulary)
    before = _meaning(old)
    after = replace(_meaning(new), known=_known(old, new, before))
    literals = dict.fromkeys(leaf_values(node for one in (before, after) for node in read(one)))
    outside = list(joint.refused)
    if as_of is not None and any(one.fact is AS_OF for one in literals):
        outside.append(Literal(AS_OF, Spans(((AS_OF.low, as_of - 1), (as_of + 1, AS_OF.high)))))
    world = World(joint.vocabulary, [*literals, *outside])
    predicates = Predicates(world)
    first = Overlay(before, predicates)
    first.assumptions += [
        predicates.add(Leaf(one, Span(0, 0)), is_indexed=False) for one in outside
    ]
    shared = {
        code: number
        for code, number in first.numbers.items()
        if (source := after.sources.get(code)) is not None
        and (source is predicates[number].source or world.tree(source) == predicates[number].tree)
    }
    comparison = _Comparison(old, new, first, Overlay(after, predicates, shared), budget)
    found = comparison.run(limit, effort, identities=identities)
    return replace(found, not_compared=(*joint.remarks, *found.not_compared))


def removal(
    checked: CheckedRuleSet, overlay: Overlay, code: str, *, runs: bool, limit: int | None = None
) -> Difference:
    """What changes when a definition is taken out, who is identified aside.

    With `runs`, only what changes what runs: another definition may win if it binds the same.
    """
    return edited(checked, overlay, without(checked, code), runs=runs, limit=limit)


def edited(
    checked: CheckedRuleSet,
    overlay: Overlay,
    after: CheckedRuleSet,
    *,
    runs: bool,
    limit: int | None = None,
) -> Difference:
    """As `changes`, where every condition of the new rule set is one of the old, and live alike.

    Who is identified is left aside.
    """
    codes = {one.code for one in after.ruleset.definitions}
    numbers = {code: number for code, number in overlay.numbers.items() if code in codes}
    meaning = replace(_meaning(after), known=overlay.meaning.normal)
    new = Overlay(meaning, overlay.predicates, numbers)
    is_same = _runs_same if runs else Outcome.is_same
    comparison = _Comparison(checked, after, overlay, new, BUDGET, is_same=is_same)
    return comparison.run(limit, None, identities=False)


def without(checked: CheckedRuleSet, code: str) -> CheckedRuleSet:
    """A rule set without one definition, and without its name wherever others name it."""

    def less(one: Definition) -> Definition:
        bindings = tuple(
            replace(b, before=tuple(c for c in b.before if c != code)) if b.before else b
            for b in one.bindings
        )
        installed = tuple(c for c in one.installed if c != code)
        return replace(one, bindings=bindings, installed=installed)

    ruleset = checked.ruleset
    products = tuple(less(one) for one in ruleset.products if one.code != code)
    businesses = tuple(less(one) for one in ruleset.businesses if one.code != code)
    points = tuple(
        replace(point, order=tuple(c for c in point.order if c != code)) for point in ruleset.points
    )
    conditions = {one: typed for one, typed in checked.conditions.items() if one != code}
    rest = replace(ruleset, products=products, businesses=businesses, points=points)
    return replace(checked, ruleset=rest, conditions=conditions)


@dataclass
class _Group:
    """One place: what is found there, and how the place is told."""

    place: Place | None
    found: Pairs | Lists


class _Comparison:
    """One comparison: two overlays over the same predicates."""

    def __init__(
        self,
        old: CheckedRuleSet,
        new: CheckedRuleSet,
        before: Overlay,
        after: Overlay,
        budget: int,
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
        kind = Lists if after.walk.is_all else Pairs
        found = kind(
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
        while waiting and (limit is None or n_found < limit) and (effort is None or effort > 0):
            group, search = waiting.popleft()
            start, cost = len(group.found.found), 0
            is_done = True
            for step in search.steps:
                cost += step
                if cost >= TURN or len(group.found.found) - start >= FOUND:
                    is_done = False
                    break
            n_found += len(group.found.found) - start
            effort = None if effort is None else effort - cost
            if not is_done:
                waiting.append((group, search))
            self._leave_open(group, search)
        for group, search in waiting:
            self._cut_short(group, search)

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


def _runs_same(one: Outcome, two: Outcome) -> bool:
    return one.implementation == two.implementation


def _meaning(checked: CheckedRuleSet) -> Meaning:
    return Meaning(checked.ruleset, checked.conditions, checked.assumptions, checked.rollouts)


def _known(old: CheckedRuleSet, new: CheckedRuleSet, before: Meaning) -> dict[str, Node[Literal]]:
    """The normal forms that stay: of conditions in the same words over the same vocabulary."""
    vocabularies = [one.ruleset.vocabulary for one in (old, new)]
    words = [
        (one.entities, {name: text.text for name, text in one.defines.items()})
        for one in vocabularies
    ]
    if words[0] != words[1]:
        return {}
    texts = {one.code: one.condition.text for one in old.ruleset.definitions}
    return {
        one.code: before.normal[one.code]
        for one in new.ruleset.definitions
        if texts.get(one.code) == one.condition.text and one.code in before.normal
    }


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
