"""Which findings are shown: words of select and ignore, configuration, baselines, the API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lints.shop import CLEAN, NO_KPI, SEVERAL, shop

import rulec
from rulec.lints.baseline import BaselineError, write_baseline

BOTH = {
    "businesses/a.toml": NO_KPI,
    "products/p.toml": 'code = "p"\nowner = "o"\nkpi = "k"\ncondition = "item.isNew()"\n',
}


def codes(root: Path, **options: object) -> list[str]:
    return sorted(finding.code for finding in rulec.lint(root, **options))  # pyright: ignore


def test_words_of_select_and_ignore(tmp_path: Path) -> None:
    root = shop(tmp_path, BOTH)
    assert codes(root) == ["ORG402", "ORG405"]
    assert codes(root, select=["ORG402"]) == ["ORG402"]
    assert codes(root, select=["missing-kpi"]) == ["ORG402"]
    assert codes(root, ignore=["ORG4"]) == []
    assert codes(root, select=["ORG"], ignore=["binds-nothing"]) == ["ORG402"]
    assert codes(root, select=["VOC"]) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"select": ["ORG999"]}, "no lint `ORG999`"),
        ({"ignore": ["missing-kpis"]}, "did you mean `missing-kpi`"),
        ({"ignore": ["LOG310"]}, "`LOG310` cannot be ignored"),
        ({"ignore": ["SYN"]}, "`SYN` cannot be ignored"),
        ({"select": ["ORG408"]}, "`ORG408` cannot be looked for yet: `rulec test` is not built"),
        ({"select": ["no-test"]}, "`rulec test` is not built"),
    ],
)
def test_words_that_mean_nothing(
    options: dict[str, list[str]], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        rulec.lint(shop(tmp_path, {}), **options)  # pyright: ignore


def test_what_is_off_is_selected_by_its_own_name_alone(tmp_path: Path) -> None:
    other = CLEAN["businesses/a.toml"].replace("item.isNew()", "item.level > 3")
    ignore = '# rulec: ignore[LOG311] reason="meant so"\n'
    files = {"businesses/b.toml": other.replace('"a"', '"b"\nrank = 7')}
    root = shop(tmp_path, files)
    assert codes(root) == codes(root, select=["LOG"]) == []
    assert codes(root, select=["LOG311"]) == codes(root, select=["ordered-overlap"]) == ["LOG311"]
    (root / "businesses/a.toml").write_text(ignore + CLEAN["businesses/a.toml"])
    assert codes(root) == []
    assert codes(root, select=["LOG311"]) == []


def test_what_has_no_meaning_is_always_shown(tmp_path: Path) -> None:
    root = shop(tmp_path, {"businesses/a.toml": NO_KPI.replace("isNew", "isNow")})
    assert codes(root, select=["ORG405"]) == ["VOC101"]
    assert codes(root, ignore=["VOC", "ORG"]) == ["VOC101"]


def test_configuration_beside_the_vocabulary(tmp_path: Path) -> None:
    root = shop(tmp_path, {**BOTH, "rulec.toml": 'ignore = ["missing-kpi"]\n'})
    assert codes(root) == ["ORG405"]
    assert codes(root, ignore=["ORG405"]) == ["ORG402"]
    assert [f.code for f in rulec.lint(rulec.load(root))] == ["ORG405"]


def test_configuration_in_the_nearest_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.rulec]\nselect = ["ORG405"]\n')
    root = shop(tmp_path / "inner", BOTH)
    assert codes(root) == ["ORG405"]
    (tmp_path / "inner/pyproject.toml").write_text("[tool.other]\n")
    assert codes(root) == ["ORG405"]
    (root / "rulec.toml").write_text("")
    assert codes(root) == ["ORG402", "ORG405"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selekt = []", "unknown key `selekt`"),
        ('select = "ORG"', "`select` is a string, not a list"),
        ('fail-level = "fatal"', "`fail-level` cannot be `fatal`"),
        ('ignore = ["ORG999"]', "no lint `ORG999`"),
        ('ignore = ["SYN001"]', "`SYN001` cannot be ignored"),
        ("ignore = [", "invalid value"),
    ],
)
def test_a_broken_configuration_is_a_finding(text: str, message: str, tmp_path: Path) -> None:
    (finding,) = rulec.lint(shop(tmp_path, {"rulec.toml": text}))
    assert finding.code == "SYN009"
    assert finding.message == message
    assert finding.path == "shop/rulec.toml"


def test_a_baseline_knows_findings_wherever_they_move(tmp_path: Path) -> None:
    root = shop(tmp_path, {"businesses/a.toml": SEVERAL})
    found = rulec.lint(root)
    assert [finding.group for finding in found] == ["b0", "b1", "b2"]
    known = tmp_path / "known.json"
    known.write_text(write_baseline(found[:2], "shop"), encoding="utf-8")
    (root / "businesses/a.toml").write_text(f"\n# moved\n{SEVERAL}")
    assert [finding.group for finding in rulec.lint(root, baseline=known)] == ["b2"]
    (root / "rulec.toml").write_text('baseline = "../known.json"\n')
    assert [finding.group for finding in rulec.lint(root)] == ["b2"]


def test_a_baseline_counts(tmp_path: Path) -> None:
    twice = CLEAN["businesses/a.toml"].replace(
        '"item.isNew()"', '"item.level != 1 && item.level != 2"'
    )
    root = shop(tmp_path, {"businesses/a.toml": twice})
    known = tmp_path / "known.json"
    known.write_text(write_baseline(rulec.lint(root), "shop"), encoding="utf-8")
    assert codes(root, baseline=known) == []
    three = twice.replace("item.level != 1", "item.level != 1 && item.level != 0")
    (root / "businesses/a.toml").write_text(three)
    assert codes(root, baseline=known) == ["VOC106"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"schema": "rulec.check"}', "[" * 5000, json.dumps({"a": 1})]
)
def test_a_file_that_is_no_baseline(text: str, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    known.write_text(text)
    with pytest.raises(BaselineError, match="no baseline"):
        rulec.lint(shop(tmp_path, {}), baseline=known)


@pytest.mark.parametrize(
    ("name", "extra", "group"),
    [
        ("platform.toml", "lanes = 3\n", "p"),
        ("vocabulary.toml", "x = 3\n", "shop/vocabulary.toml"),
        ("businesses/a.toml", "mode = 3\n", "a"),
    ],
)
def test_the_culprit_is_the_innermost_code(
    name: str, extra: str, group: str, tmp_path: Path
) -> None:
    (finding,) = rulec.lint(shop(tmp_path, {name: CLEAN[name] + extra}))
    assert finding.group == group
