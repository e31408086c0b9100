"""However hostile a rule set is, a lint ends within its budget, and says what it left open.

Nothing is timed: what a lint cost is counted in looks, and the same again the next time.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lints.hostile import FAMILIES, Family, dense, pigeons
from roads import write_ruleset

from rulec.analysis import analysis as analysed
from rulec.analysis import condition, find, proof, solver
from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Never, Place, Undecided
from rulec.analysis.budget import SOLVER, Budget, Kind
from rulec.analysis.condition import LOOKS
from rulec.driver import compile_folder
from rulec.lints.engine import Report, inspect
from rulec.lints.open_questions import MOST

SIZE = 48
"""Large enough that every search of some family is over a small budget."""
SLACK = 2 * (LOOKS + SOLVER)
"""The last question is asked in full."""
DEAD = {"LOG301", "LOG302", "LOG303", "LOG305"}

each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda one: str(one.__name__))


@pytest.fixture(params=["search alone", "with the solver"])
def roads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Without the extra and with it."""
    if request.param == "search alone":
        no_solver(monkeypatch)
    return str(request.param)


def no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (analysed, condition, find, proof, solver):
        monkeypatch.setattr(room, "has_solver", lambda: False)


def linted(files: dict[str, str], budget: int) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        return inspect(write_ruleset(Path(folder), files), budget=budget)


def check(report: Report, budget: int) -> None:
    """Within the budget, nothing kept quiet, and few words about it."""
    counted = report.subject.budget
    assert counted.spent <= budget + SLACK
    left_open = [one for one in report.findings if one.code == "ANA901"]
    is_open = any(kind is not Kind.COVER for kind in counted.open)
    assert bool(left_open) or not is_open
    assert len(left_open) <= len(Kind) * (MOST + 1)


def dead(report: Report) -> set[tuple[str, str]]:
    return {(one.group, one.code) for one in report.findings if one.code in DEAD}


def requests(report: Report, n: int) -> Iterator[dict[str, Any]]:
    """Random requests over the flags of a rule set, which keep a chain of assumptions."""
    draw = random.Random(n)
    assert report.subject.ruleset is not None
    facts = report.subject.ruleset.vocabulary.entities["a"].facts
    names = [name for name, fact in facts.items() if fact.type.value == "flag"]
    for _ in range(n):
        share = draw.random()
        given = [name for name in names if draw.random() < share]
        if report.subject.assumptions:
            given = names[draw.randrange(len(names) + 1) :]
        yield {"a": dict.fromkeys(given, True)}


@each_family
def test_a_lint_ends_within_its_budget(family: Family, roads: str) -> None:
    for budget in (0, 300_000):
        report = linted(family(SIZE, 1), budget)
        check(report, budget)
        assert report.subject.budget.open or budget, roads


@each_family
def test_what_is_told_dead_never_wins(family: Family) -> None:
    report = linted(family(SIZE, 2), 3_000_000)
    check(report, 3_000_000)
    proofs = report.subject.proofs
    assert proofs is not None
    gone = {one.definition.code for one in proofs.dead}
    for facts in requests(report, 60):
        won = proofs.program.match(facts, "2026-03-01T00:00:00Z").resolve("p")
        assert won.code not in gone


@each_family
def test_the_same_again(family: Family) -> None:
    first, second = (linted(family(SIZE // 2, 3), 200_000) for _ in range(2))
    said = [
        [(one.code, one.line, one.message) for one in each.findings] for each in (first, second)
    ]
    assert said[0] == said[1]
    assert first.subject.budget.spent == second.subject.budget.spent


@given(
    st.sampled_from(FAMILIES), st.integers(4, 20), st.integers(0, 10_000), st.integers(0, 400_000)
)
@settings(max_examples=max(10, settings().max_examples // 3))
def test_a_budget_only_takes_away(family: Family, size: int, seed: int, budget: int) -> None:
    """Whatever is told dead within a budget is dead without one."""
    bounded = linted(family(size, seed), budget)
    check(bounded, budget)
    assert dead(bounded) <= dead(linted(family(size, seed), 10**12))


def test_five_hundred_broad_rules_over_a_hundred_flags() -> None:
    report = linted(dense(480, 1), 5_000_000)
    check(report, 5_000_000)
    assert report.subject.budget.open[Kind.WIN] > 100
    (whole,) = (
        one for one in report.findings if one.code == "ANA901" and "ever wins" in one.message
    )
    assert "more" in whole.message
    assert whole.help is not None
    assert "raise `budget` (it is 5,000,000)" in whole.help


def test_without_the_solver_a_hard_question_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    no_solver(monkeypatch)
    verdict, default = _last(pigeons(60, 1))
    assert isinstance(verdict, Undecided)
    assert isinstance(default, Undecided)


def test_the_solver_settles_what_the_native_search_leaves_open() -> None:
    verdict, default = _last(pigeons(60, 1))
    assert isinstance(verdict, Never)
    assert isinstance(default, Never)
    assert len(verdict.cover) > 2


def _last(files: dict[str, str]) -> tuple[object, object]:
    """Whether the last business ever wins, and whether anything is left to the default."""
    with tempfile.TemporaryDirectory() as folder:
        rules = compile_folder(write_ruleset(Path(folder), files)).checked
    assert rules is not None
    analysis = Analysis(rules, Budget(question=400))
    last = rules.ruleset.businesses[-1].code
    (verdict,) = analysis.never_wins([last])
    return verdict.answer, analysis.never_defaults(Place("p"))


def test_a_cover_over_the_budget_is_told_as_it_was_found() -> None:
    """Not minimal, and a cover all the same."""
    with tempfile.TemporaryDirectory() as folder:
        rules = compile_folder(write_ruleset(Path(folder), dense(160, 4))).checked
    assert rules is not None
    found: list[tuple[str, Never]] = []
    for question in (4_000, 8_000):
        analysis = Analysis(rules, Budget(question=question))
        found += [
            (one.code, one.answer)
            for one in analysis.never_wins()
            if isinstance(one.answer, Never) and not one.answer.is_minimal
        ]
    assert found
    wanted = [code for code, _ in found[:3]]
    whole = {one.code: one.answer for one in Analysis(rules).never_wins(wanted)}
    for code, never in found[:3]:
        best = whole[code]
        assert isinstance(best, Never)
        assert best.is_minimal
        assert len(best.cover) <= len(never.cover)


def test_the_bound_stands_in_rulec_toml() -> None:
    files = {**dense(SIZE, 1), "rulec.toml": "budget = 1_000\n"}
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder), files)
        assert inspect(root).subject.budget.run == 1_000
        assert inspect(root, budget=2_000).subject.budget.run == 2_000
