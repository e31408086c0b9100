"""The semantic diff of random rule sets, against every request of a grid.

A rule set, and the same after one or two edits. Whatever changes on a request of the grid must be
among the changes, and each change was replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

from analysis.grid import grid
from analysis.small import FEW, checked, shops, tight_shops
from hypothesis import given
from hypothesis import strategies as st

from rulec.analysis.analysis import Analysis
from rulec.analysis.budget import Budget
from rulec.analysis.diff import Difference, Outcome, changes, removal, without
from rulec.check.tree import CheckedRuleSet
from rulec.oracle.resolve import (
    Matched,
    Win,
    broken_assumption,
    identify,
    matching,
    resolve_all,
)
from rulec.ruleset.model import Definition, Implementation, Lane, LaneOrder, Point, Reduce, Scope

EDITS = ("gone", "condition", "rank", "bindings", "recast", "more", "lanes", "default", "scope")


def outcome(win: Win) -> tuple[Any, ...]:
    """A winner as changes tell it: the code, who said stop, and what runs."""
    return win.code, win.blocked_by, repr(win.implementation)


def told(one: Outcome | None) -> tuple[Any, ...] | None:
    return None if one is None else (one.code, one.blocked_by, repr(one.implementation))


def tagged(rules: CheckedRuleSet, point: str) -> set[str | None]:
    """The scenarios in which somebody binds a point."""
    bindings = (b for one in rules.ruleset.definitions for b in one.bindings if b.point == point)
    return {None, *(b.scenario for b in bindings)}


def expected(
    old: CheckedRuleSet, new: CheckedRuleSet, requests: list[Matched], *, identities: bool = True
) -> set[tuple[Any, ...]]:
    """Every change a request of the grid shows."""
    found: set[tuple[Any, ...]] = set()
    points = {point.code: point for point in new.ruleset.points}
    for before in requests:
        after = matching(new, before.facts, before.as_of)
        if broken_assumption(new, before.facts) is not None:
            continue
        if identities and identify(before) != identify(after):
            found.add((None, None, identify(before), identify(after)))
        for point in old.ruleset.points:
            other = points.get(point.code)
            if other is None or point.reduce is not other.reduce:
                continue
            for scenario in tagged(old, point.code) | tagged(new, point.code):
                wins = [
                    [outcome(w) for w in resolve_all(one, p, scenario)]
                    for one, p in ((before, point), (after, other))
                ]
                if point.reduce is Reduce.FIRST:
                    pairs = [(wins[0][0], wins[1][0])]
                else:
                    pairs = [(None, w) for w in wins[1] if w not in wins[0]]
                    pairs += [(w, None) for w in wins[0] if w not in wins[1]]
                    found |= set(exchanged(point.code, scenario, *wins))
                found |= {(point.code, scenario, *pair) for pair in pairs if pair[0] != pair[1]}
    return found


def exchanged(
    point: str, scenario: str | None, old: list[Any], new: list[Any]
) -> Iterator[tuple[Any, ...]]:
    """The pairs of a list that change places: who stood first, and who does."""
    codes = [[win[0] for win in wins if win[1] is None] for wins in (old, new)]
    for one, two in permutations(set(codes[0]) & set(codes[1]), 2):
        ahead = [own.index(one) < own.index(two) for own in codes]
        if ahead == [True, False]:
            yield point, scenario, "order", one, two


def shown(difference: Difference) -> set[tuple[Any, ...]]:
    found: set[tuple[Any, ...]] = set()
    for one in difference.changes:
        if one.place is None:
            assert one.old is not None
            assert one.new is not None
            found.add((None, None, one.old.code, one.new.code))
        else:
            place = one.place.point, one.place.scenario
            if one.is_order:
                assert one.old is not None
                assert one.new is not None
                found.add((*place, "order", one.old.code, one.new.code))
                continue
            found.add((*place, told(one.old), told(one.new)))
    return found


def edited(data: st.DataObject, rules: CheckedRuleSet) -> CheckedRuleSet:
    """A rule set after one or two edits."""
    for _ in range(data.draw(st.integers(1, 2))):
        codes = [one.code for one in rules.ruleset.definitions]
        if not codes:
            return rules
        code = data.draw(st.sampled_from(codes))
        kind = data.draw(st.sampled_from(EDITS))
        if kind == "gone":
            rules = without(rules, code)
        elif kind == "condition":
            other = data.draw(st.sampled_from(codes))
            conditions = {**rules.conditions, code: rules.conditions[other]}
            rules = replace(rules, conditions=conditions)
            rules = _with(rules, code, lambda one, of=rules, to=other: _worded(of, one, to))
        elif kind in ("lanes", "default"):
            points = tuple(_reshaped(data, kind, point) for point in rules.ruleset.points)
            rules = replace(rules, ruleset=replace(rules.ruleset, points=points))
        else:
            rules = _with(rules, code, lambda one, kind=kind: _changed(data, kind, one))
    return rules


def _worded(rules: CheckedRuleSet, one: Definition, other: str) -> Definition:
    """A definition whose condition is another's, in its words too."""
    named = next(each for each in rules.ruleset.definitions if each.code == other)
    return replace(one, condition=named.condition)


