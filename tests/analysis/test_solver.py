"""A second oracle that shares nothing: z3 over numbers and Booleans; and the SAT solver's own road.

Conditions of tight rule sets become z3 formulas atom by atom, with Kleene's unknown as a formula of
its own. Every binding's win, every identity and every default is asked of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
import z3
from analysis.small import FEW, checked, tight_shops
from hypothesis import HealthCheck, Phase, given, settings

from rulec.analysis import analysis as analysed
from rulec.analysis import find as found_by
from rulec.analysis import proof
from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Never, Undecided, Witness
from rulec.analysis.budget import Budget
from rulec.analysis.condition import Always, Condition
from rulec.check.tree import (
    Atom,
    CheckedRuleSet,
    Compare,
    HasTag,
    HasTags,
    IsPresent,
    IsSet,
    Typed,
)
from rulec.logic import And, Leaf, Node, Not, Or, Truth, fold
from rulec.ruleset.model import Definition, LaneOrder, Point, Reduce, Scope
from rulec.syntax.tree import Operator

COMPARED: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUAL: lambda a, b: a == b,
    Operator.UNEQUAL: lambda a, b: a != b,
    Operator.LESS: lambda a, b: a < b,
    Operator.AT_MOST: lambda a, b: a <= b,
    Operator.GREATER: lambda a, b: a > b,
    Operator.AT_LEAST: lambda a, b: a >= b,
}
N, HAS_N, X = z3.Int("n"), z3.Bool("has n"), z3.Bool("e is x")
WORLD = z3.And(N >= 0, N <= 3)


def atom(one: Atom) -> tuple[Any, Any]:
    """When an atom is true, and when it is false; where neither, it is unknown."""
    match one:
        case IsSet(fact=fact):
            flag = z3.Bool(fact.path)
            return flag, z3.Not(flag)
        case HasTag(tag=tag):
            flag = z3.Bool(f"tag {tag}")
            return flag, z3.Not(flag)
        case HasTags(tags=tags, needs_all=needs_all):
            flags = [z3.Bool(f"tag {tag}") for tag in tags]
            whole = z3.And(flags) if needs_all else z3.Or(flags)
            return whole, z3.Not(whole)
        case IsPresent():
            return HAS_N, z3.Not(HAS_N)
        case Compare(fact=fact, operator=operator, value=value) if fact.name == "n":
            holds = COMPARED[operator](N, value)
            return z3.And(HAS_N, holds), z3.And(HAS_N, z3.Not(holds))
        case Compare(operator=operator, value=value):
            is_x = X if (value == "x") is (operator is Operator.EQUAL) else z3.Not(X)
            return is_x, z3.Not(is_x)
    raise AssertionError(one)


def formula(condition: Typed) -> Any:
    """When a condition is true."""

    def visit(node: Node[Atom], items: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
        true, false = [item[0] for item in items], [item[1] for item in items]
        match node:
            case Leaf(value=one):
                return atom(one)
            case Truth(value=value):
                return z3.BoolVal(value), z3.BoolVal(not value)
            case Not():
                return false[0], true[0]
            case And():
                return z3.And(true), z3.Or(false)
            case Or():
                return z3.Or(true), z3.And(false)

    return fold(condition, visit)[0]


class Shop:
    """Who wins, as formulas; rule sets without liveness, scenarios, `order` and `before`."""

    def __init__(self, rules: CheckedRuleSet) -> None:
        self.rules = rules
        self.matches = {code: formula(typed) for code, typed in rules.conditions.items()}
        self.kept = [z3.Not(formula(item.is_broken)) for item in rules.assumptions]
        self.products = sorted(rules.ruleset.products, key=lambda one: (one.rank, one.code))
        self.businesses = sorted(rules.ruleset.businesses, key=lambda one: (one.rank, one.code))

    def identified(self, one: Definition) -> Any:
        stronger = self.businesses[: self.businesses.index(one)]
        return z3.And(
            self.matches[one.code], *(z3.Not(self.matches[other.code]) for other in stronger)
        )

    def counts(self, one: Definition) -> Any:
        """When a definition is effective."""
        if one in self.businesses:
            stronger = self.businesses[: self.businesses.index(one)]
            barriers = [z3.Not(self.matches[o.code]) for o in stronger if o.is_isolated]
            return z3.And(self.matches[one.code], *barriers)
        if one.scope is Scope.ALL:
            return self.matches[one.code]
        own = [self.identified(b) for b in self.businesses if one.code in b.installed]
        return z3.And(self.matches[one.code], z3.Or(own))

    def walk(self, point: Point) -> list[tuple[Definition, bool]]:
        """Who binds a point, in order, and whether it stops there."""
        lanes = [self.products, self.businesses]
        ordered = lanes[::-1] if point.lane_order is LaneOrder.BUSINESS_FIRST else lanes
        return [
            (one, binding.implementation is None)
            for lane in ordered
            for one in lane
            for binding in one.bindings
            if binding.point == point.code
        ]

    def wins(self, point: Point, one: Definition) -> Any:
        walk = self.walk(point)
        place = [other for other, _ in walk].index(one)
        ahead = [
            z3.Not(self.counts(other))
            for other, is_stop in walk[:place]
            if is_stop or point.reduce is Reduce.FIRST
        ]
        return z3.And(self.counts(one), *ahead)

    def default(self, point: Point) -> Any:
        return z3.And([z3.Not(self.counts(one)) for one, _ in self.walk(point)])

    def can_be(self, wanted: Any) -> bool:
        solver = z3.Solver()
        solver.add(WORLD, wanted, *self.kept)
        return bool(solver.check() == z3.sat)


def questions(rules: CheckedRuleSet, analysis: Analysis) -> Iterator[tuple[Any, Any]]:
    """Every question, as both are asked it."""
    shop, points = Shop(rules), {point.code: point for point in rules.ruleset.points}
    for place in analysis.places:
        point = points[place.point]
        for one, _ in shop.walk(point):
            yield analysis.wins(one.code, place), shop.wins(point, one)
        yield analysis.reaches_default(place), shop.default(point)
    for one in rules.ruleset.businesses:
        yield analysis.identifies(one.code), shop.identified(one)
    codes = [one.code for one in rules.ruleset.definitions]
    for one, two in pairwise(codes):
        yield analysis.overlap(one, two), z3.And(shop.matches[one], shop.matches[two])
        outside = z3.And(shop.matches[one], z3.Not(shop.matches[two]))
        yield _unless(analysis.is_inside(one, two)), outside
    for code, typed in rules.conditions.items():
        asked = Condition(rules.ruleset.vocabulary, typed, rules.assumptions)
        yield asked.core() is None, shop.matches[code]
        always = asked.always()
        is_every = isinstance(always, tuple) and always[0] is Always.EVERY
        yield not is_every, z3.Not(shop.matches[code])


def _unless(answer: bool | Undecided) -> bool | Undecided:
    return answer if isinstance(answer, Undecided) else not answer


def compare(files: dict[str, str]) -> int:
    """How many questions of a rule set both answered alike; one that differs fails."""
    rules = checked(files)
    shop, n_asked = Shop(rules), 0
    for answer, wanted in questions(rules, Analysis(rules)):
        assert not isinstance(answer, Undecided)
        can_be = answer if isinstance(answer, bool) else isinstance(answer, Witness)
        assert can_be is shop.can_be(wanted)
        n_asked += 1
    return n_asked


@given(tight_shops())
@FEW
def test_z3_agrees(files: dict[str, str]) -> None:
    compare(files)


@pytest.mark.slow
def test_z3_agrees_on_thirty_thousand_questions(report_line: Callable[[str], None]) -> None:
    n_asked = 0

    @given(tight_shops())
    @settings(
        max_examples=2_200,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(files: dict[str, str]) -> None:
        nonlocal n_asked
        n_asked += compare(files)

    ask()
    report_line(f"{n_asked:,} questions, 0 disagreements with z3")
    assert n_asked >= 30_000


@given(tight_shops())
@FEW
def test_the_solver_settles_what_the_search_leaves_open(files: dict[str, str]) -> None:
    """With no steps at all, every point and every "none" comes from the solver."""
    rules = checked(files)
    searched, solved = Analysis(rules), Analysis(rules, Budget(question=0))
    for place in searched.places:
        one, two = searched.reaches_default(place), solved.reaches_default(place)
        assert isinstance(one, Witness) is isinstance(two, Witness)
        for definition in rules.ruleset.definitions:
            one, two = (each.wins(definition.code, place) for each in (searched, solved))
            assert type(one) is type(two)


def test_without_the_solver_the_budget_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "vocabulary.toml": '[entity.a]\nkind = "people"\n[entity.a.facts]\nf = { type = "flag" }\n',
        "platform.toml": '[[ability]]\ncode = "a"\n',
        "businesses/all.toml": '[[business]]\ncode = "b"\nowner = "o"\nidentity = "a.f()"\n',
    }
    for room in (analysed, found_by, proof):
        monkeypatch.setattr(room, "has_solver", lambda: False)
    rules = checked(files)
    assert isinstance(Analysis(rules, Budget(question=0)).identifies("b"), Undecided)
    assert isinstance(Analysis(rules).identifies("b"), Witness)
    assert not isinstance(Analysis(rules).identifies("b"), Never)
