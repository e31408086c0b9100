"""What is said about winners and losers is true of the oracle, on random worlds and by example."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from properties.worlds import World, worlds
from roads import write_ruleset

from rulec.check.tree import CheckedRuleSet
from rulec.cli.main import main
from rulec.driver import compile_folder
from rulec.explain.clauses import failure, support
from rulec.explain.why_not import why_not
from rulec.logic import Leaf
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import Facts, read_facts
from rulec.oracle.resolve import matching, resolve_all
from rulec.simplify.describe import describe, example, holds
from rulec.simplify.push_negations import push_negations

AS_OF = 1_767_225_600_000_000
"""The first instant of 2026, in microseconds."""
SHOP = Path(__file__).resolve().parents[2] / "examples/tmall"
DRONE = SHOP / "requests/drone.json"


def checked_world(world: World) -> CheckedRuleSet:
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder), world.files)
        checked = compile_folder(root, allow_ties=True).checked
    assert checked is not None
    return checked


def first_failing(checked: CheckedRuleSet, code: str, facts: Facts) -> None:
    """The failed clause is not true, and what would have to change makes it true."""
    condition = checked.conditions[code]
    failed = failure(condition, facts)
    if evaluate(condition, facts) is True:
        assert failed is None
        assert all(clause.needed == (clause.value,) for clause in support(condition, facts))
        return
    assert failed is not None
    if failed.changes and all(clause.needed for clause in failed.changes):
        changed = {clause.fact.path: clause.needed[0] for clause in failed.changes}
        after = failure(condition, {**facts, **changed})
        assert after is None or after.text != failed.text


@given(worlds())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_changing_what_it_says_flips_the_clause(world: World) -> None:
    checked = checked_world(world)
    for request in world.requests:
        facts = read_facts(checked.ruleset.vocabulary, request)
        for code in checked.conditions:
            first_failing(checked, code, facts)


@given(worlds())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_only_the_winner_has_no_obstacle(world: World) -> None:
    checked = checked_world(world)
    ruleset = checked.ruleset
    for request in world.requests:
        facts = read_facts(ruleset.vocabulary, request)
        matched = matching(checked, facts, AS_OF)
        for point in ruleset.points:
            for scenario in (None, *ruleset.scenarios):
                wins = resolve_all(matched, point, scenario)
                winners = {code for win in wins for code in (win.code, win.blocked_by)}
                for definition in ruleset.definitions:
                    obstacle = why_not(matched, definition, point, scenario)
                    assert (obstacle is None) is (definition.code in winners)


@given(worlds())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_literal_means_what_the_oracle_says(world: World) -> None:
    checked = checked_world(world)
    for request in world.requests:
        facts = read_facts(checked.ruleset.vocabulary, request)
        for condition in checked.conditions.values():
            stack = [condition]
            while stack:
                node = stack.pop()
                stack.extend(getattr(node, "items", ()))
                stack.extend([node.item] if hasattr(node, "item") else [])
                if isinstance(node, Leaf):
                    literal = push_negations(node)
                    if not isinstance(literal, Leaf):
                        continue
                    value = facts[literal.value.fact.path]
                    assert holds(literal.value, value) is (evaluate(node, facts) is True)
                    near = example(literal.value, value)
                    assert all(holds(literal.value, found) for found in near)
                    assert describe(literal.value)


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["try", str(SHOP), "--facts", str(DRONE), *map(str, arguments)])
    assert isinstance(left.value.code, int)
    return left.value.code, *capsys.readouterr()


def test_why(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--point", "Fulfilment.insurance", "--explain")
    assert code == 0
    assert "  why tmall.g20\n    seller.isTMSeller()       read true\n" in out
    assert "    item.tags.contains(4199)  read [3001, 4199]\n" in out
    assert "why not" not in out


def test_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--point", "Fulfilment.insurance", "--explain", "presale")
    assert code == 0
    assert "  why not presale\n" in out
    assert "item.tags is [3001, 4199]; item.tags.contains(77) holds with [77, " in out
    code, out, _ = run(capsys, "--point", "Price.payment", "--explain", "tmall")
    assert "why not tmall\n    it is effective, but binds nothing at `Price.payment`\n" in out


def test_what_cannot_be_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "--point", "Price.payment", "--explain", "tmal")
    assert code == 2
    assert "did you mean `tmall`?" in err
    artifact = tmp_path / "a.rulec"
    with pytest.raises(SystemExit):
        main(["compile", str(SHOP), "-o", str(artifact)])
    with pytest.raises(SystemExit) as left:
        main(["try", str(artifact), "--facts", str(DRONE), "--all-points", "--explain"])
    assert left.value.code == 2