def _reshaped(data: st.DataObject, kind: str, point: Point) -> Point:
    if kind == "default":
        name = data.draw(st.sampled_from(("mine", "theirs")))
        return replace(point, default=Implementation(name, None))
    return replace(point, lane_order=data.draw(st.sampled_from(LaneOrder)), order=())


def _changed(data: st.DataObject, kind: str, one: Definition) -> Definition:
    if kind == "rank":
        return replace(one, rank=data.draw(st.integers(0, 3)), overrides=())
    if kind == "bindings":
        bindings = tuple(b for b in one.bindings if data.draw(st.booleans()))
        return replace(one, bindings=bindings)
    if kind == "recast":
        runs = data.draw(st.sampled_from((None, Implementation("other", "java", {"n": 1}))))
        return replace(one, bindings=tuple(replace(b, implementation=runs) for b in one.bindings))
    if kind == "scope" and one.lane is Lane.PRODUCT:
        return replace(one, scope=Scope.INSTALLED if one.scope is Scope.ALL else Scope.ALL)
    is_isolated = one.lane is Lane.BUSINESS and data.draw(st.booleans())
    return replace(one, is_isolated=is_isolated, installed=one.installed[1:])


def _with(
    rules: CheckedRuleSet, code: str, change: Callable[[Definition], Definition]
) -> CheckedRuleSet:
    """A rule set with one definition changed; no point names it, nothing moves ahead of it."""

    def kept(one: Definition) -> Definition:
        return replace(one, bindings=tuple(replace(b, before=()) for b in one.bindings))

    ruleset = rules.ruleset
    lanes = [
        tuple(kept(change(one)) if one.code == code else kept(one) for one in lane)
        for lane in (ruleset.products, ruleset.businesses)
    ]
    points = tuple(
        replace(point, order=tuple(c for c in point.order if c != code)) for point in ruleset.points
    )
    changed = replace(ruleset, products=lanes[0], businesses=lanes[1], points=points)
    return replace(rules, ruleset=changed)


@given(st.one_of(tight_shops(), shops()), st.data())
@FEW
def test_changes_agree_with_every_request(files: dict[str, str], data: st.DataObject) -> None:
    old = checked(files)
    requests = grid(old)
    if requests is None or len(requests.requests) > 1500:
        return
    new = edited(data, old)
    difference = changes(old, new)
    seen = expected(old, new, requests.requests)
    if not difference.cut:
        assert seen <= shown(difference)
        assert not requests.is_complete or seen == shown(difference)


@given(tight_shops())
@FEW
def test_removal_agrees_with_every_request(files: dict[str, str]) -> None:
    rules = checked(files)
    requests, analysis = grid(rules), Analysis(rules)
    assert requests is not None
    for one in rules.ruleset.definitions[:2]:
        difference = removal(rules, analysis.overlay, one.code, Budget(), runs=False)
        less = without(rules, one.code)
        seen = expected(rules, less, requests.requests, identities=False)
        assert difference.cut or seen == shown(difference)
        runs = removal(rules, analysis.overlay, one.code, Budget(), runs=True)
        assert bool(runs.changes) <= bool(difference.changes)
