"""Questions about one condition: cases as text, and random ones against every request of a grid."""

from __future__ import annotations

import json
from typing import Any

import pytest
from analysis.grid import grid
from analysis.small import FEW, LITERALS, TIGHT_VOCABULARY, checked, shops
from hypothesis import given
from hypothesis import strategies as st

from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Relation
from rulec.analysis.condition import Always, Condition, Core
from rulec.analysis.read_once import facts_read_once
from rulec.analysis.witness import Undecided
from rulec.check.tree import CheckedRuleSet
from rulec.logic import leaf_values
from rulec.oracle.evaluate import evaluate

PLATFORM = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'


def rules_of(*conditions: str, assume: str = "") -> CheckedRuleSet:
    """Businesses with these identities, `b0` the strongest."""
    businesses = "".join(
        f'[[business]]\ncode = "b{number}"\nowner = "o"\nrank = {number}\n'
        f"identity = {json.dumps(text, ensure_ascii=False)}\n"
        for number, text in enumerate(conditions)
    )
    vocabulary = TIGHT_VOCABULARY + assume
    return checked(
        {
            "vocabulary.toml": vocabulary,
            "platform.toml": PLATFORM,
            "businesses/all.toml": businesses,
        }
    )


def asked(rules: CheckedRuleSet, code: str = "b0") -> Condition:
    """The questions about one business's identity."""
    return Condition(rules.ruleset.vocabulary, rules.conditions[code], rules.assumptions)


CORES: list[tuple[str, list[str]]] = [
    ("a.f() && a.n <= 1 && a.g() && a.n > 2", ["a.n <= 1", "a.n > 2"]),
    ("a.f() && !a.f()", ["a.f()", "!a.f()"]),
    ("a.f() && a.n in []", ["a.n in []"]),
    ("(a.f() || a.g()) && !a.f() && has(a.n) && !a.g()", ["a.f() || a.g()", "!a.f()", "!a.g()"]),
    ("a.n != 1 && !has(a.n)", ["a.n != 1", "!has(a.n)"]),
    ("!(a.f() || a.e == 'x') && a.e != 'y'", ["a.e == 'x'", "a.e != 'y'"]),
]


@pytest.mark.parametrize(("text", "clauses"), CORES)
def test_core(text: str, clauses: list[str]) -> None:
    core = asked(rules_of(text)).core()
    assert isinstance(core, Core)
    shown = [text.encode()[span.start : span.end].decode() for span in core.clauses]
    assert [one.strip("()") for one in shown] == [one.strip("()") for one in clauses]
    assert not core.leans


IDLE: list[tuple[str, list[tuple[str, str]]]] = [
    ("a.f() || a.f() && a.g()", [("a.f() && a.g()", "branch")]),
    ("a.f() || (a.g() && !a.g())", [("a.g() && !a.g()", "never")]),
    ("a.n >= 1 && a.n >= 0", [("a.n >= 0", "clause")]),
    ("a.n >= 1 && has(a.n)", [("has(a.n)", "clause")]),
    ("b.t.containsAll([1, 2]) && b.t.contains(1)", [("b.t.contains(1)", "clause")]),
    ("a.f() && (a.g() || a.f())", [("a.g() || a.f()", "clause")]),
    ("a.n < 2 || a.n >= 2", []),
    ("!(a.f() && a.f())", [("a.f()", "branch")]),
    ("a.f() && a.g() || !a.f() && a.g()", [("a.f()", "clause"), ("!a.f()", "clause")]),
]


@pytest.mark.parametrize(("text", "expected"), IDLE)
def test_idle(text: str, expected: list[tuple[str, str]]) -> None:
    expect_idle(text, expected)


def expect_idle(text: str, expected: list[tuple[str, str]], defines: str = "") -> None:
    found = asked(rules_of(text, assume=defines)).idle()
    assert not isinstance(found, Undecided)
    shown = [
        (
            text.encode()[one.span.start : one.span.end].decode().strip("()"),
            "never" if one.is_never else "branch" if one.is_branch else "clause",
        )
        for one in found
    ]
    assert shown == [(part.strip("()"), word) for part, word in expected]


ALWAYS: list[tuple[str, Any]] = [
    ("a.f() || !a.f()", (Always.EVERY, False)),
    ("a.n < 2 || a.n >= 2", (Always.PRESENT, False)),
    ("a.n < 2 || a.n >= 2 || !has(a.n)", (Always.EVERY, False)),
    ("a.e == 'x' || a.e == 'y'", (Always.EVERY, False)),
    ("a.n <= 3 || a.f()", (Always.PRESENT, False)),
    ("a.f()", None),
]


@pytest.mark.parametrize(("text", "expected"), ALWAYS)
def test_always(text: str, expected: Any) -> None:
    assert asked(rules_of(text)).always() == expected


RELATIONS = [
    ("a.f()", "a.f()", Relation.EQUAL),
    ("a.n < 2", "!(a.n >= 2)", Relation.EQUAL),
    ("a.f() && a.g()", "a.f()", Relation.INSIDE),
    ("a.f()", "a.f() && a.g()", Relation.CONTAINS),
    ("a.f()", "a.g()", Relation.OVERLAPS),
    ("a.n < 1", "a.n > 1", Relation.DISJOINT),
]


