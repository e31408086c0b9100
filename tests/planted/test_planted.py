"""Every rule finds what was planted in a clean rule set, and nothing else is found.

`clean.toml` is a rule set that uses much of what there is, without a finding; each case of
`anomalies.toml` changes it in one place. What must be found besides is written there too: a binding
that never wins is one finding, its business that changes nothing another.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from roads import write_ruleset

import rulec
from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Never, Place, Witness
from rulec.analysis.diff import without
from rulec.cli.main import main
from rulec.codes import CODES, stops
from rulec.diagnostic import Diagnostic, Fix
from rulec.driver import compile_folder
from rulec.fix.apply import apply
from rulec.lints.baseline import fingerprint, fingerprints, write_baseline
from rulec.lints.engine import inspect
from rulec.render.json import as_record

HERE = Path(__file__).parent
CLEAN: dict[str, str] = tomllib.loads((HERE / "clean.toml").read_text("utf-8"))["files"]
CASES: list[dict[str, Any]] = tomllib.loads((HERE / "anomalies.toml").read_text("utf-8"))["case"]
TODAY = date(2026, 1, 1)
ELSEWHERE = {"PRF502"}
"""What takes recorded traffic: tests/lints/test_pages.py plants it."""

each = pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case['plant']}-{n}") for n, case in enumerate(CASES)]
)


def planted(case: dict[str, Any]) -> dict[str, str]:
    """The files of the clean rule set with one anomaly in them."""
    files = dict(CLEAN)
    for change in case.get("replace", ()):
        text = files[change["file"]]
        assert text.count(change["old"]) == 1
        files[change["file"]] = text.replace(change["old"], change["new"])
    if "append" in case:
        files[case["append"]["file"]] += case["append"]["text"]
    if "explode" in case:
        mixed = " && ".join(
            f"(item.tags.contains({n}) || order.sum > {n})"
            for n in range(100, 100 + case["explode"])
        )
        name = "products/gift.toml"
        files[name] = files[name].replace("item.tags.contains(8)", mixed)
    return files


def found(root: Path, case: dict[str, Any]) -> list[Diagnostic]:
    return rulec.lint(root, select=case.get("select"), as_of=TODAY)


Shown = Callable[[dict[str, Any]], tuple[Path, list[Diagnostic]]]


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """The folder and the findings of a case, found once for all tests."""
    known: dict[int, tuple[Path, list[Diagnostic]]] = {}

    def show(case: dict[str, Any]) -> tuple[Path, list[Diagnostic]]:
        if id(case) not in known:
            root = write_ruleset(tmp_path_factory.mktemp("planted") / "shop", planted(case))
            known[id(case)] = root, found(root, case)
        return known[id(case)]

    return show


def words(finding: Diagnostic) -> str:
    about = finding.group.removeprefix("shop/")
    spans = finding.code in ("LOG201",)
    return " ".join([finding.code, about, *(() if spans else sorted(finding.cover))])


def test_the_clean_one_is_clean(tmp_path: Path) -> None:
    assert [
        str(one) for one in rulec.lint(write_ruleset(tmp_path / "shop", CLEAN), as_of=TODAY)
    ] == []


@each
def test_what_was_planted_is_found_and_nothing_else(case: dict[str, Any], shown: Shown) -> None:
    assert sorted(map(words, shown(case)[1])) == sorted(case["expect"])
    assert any(word.startswith(case["plant"]) for word in case["expect"])


def test_every_rule_about_logic_ownership_and_cost_is_planted() -> None:
    wanted = {code for code in CODES if code.startswith(("LOG", "ORG", "PRF"))}
    assert {case["plant"] for case in CASES} == wanted - ELSEWHERE


def key(finding: Diagnostic) -> tuple[Any, ...]:
    """A finding, whatever line it stands on."""
    pair = frozenset(finding.between)
    return (finding.code, pair) if pair else (finding.code, finding.group, finding.message)


def with_fix(root: Path, fix: Fix, finding: Diagnostic) -> dict[Path, str]:
    """The texts of a rule set after one fix."""
    return {root.parent / path: text for path, text in apply([replace(finding, fix=fix)]).items()}


RESOLVED = [
    case
    for case in CASES
    if case["plant"] in ("LOG310", "LOG316", "LOG317") and "before" not in str(case)
]
CHOICES = """
[[business]]
code = "other"
owner = "launches"
kpi = "orders"
rank = 50
identity = "{0}"

[[business.bind]]
point = "price"
implementation = "other.price"

