"""Made worlds are frozen, and what they say they are; their reference is the oracle."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from benchmarks.classes import class_table, unique_rows
from benchmarks.kernel import Kernel, library
from benchmarks.reference import matches, winners
from benchmarks.requests import Requests, made, made_items, stream
from benchmarks.rulesets import MAIN, rank_of, ruleset, write_files
from benchmarks.worlds import Family, Rule, World, digest
from rulec.driver import Compiled, compile_folder, compile_ruleset
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import matching, resolve
from rulec_runtime import Program, from_bytes

FROZEN = {
    ("dense", "specific"): "ceada7ed21edb7aad622242d6b83ab723c32993d1ce73fe78e2c62bfbfce0d89",
    ("dense", "random"): "03d6b3c57cfe19f9006247e8411772c3526a40480f762a9948408c0942226804",
    ("sparse", "specific"): "491e186af368a3ea112fb4866c675c95c6b11a1e4a28f306b72c186b58769c1b",
    ("sparse", "random"): "417438dd4537a70e1c10498bf0f3d98ebe9b42a54e644a0f14c2f53ea252df82",
}
REQUESTS = "e1b868900f13085f4b0e929bfeb3577e91b3939f4e294be8e9060d8ac580ba6d"
STREAM = "4294882112860713209f25fac51969e47e70e65e080e4d9961d1b1e325468812"
FAMILIES: tuple[Family, ...] = ("dense", "sparse")


@pytest.mark.parametrize(("family", "order"), FROZEN)
def test_worlds_are_frozen(family, order) -> None:
    assert digest(World(family, 2_000, order)) == FROZEN[family, order]


def test_requests_are_frozen() -> None:
    requests = made(World("dense", 1_000), 500)
    hashed = hashlib.sha256(repr(requests.dicts).encode()).hexdigest()
    assert hashed == REQUESTS
    numbers = stream(requests.world, 64, 500)
    assert hashlib.sha256(numbers.tobytes()).hexdigest() == STREAM


@pytest.mark.parametrize("family", FAMILIES)
def test_the_mix_is_as_described(family: Family) -> None:
    rules = list(World(family, 4_000).rules())

    def share(*starts: str) -> float:
        return sum(any(path.startswith(starts) for path in _positive(rule)) for rule in rules) / 4e3

    assert share("item.tags", "item.category") == pytest.approx(0.75, abs=0.02)
    assert share("seller.") == pytest.approx(0.50, abs=0.02)
    assert share("place.") == pytest.approx(0.30, abs=0.02)
    assert share("buyer.") == pytest.approx(0.20, abs=0.03)
    clauses = [rule.clauses for rule in rules]
    groups = sum(any(len(clause.atoms) > 1 for clause in of) for of in clauses)
    assert groups / 4e3 == pytest.approx(0.30, abs=0.02)
    negations = sum(any(clause.is_negated for clause in of) for of in clauses)
    assert negations / 4e3 == pytest.approx(0.15, abs=0.02)


def _positive(rule: Rule) -> list[str]:
    return [a.path for clause in rule.clauses if not clause.is_negated for a in clause.atoms]


def _matched(world: World, requests: Requests) -> np.ndarray:
    """How many requests each rule matches, the strongest first."""
    return np.array([matches(rule, requests).sum() for rule in world.rules()])


def test_matches_grow_with_a_dense_world_and_not_with_a_sparse_one() -> None:
    counts = {}
    for family in FAMILIES:
        for n_rules in (500, 4_000):
            world = World(family, n_rules)
            by_rule = _matched(world, made(world, 1_000))
            assert by_rule.max() <= 80, "nothing is broader than 5 %"
            counts[family, n_rules] = by_rule.sum() / 1_000
    assert counts["dense", 4_000] > 6 * counts["dense", 500]
    assert 2.0 < counts["sparse", 500] < 4.0
    assert 2.0 < counts["sparse", 4_000] < 4.0


def test_the_most_specific_rules_come_first() -> None:
    world = World("dense", 2_000)
    by_rule = _matched(world, made(world, 1_000))
    quarters = [part.mean() for part in np.array_split(by_rule, 4)]
    assert quarters == sorted(quarters)
    shuffled = World("dense", 2_000, "random")
    others = _matched(shuffled, made(shuffled, 1_000))
    assert sorted(others) == sorted(by_rule)
    assert others[:500].mean() > 3 * by_rule[:500].mean()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("order", ["specific", "random"])
def test_reference_oracle_and_engine_agree(family: Family, order) -> None:
    world = World(family, 150, order)
    requests = made(world, 60)
    compiled = compile_ruleset(ruleset(world))
    assert compiled.checked is not None
    assert compiled.artifact is not None
    program = from_bytes(compiled.artifact)
    point = next(item for item in compiled.checked.ruleset.points if item.code == MAIN)
    expected = winners(world.rules(), requests).tolist()
    assert len(set(expected)) > 5
    for request, rank in zip(requests.dicts, expected, strict=True):
        facts = read_facts(compiled.checked.ruleset.vocabulary, request)
        assert rank_of(resolve(matching(compiled.checked, facts), point).code) == rank
        assert rank_of(program.resolve(MAIN, request).code) == rank
    numbers = program.batch(requests.table).resolve(MAIN)
    assert [rank_of(program.decisions[number].code) for number in numbers] == expected
    if library() is not None:
        assert by_kernel(compiled, program, requests) == [expected] * 2


def by_kernel(compiled: Compiled, program: Program, requests: Requests) -> list[list[int]]:
    """The winners that the loops in C find, by filled rows and by open ones."""
    assert compiled.artifact is not None
    kernel, point = Kernel(compiled.artifact), program.points.index(MAIN)
    rows, numbers = unique_rows(class_table(compiled), requests)
    kernel.add_all(rows, keeps_facts=True)
    found = [kernel.winners(numbers, point, is_raw=is_raw).tolist() for is_raw in (False, True)]
    kernel.close()
    return [[rank_of(program.decisions[number].code) for number in one] for one in found]


def test_a_catalogue_has_the_same_items_whatever_part_is_made() -> None:
    world = World("sparse", 100)
    whole, part = made_items(world, 0, 50), made_items(world, 20, 30)
    assert whole.take(slice(20, 50)).dicts == part.dicts


def test_files_and_memory_hold_the_same_rules(tmp_path: Path) -> None:
    world = World("sparse", 120)
    from_files = compile_folder(write_files(world, tmp_path / "made"))
    assert from_files.findings == ()
    in_memory = compile_ruleset(ruleset(world))
    assert from_files.terms == in_memory.terms
    assert from_files.plan is not None
    assert in_memory.plan is not None
    assert from_files.plan.records == in_memory.plan.records


def test_a_stream_asks_each_of_its_requests() -> None:
    numbers = stream(World("dense", 100), 64, 2_000)
    assert set(numbers.tolist()) == set(range(64))