@pytest.mark.parametrize(("one", "two", "expected"), RELATIONS)
def test_relation(one: str, two: str, expected: Relation) -> None:
    assert Analysis(rules_of(one, two)).relation("b0", "b1") is expected


def test_an_assumption_restricts_the_world_and_is_named() -> None:
    assume = '[[assume]]\nimplies = ["a.f()", "a.g()"]\n'
    rules = rules_of("a.f() && !a.g()", "a.f() && a.g()", "a.f()", assume=assume)
    core = asked(rules).core()
    assert isinstance(core, Core)
    assert core.leans
    (idle,) = asked(rules, "b1").idle()  # type: ignore[misc]
    assert idle.leans
    assert Analysis(rules).relation("b1", "b2") is Relation.EQUAL


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A condition over the literals of tight rule sets."""
    tree = st.recursive(
        st.sampled_from((*LITERALS, "true", "false")),
        lambda inner: (
            st.builds("({} && {})".format, inner, inner)
            | st.builds("({} || {})".format, inner, inner)
            | st.builds("!({})".format, inner)
        ),
        max_leaves=6,
    )
    return draw(tree)


@given(texts(), texts())
@FEW
def test_answers_agree_with_every_request(one: str, two: str) -> None:
    rules = rules_of(one, two)
    requests = grid(rules)
    assert requests is not None
    read = [matched.facts for matched in requests.requests]
    true = [
        {n for n, facts in enumerate(read) if evaluate(rules.conditions[code], facts)}
        for code in ("b0", "b1")
    ]
    expected = (
        Relation.EQUAL
        if true[0] == true[1]
        else Relation.INSIDE
        if true[0] < true[1]
        else Relation.CONTAINS
        if true[0] > true[1]
        else Relation.OVERLAPS
        if true[0] & true[1]
        else Relation.DISJOINT
    )
    assert Analysis(rules).relation("b0", "b1") is expected
    condition = asked(rules)
    assert (condition.core() is not None) is (not true[0])
    always = condition.always()
    assert (always is not None and always[0] is Always.EVERY) is (len(true[0]) == len(read))  # type: ignore[index]


@given(shops())
@FEW
def test_idle_parts_can_go_together(files: dict[str, str]) -> None:
    rules = checked(files)
    requests = grid(rules)
    if requests is None:
        return
    for code, typed in rules.conditions.items():
        condition = asked(rules, code)
        matching = [m.facts for m in requests.requests if evaluate(typed, m.facts)]
        core = condition.core()
        assert not (isinstance(core, Core) and matching)
        if requests.is_complete:
            assert (core is None) is bool(matching)


@given(shops())
@FEW
def test_what_reads_everything_once_has_nothing_to_find(files: dict[str, str]) -> None:
    rules = checked(files)
    for code, typed in rules.conditions.items():
        read = facts_read_once(typed)
        if read is None:
            continue
        assert read == {atom.fact.path for atom in leaf_values([typed])}
        condition = Condition(rules.ruleset.vocabulary, typed)
        assert condition.core() is None, code
        assert condition.always() is None, code
        assert condition.idle() == [], code


@pytest.mark.parametrize(
    ("text", "is_once"),
    [
        ("a.f() && !(a.n == 1 || a.n == 2) && (b.t.contains(1) || !b.t.contains(2))", True),
        ("a.n == 1 || a.n == 1", False),
        ("a.n == 0 || a.n == 1 || a.n == 2 || a.n == 3", False),
        ("a.n == 1 || a.n >= 3", False),
        ("a.n == 1 && a.n == 2", False),
        ("a.n <= 3", False),
        ("a.f() || a.f()", False),
        ("a.f() && true", False),
        ("has(a.n) && a.f()", False),
        ("b.t.contains(1) || b.t.contains(2) && !b.t.contains(1)", False),
    ],
)
def test_what_is_read_once(text: str, is_once: bool) -> None:
    assert (facts_read_once(rules_of(text).conditions["b0"]) is not None) is is_once


NAMED = "[define]\nlow = 'a.n <= 1 || a.f()'\nhigh = '!low && a.n > 0'\n"
"""Names are one part each: what stands inside is not theirs who use them."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("low && (a.g() || low)", [("a.g() || low", "clause")]),
        ("a.g() || low || low && a.g()", [("low && a.g()", "branch")]),
        ("low && a.g() && !high", [("!high", "clause")]),
        ("high || a.g() && high && low", [("a.g() && high && low", "never")]),
    ],
)
def test_named_conditions_are_one_part(text: str, expected: list[tuple[str, str]]) -> None:
    expect_idle(text, expected, NAMED)


def test_the_core_of_named_conditions() -> None:
    text = "low && a.g() && high"
    core = asked(rules_of(text, assume=NAMED)).core()
    assert isinstance(core, Core)
    assert [text[span.start : span.end] for span in core.clauses] == ["low", "high"]
