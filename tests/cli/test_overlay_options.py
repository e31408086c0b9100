"""The options of who wins: systems, ties, scenarios, times."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from roads import write_ruleset

FILES = {
    "vocabulary.toml": '[entity.r]\nkind = "context"\n[entity.r.facts]\na = { type = "flag" }\n',
    "platform.toml": 'scenarios = ["checkout", "refund"]\n[[ability]]\ncode = "a"\n'
    '[[ability.point]]\ncode = "p"\ndefault = "none"\n',
    "businesses/all.toml": """
[[business]]
code = "old"
owner = "o"
rank = 1
identity = "r.a()"
systems = ["desk"]
active = ["", "2026-01-01T00:00:00Z"]
[[business.bind]]
point = "p"
implementation = "old"

[[business]]
code = "new"
owner = "o"
rank = 2
identity = "r.a()"
[[business.bind]]
point = "p"
implementation = "new"
[[business.bind]]
point = "p"
implementation = "new.refund"
scenario = "refund"
""",
}

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write_ruleset(tmp_path / "rules", FILES)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"r": {"a": True}}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("options", "winner"),
    [
        (("--as-of", "2025-12-31T23:59:59Z"), "old"),
        (("--as-of", "2026-01-01T00:00:00Z"), "new"),
        (("--as-of", "2026-01-01T00:00:00Z", "--scenario", "refund"), "new.refund"),
        (("--as-of", "2026-01-01T00:00:00Z", "--scenario", "checkout"), "new"),
    ],
)
def test_try(run: Run, rules: Path, facts: Path, options: tuple[str, ...], winner: str) -> None:
    code, out, _ = run("try", rules, "--facts", facts, "--point", "p", *options)
    assert code == 0
    assert f"  runs       {winner}\n" in out


@pytest.mark.parametrize(
    "options",
    [(), ("--as-of", "yesterday"), ("--as-of", "2026-01-01T00:00:00Z", "--scenario", "gift")],
    ids=["no time", "no such time", "no such scenario"],
)
def test_try_says_what_is_missing(
    run: Run, rules: Path, facts: Path, options: tuple[str, ...]
) -> None:
    code, _, err = run("try", rules, "--facts", facts, "--point", "p", *options)
    assert code == 2
    assert err


def test_compile_for_a_system(run: Run, rules: Path, facts: Path, tmp_path: Path) -> None:
    artifact = tmp_path / "app.rulec"
    assert run("compile", rules, "-o", artifact, "--system", "app")[0] == 1
    files = FILES["businesses/all.toml"].replace("rank = 2\n", 'rank = 2\nsystems = ["app"]\n')
    (rules / "businesses" / "all.toml").write_text(files, encoding="utf-8")
    assert run("compile", rules, "-o", artifact, "--system", "app")[0] == 0
    code, out, _ = run("try", artifact, "--facts", facts, "--point", "p")
    assert (code, "runs       new\n" in out) == (0, True)


def test_compile_settles_ties_when_told(run: Run, rules: Path, facts: Path, tmp_path: Path) -> None:
    artifact = tmp_path / "tied.rulec"
    text = FILES["businesses/all.toml"].replace("rank = 2", "rank = 1")
    (rules / "businesses" / "all.toml").write_text(text, encoding="utf-8")
    code, out, _ = run("compile", rules, "-o", artifact)
    assert code == 1
    assert "LOG310" in out
    assert run("compile", rules, "-o", artifact, "--allow-ties")[0] == 0
    as_of = "2025-01-01T00:00:00Z"
    code, out, _ = run("try", artifact, "--facts", facts, "--point", "p", "--as-of", as_of)
    assert (code, "winner     new (business)" in out, "TIE" in out) == (0, True, True)


def test_replay_at_a_time_and_in_a_scenario(run: Run, rules: Path, tmp_path: Path) -> None:
    traffic = tmp_path / "t.parquet"
    pq.write_table(pa.table({"r.a": [True, True, False]}), traffic)
    assert run("replay", rules, traffic)[0] == 2
    as_of = ("--as-of", "2026-06-01T00:00:00Z", "--scenario", "refund")
    code, out, _ = run("replay", rules, traffic, *as_of)
    assert code == 0
    assert "3 rows x 1 points" in out