[[business]]
code = "{1}"
owner = "launches"
kpi = "orders"
rank = 50
identity = "{2}"
{3}
[[business.bind]]
point = "price"
implementation = "one.price"
"""
PAIRS = [
    ("item.isOld()", "one", "item.level > 5", ""),
    ("item.isOld() || item.tags.contains(3)", "one", "!(item.weight < 3) && item.level == 2", ""),
    ("item.tags.contains(3)", "one", "item.tags.contains(4) && item.isOld()", ""),
    ("item.weight > 3 && heavy", "one", "item.isOld() || item.level in [3, 4]", ""),
    ("item.weight > 3", "one", "item.weight < 300", ""),
    ("item.isOld() && item.level > 3", "an'other", "item.level > 4 // why", ""),
    ("item.isOld()", "one", "item.level > 5", 'overrides = ["third"]'),
]
THIRD = CHOICES.partition('\n\n[[business]]\ncode = "{1}')[0] + "\n"
RESOLVED += [
    {
        "plant": f"LOG310 {number}",
        "append": {
            "file": "businesses/all.toml",
            "text": CHOICES.format(*pair)
            + (
                THIRD.format("!item.isNew()").replace("other", "third")
                if "third" in pair[3]
                else ""
            ),
        },
    }
    for number, pair in enumerate(PAIRS)
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["plant"]) for case in RESOLVED])
def test_every_resolution_settles_its_finding(case: dict[str, Any], shown: Shown) -> None:
    """Applied in memory, each alone: the finding is gone, and nothing new stops a compile."""
    root, before = shown(case)
    known = {key(one) for one in before}
    resolved = [one for one in before if one.resolutions]
    assert resolved
    for finding in resolved:
        descriptions = [fix.description for fix in finding.resolutions]
        assert len(set(descriptions)) == len(descriptions)
        for fix in finding.resolutions:
            after = inspect(root, as_of=TODAY, texts=with_fix(root, fix, finding)).findings
            left = [one for one in after if key(one) == key(finding)]
            assert left == [], fix.description
            assert [one for one in after if stops(one.code) and key(one) not in known] == []


def test_all_kinds_of_resolutions_are_offered(shown: Shown) -> None:
    said: set[str] = set()
    for case in RESOLVED:
        for finding in shown(case)[1]:
            said |= {fix.description.partition(" =")[0].split()[-1] for fix in finding.resolutions}
    assert said == {"overrides", "identity", "exclusive", "implies", "products_like", "products"}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["plant"]) for case in CASES[::3]])
def test_findings_keep_their_fingerprints_where_lines_move(
    case: dict[str, Any], shown: Shown, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = shown(case)[1]
    moved = {name: f"# moved\n\n# down\n{text}" for name, text in planted(case).items()}
    known, other = tmp_path / "known.json", write_ruleset(tmp_path / "shop", moved)
    known.write_text(write_baseline(before, "shop"), encoding="utf-8")
    options = [
        "--as-of",
        TODAY.isoformat(),
        "--select",
        ",".join(case.get("select", ["LOG,ORG,PRF"])),
    ]
    run("check", other, "--output-format", "sarif", *options)
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    prints = fingerprints(fingerprint(one, "shop") for one in before)
    assert sorted(one["partialFingerprints"]["rulec/v1"] for one in results) == sorted(prints)
    assert prints
    assert rulec.lint(other, select=case.get("select"), as_of=TODAY, baseline=known) == []


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(map(str, arguments)))
    assert isinstance(left.value.code, int)
    return left.value.code


SHOWN_BY_A_REQUEST = {"LOG310", "LOG311", "LOG313", "LOG314", "LOG316", "LOG317", "LOG320"}
SHOWN_BY_A_COVER = {"LOG301", "LOG302", "LOG303", "LOG304", "LOG305", "LOG317", "LOG321", "ORG404"}


@each
def test_a_witness_in_json_can_be_tried(
    case: dict[str, Any], shown: Shown, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`rulec try` on what `--output-format json` holds shows what the finding says."""
    root, findings = shown(case)
    for finding in findings:
        record = json.loads(json.dumps(as_record(finding)))
        assert (finding.code in SHOWN_BY_A_REQUEST) is ("witness" in record)
        if "cover" in record:
            assert finding.code in SHOWN_BY_A_COVER | {"LOG201"}
        if "witness" not in record:
            continue
        facts = tmp_path / "WITNESS.json"
        facts.write_text(json.dumps(record["witness"]), encoding="utf-8")
        options = ["--point", record["point"]] if "point" in record else ["--all-points"]
        options += ["--scenario", record["scenario"]] if "scenario" in record else []
        options += ["--as-of", record["as_of"]] if "as_of" in record else []
        assert run("try", root, "--facts", facts, "--allow-ties", *options) == 0
        said = capsys.readouterr().out
        lines = dict(line.split(maxsplit=1) for line in said.splitlines() if " " in line.strip())
        for code in record.get("between", ()):
            assert code in lines["effective"].split(", ")
        if finding.code == "LOG316":
            assert lines["identity"] == finding.group
            would, wins = (f"`{lines['winner'].split()[0]}` {w} at" for w in ("would win", "wins"))
            assert would not in finding.message
            assert ("would win" in finding.message) is not (wins in finding.message)
        if finding.code == "LOG320":
            assert lines["reason"] == "DEFAULT"


@each
def test_a_cover_is_one_and_none_of_it_can_go(case: dict[str, Any], shown: Shown) -> None:
    """With nobody but its cover a binding is as dead; without one of them it is alive."""
    root, findings = shown(case)
    for finding in findings:
        if finding.code not in ("LOG301", "LOG302", "LOG305"):
            continue
        rules = compile_folder(root).checked
        assert rules is not None
        binders = [b for one in rules.ruleset.definitions for b in one.bindings]
        assert finding.where is not None
        (place,) = (Place(b.point) for b in binders if b.where.span == finding.where.span)
        kept = {finding.group, *finding.cover}
        few = rules
        for one in rules.ruleset.definitions:
            few = few if one.code in kept else without(few, one.code)
        assert isinstance(Analysis(few).wins(finding.group, place), Never)
        for code in finding.cover:
            less = without(few, code)
            assert isinstance(Analysis(less).wins(finding.group, place), Witness)
