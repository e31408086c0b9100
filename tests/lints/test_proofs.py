"""Rules that rest on proofs: what they find, what they carry, and that random rule sets agree."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from analysis.small import FEW, checked, shops, tight_shops
from hypothesis import given
from hypothesis import strategies as st
from lints.shop import CLEAN, shop
from roads import write_ruleset

import rulec
from rulec.analysis.budget import Budget
from rulec.analysis.diff import removal
from rulec.diagnostic import Diagnostic
from rulec.driver import compile_folder
from rulec.instant import instant
from rulec.lints import replay
from rulec.lints.proofs import Proofs
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import matching, resolve_all
from rulec.render.json import as_record
from rulec.ruleset.model import Lane

BUSINESS = (
    '[[business]]\ncode = "{code}"\nowner = "o"\nkpi = "k"\nrank = {rank}\n'
    "identity = '{identity}'\n{more}"
    '[[business.bind]]\npoint = "p"\nimplementation = "{runs}"\n'
)


def business(code: str, rank: int, identity: str, runs: str = "", more: str = "") -> str:
    return BUSINESS.format(code=code, rank=rank, identity=identity, runs=runs or code, more=more)


def found(folder: Path, *businesses: str, **files: str) -> list[Diagnostic]:
    return rulec.lint(shop(folder, {"businesses/a.toml": "".join(businesses), **files}))


def words(findings: list[Diagnostic]) -> list[str]:
    return [f"{one.code} {one.group} {' '.join(one.cover)}".strip() for one in findings]


BROAD = business("broad", 1, "item.isNew()")
LOW = business("low", 2, "item.level < 5")
HIGH = business("high", 2, "item.level >= 5")
CASES: list[tuple[list[str], list[str]]] = [
    (
        [BROAD, business("x", 3, "item.isNew() && item.level > 3")],
        ["LOG301 x broad", "LOG303 x broad"],
    ),
    ([LOW, HIGH, business("x", 3, "item.level < 9")], ["LOG302 x high low", "LOG303 x high low"]),
    (
        [BROAD, business("x", 3, "item.isNew() && item.level > 3", "broad")],
        ["LOG303 x broad", "LOG305 x broad"],
    ),
    ([business("x", 0, "item.isNew() && item.level > 3", "broad"), BROAD], ["LOG306 x"]),
    (
        [BROAD, business("x", 3, "item.isNew() && item.level > 3 || item.level < 2")],
        ["LOG304 x broad"],
    ),
    ([BROAD, business("x", 3, "item.isNew()", more="enabled = false\n")], []),
    ([BROAD, business("x", 3, "false")], []),
    (
        [business("x", 1, "!item.isNew()"), business("y", 2, "!(item.isNew() || item.isNew())")],
        ["LOG204 y", "LOG301 y x", "LOG303 y x", "LOG314 y"],
    ),
    (
        [BROAD, business("x", 3, "item.isNew()", more='active = ["2030-01-01T00:00:00Z", ""]\n')],
        ["LOG301 x broad", "LOG303 x broad", "ORG404 x broad"],
    ),
    ([BROAD, business("x", 2, "!item.isNew()")], ["LOG321 p broad x"]),
]


@pytest.mark.parametrize(("businesses", "expected"), CASES)
def test_what_is_found(businesses: list[str], expected: list[str], tmp_path: Path) -> None:
    shown = words(found(tmp_path, *businesses))
    assert sorted(word for word in shown if not word.startswith("VOC106")) == sorted(expected)


def test_a_barrier_covers(tmp_path: Path) -> None:
    barrier = BROAD.replace('"p"', '"q"').replace("identity", "isolated = true\nidentity")
    platform = (
        CLEAN["platform.toml"]
        + '[[ability.point]]\ncode = "q"\ndefault = { implementation = "d" }\n'
    )
    shown = found(
        tmp_path, barrier, business("x", 3, "item.isNew()"), **{"platform.toml": platform}
    )
    assert sorted(words(shown)) == ["LOG301 x broad", "LOG303 x broad", "LOG314 x"]
    assert "is isolated and keeps it out" in str([one.help for one in shown])


def test_json_carries_witness_and_cover(tmp_path: Path) -> None:
    platform = CLEAN["platform.toml"].replace('{ implementation = "d" }', '"none"')
    files = {"platform.toml": platform}
    shown = found(tmp_path, BROAD, business("x", 3, "item.isNew() && item.level > 3"), **files)
    records = {one.code: json.loads(json.dumps(as_record(one))) for one in shown}
    assert records["LOG301"]["cover"] == ["broad"]
    assert records["LOG320"]["witness"] == {}
    assert "witness" not in records["LOG301"]


def test_a_witness_the_engine_denies_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = CLEAN["platform.toml"].replace('{ implementation = "d" }', '"none"')
    monkeypatch.setattr(replay, "identify", lambda _: "somebody else")
    with pytest.raises(AssertionError, match="the engine says"):
        found(tmp_path, BROAD, **{"platform.toml": platform})


def test_what_stays_open_is_said_and_comments_about_it_are_used(tmp_path: Path) -> None:
    vocabulary = CLEAN["vocabulary.toml"] + 'id = { type = "int", id = true, optional = true }\n'
    rollouts = (f'rollout(0.001%, by: item.id, salt: "{salt}")' for salt in "ab")
    rare = " && ".join(["item.isNew()", *rollouts])
    shown = found(tmp_path, business("x", 1, rare), **{"vocabulary.toml": vocabulary})
    assert {one.code for one in shown} == {"ANA901"}


def test_a_broken_rule_set_makes_no_suppression_unused(tmp_path: Path) -> None:
    comment = '# rulec: ignore[LOG303] reason="it is identified"\n'
    dead = comment + business("x", 3, "item.isNew() && item.level > 3")
    assert "LOG303 x broad" not in words(found(tmp_path / "whole", BROAD, dead))
    shown = found(tmp_path / "broken", BROAD, dead, business("y", 4, "item.nothing()"))
    assert [one.code for one in shown] == ["VOC101"]


@given(st.one_of(shops(), tight_shops()))
@FEW
def test_every_finding_of_random_rule_sets_can_be_shown(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder), files)
        findings = rulec.lint(root)
        settled = compile_folder(root, allow_ties=True).checked
    assert settled is not None
    points = {point.code: point for point in settled.ruleset.points}
    for one in findings:
        if one.code in ("LOG301", "LOG302", "LOG304", "LOG305"):
            assert one.cover
        if one.code == "LOG320":
            assert one.witness is not None
            facts = read_facts(settled.ruleset.vocabulary, one.witness)
            matched = matching(settled, facts, 0 if one.as_of is None else instant(one.as_of))
            scenarios = (None, *settled.ruleset.scenarios)
            wins = [resolve_all(matched, points[one.group], name) for name in scenarios]
            assert any(each[0].reason == "DEFAULT" for each in wins)


@given(tight_shops())
@FEW
def test_what_is_needless_changes_nothing(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder), files)
        compiled = compile_folder(root, allow_ties=True)
    assert compiled.artifact is not None
    proofs, rules = Proofs(checked(files), compiled.artifact), checked(files)
    for one in rules.ruleset.definitions:
        if one.lane is Lane.BUSINESS and one.code in proofs.dead_codes and proofs.is_needless(one):
            changed = removal(rules, proofs.analysis.overlay, one.code, Budget(), runs=False)
            assert changed.changes == ()
