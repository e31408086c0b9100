"""Two rule sets: every class of requests whose winner changes.

In: the old and the new rule set, checked. Out: a `Difference`: for each place and each pair of an
old and a new winner one `Change`, with a request that shows it, replayed by the oracle on both; and
what was cut, in words. Nothing else changes: that is proved, not sampled.

Where the winner changes, somebody who changed matches, before or after: added, removed, edited, or
moved past the rest. So the search is anchored there: for every binding that can win in the new rule
set it asks whether it ever wins where somebody who changed matches and it did not win before, and
then for the old winners one by one.

At a point that takes all, each definition that joins or leaves the list is a change of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from rulec.analysis.answers import Place, Witness
from rulec.analysis.hunt import BUDGET, hunt
from rulec.analysis.overlay import Meaning, Overlay, Stand, Walk, world_of
from rulec.analysis.predicates import Holding, Predicates
from rulec.analysis.replay import replay
from rulec.analysis.sides import Found, Outcome, Side
from rulec.analysis.wins import Question, Reason, Wins
from rulec.analysis.witness import Undecided
from rulec.analysis.world import Spot
from rulec.check.tree import CheckedRuleSet
from rulec.ruleset.model import Definition

__all__ = ["Change", "Difference", "Outcome", "changes", "edited", "removal", "without"]

MAX_WINNERS: Final = 200
"""Old winners of one new one that are told apart."""


@dataclass(frozen=True, slots=True)
class Change:
    """A class of requests; None where a definition is not in a list that takes all."""

    place: Place
    old: Outcome | None
    new: Outcome | None
    witness: Witness


@dataclass(frozen=True, slots=True)
class Difference:
    """Every change, and what could not be told."""

    changes: tuple[Change, ...]
    changed: tuple[str, ...]
    """The definitions that changed, in the new order, then those that are gone."""
    cut: tuple[str, ...] = ()


def changes(old: CheckedRuleSet, new: CheckedRuleSet, budget: int = BUDGET) -> Difference:
    """Every class of requests whose winner changes from one rule set to another.

    Requests count that both take. Where a fact is declared differently, nothing can be said, and
    `cut` says so.
    """
    differing = _redeclared(old, new)
    if differing:
        return Difference((), (), tuple(f"`{path}` is declared differently" for path in differing))
    meanings = [_meaning(one) for one in (old, new)]
    vocabulary = old.ruleset.vocabulary
    entities = dict(vocabulary.entities)
    for name, entity in new.ruleset.vocabulary.entities.items():
        known = entities.get(name)
        facts = {**(known.facts if known else {}), **entity.facts}
        entities[name] = replace(entity, facts=facts)
    world = world_of(*meanings, vocabulary=replace(vocabulary, entities=entities))
    predicates = Predicates(world)
    first = Overlay(meanings[0], predicates)
    shared = {
        code: number
        for code, number in first.numbers.items()
        if (one := _named(new, code)) is not None
        and predicates[number].source == meanings[1].sources[one.code]
    }
    return _Comparison(old, new, first, Overlay(meanings[1], predicates, shared), budget).run()


def removal(checked: CheckedRuleSet, overlay: Overlay, code: str, *, runs: bool) -> Difference:
    """What changes when a definition is taken out.

    With `runs`, only what changes what runs: another definition may win if it binds the same.
    """
    return edited(checked, overlay, without(checked, code), runs=runs)


def edited(
    checked: CheckedRuleSet, overlay: Overlay, after: CheckedRuleSet, *, runs: bool
) -> Difference:
    """As `changes`, where every condition of the new rule set is one of the old, and live alike."""
    codes = {one.code for one in after.ruleset.definitions}
    numbers = {code: number for code, number in overlay.numbers.items() if code in codes}
    new = Overlay(_meaning(after), overlay.predicates, numbers)
    return _Comparison(checked, after, overlay, new, BUDGET, by_code=not runs).run()


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
        by_code: bool = True,
    ) -> None:
        self._checked = old, new
        self._before = before
        self._after = after
        self._budget = budget
        self._by_code = by_code
        self._moved = _moved(before, after)
        self._changed = _changed(before, after) | self._moved
        numbers = [
            overlay.numbers[code]
            for overlay in (before, after)
            for code in overlay.numbers
            if code in self._changed
        ]
        self._touched = Reason(tuple((number, True) for number in dict.fromkeys(numbers)))
        self._cut: list[str] = []

    def run(self) -> Difference:
        """Every change."""
        found: list[Change] = []
        for code in self._after.points:
            if code not in self._before.points:
                continue
            for place in dict.fromkeys(
                [*self._before.places_of(code), *self._after.places_of(code)]
            ):
                found += self._at(Place(*place))
        ordered = [*self._after.numbers, *self._before.numbers]
        changed = tuple(code for code in dict.fromkeys(ordered) if code in self._changed)
        return Difference(tuple(found), changed, tuple(dict.fromkeys(self._cut)))

    def _at(self, place: Place) -> Iterator[Change]:
        before = self._before.walk(place.point, place.scenario)
        after = self._after.walk(place.point, place.scenario)
        if before.is_all is not after.is_all:
            self._cut.append(f"`{place.point}` reduces differently")
            return
        is_whole = _shape(before) != _shape(after)
        if not is_whole and not self._changed:
            return
        seeds = [] if is_whole else [self._touched]
        sides = [Side(self._before, before), Side(self._after, after)]
        if not after.is_all:
            for stand, tried in sides[1].candidates():
                yield from self._gaining(place, sides[0], sides[1], stand, tried, seeds)
            return
        if self._moved or is_whole:
            self._cut.append(f"the order of the list at `{place.point}`")
        for theirs, ours in (sides, sides[::-1]):
            for stand, tried in ours.candidates():
                for change in self._gaining(place, theirs, ours, stand, tried, seeds):
                    yield (
                        change
                        if ours is sides[1]
                        else replace(change, old=change.new, new=change.old)
                    )

    def _gaining(
        self,
        place: Place,
        theirs: Side,
        ours: Side,
        stand: Stand | None,
        tried: int,
        seeds: list[Reason],
    ) -> Iterator[Change]:
        """The classes in which a binding wins on one side, and not on the other."""
        mine = ours.outcome(stand, tried)
        for wins in ours.asked(stand, tried):
            blocked: list[Reason] = []
            for _ in range(MAX_WINNERS):
                asked = _Gain(self, theirs, ours, wins, mine)
                question = Question(
                    self._before,
                    [*wins.seeds(), *seeds, *blocked],
                    asked.ask,
                    (*self._before.assumptions, *self._after.assumptions),
                )
                world = self._before.predicates.world
                spot = hunt(world, question.trees(), question.judge, self._budget)
                if spot is None:
                    break
                if isinstance(spot, Undecided):
                    self._cut.append(f"who loses to `{mine.code}` at `{place.point}`")
                    break
                yield self._change(place, spot, theirs.found(asked.lost, mine), mine, ours)
                if theirs.walk.is_all:
                    break
                holding = self._before.predicates.holding(spot)
                blocked.append(theirs.lost(asked.lost, ours, stand, spot, holding))
            else:
                self._cut.append(f"more who lose to `{mine.code}` at `{place.point}`")

    def same(self, one: Outcome, two: Outcome | None) -> bool:
        """Whether two outcomes are one winner, or run the same where only that counts."""
        if two is None:
            return False
        return one == two if self._by_code else one.implementation == two.implementation

    def _change(
        self, place: Place, spot: Spot, theirs: Outcome | None, mine: Outcome, ours: Side
    ) -> Change:
        """A change, after the oracle saw it in both rule sets."""
        sides = zip(self._checked, (self._before, self._after), strict=True)
        replays = [replay(checked, overlay, spot, place) for checked, overlay in sides]
        witness = replays[0].witness if not isinstance(replays[0], Undecided) else None
        assert witness is not None, "a spot without a request"
        seen_by = replays if ours.overlay is self._after else replays[::-1]
        for seen, expected in zip(seen_by, (theirs, mine), strict=True):
            assert not isinstance(seen, Undecided)
            shown = [(win.code, win.implementation, win.blocked_by) for win in seen.wins]
            wanted = expected or mine
            has_won = (wanted.code, wanted.implementation, wanted.blocked_by) in shown
            assert has_won is (expected is not None), "the witness does not show the change"
        return Change(place, theirs, mine, witness)


@dataclass
class _Gain:
    """The judge of one gain: one side's binding wins, and did not win on the other."""

    comparison: _Comparison
    theirs: Side
    ours: Side
    wins: Wins
    mine: Outcome
    lost: Found = None

    def ask(self, spot: Spot, holding: Holding) -> Iterator[Reason]:
        reasons = list(self.wins.ask(spot, holding))
        yield from reasons
        if reasons:
            return
        theirs = self.theirs
        self.lost = theirs.winner(self.mine, spot, holding)
        if self.comparison.same(self.mine, theirs.found(self.lost, self.mine)):
            yield theirs.lost(self.lost, self.ours, self.wins.stand, spot, holding)


def _shape(walk: Walk) -> object:
    """What of a point concerns everyone there."""
    return walk.point.default, walk.point.order, walk.point.lane_order


def _meaning(checked: CheckedRuleSet) -> Meaning:
    return Meaning(checked.ruleset, checked.conditions, checked.assumptions, checked.rollouts)


def _named(checked: CheckedRuleSet, code: str) -> Definition | None:
    return next((one for one in checked.ruleset.definitions if one.code == code), None)


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


def _moved(before: Overlay, after: Overlay) -> set[str]:
    """Those outside the longest stretch that kept its order."""
    places = {code: place for place, code in enumerate(before.numbers)}
    shared = [code for code in after.numbers if code in places]
    tails: list[int] = []
    ends: list[str] = []
    previous: dict[str, str | None] = {}
    for code in shared:
        at = bisect_left(tails, places[code])
        previous[code] = ends[at - 1] if at else None
        tails[at : at + 1] = [places[code]]
        ends[at : at + 1] = [code]
    kept: set[str] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return set(shared) - kept


def _redeclared(old: CheckedRuleSet, new: CheckedRuleSet) -> list[str]:
    """The facts that both declare, and not alike."""
    facts = [
        {f.path: f for e in one.ruleset.vocabulary.entities.values() for f in e.facts.values()}
        for one in (old, new)
    ]
    return sorted(
        path for path in facts[0].keys() & facts[1].keys() if facts[0][path] != facts[1][path]
    )
