"""How many recorded requests show a finding, against the oracle on each of them; and the order."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from analysis.test_ties import overridden, tied_at, tied_businesses
from lints.shop import CLEAN, shop
from roads import write_ruleset

import rulec
from rulec.check.tree import CheckedRuleSet
from rulec.cli.main import main
from rulec.diagnostic import Diagnostic
from rulec.driver import compile_folder
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import Matched, matching, resolve_all

VOCABULARY = (
    '[entity.item]\nkind = "commodity"\n[entity.item.facts]\n'
    'isNew = { type = "flag" }\nisOld = { type = "flag" }\nisBig = { type = "flag" }\n'
    'level = { type = "int", min = 0, max = 9, default = 0 }\n'
)
BUSINESS = (
    '[[business]]\ncode = "{0}"\nowner = "o"\nkpi = "k"\nrank = {1}\nidentity = "{2}"\n'
    '[[business.bind]]\npoint = "p"\nimplementation = "{0}"\n'
)
SHAPES = (
    ("a", 5, "item.isNew()"),
    ("b", 5, "item.isOld() && item.level > 2"),
    ("c", 5, "item.isBig() && item.level == 9"),
    ("first", 1, "item.isNew() && item.isOld() && item.level < 5"),
)
ROWS: list[dict[str, Any]] = [
    {"item.isNew": new, "item.isOld": old, "item.isBig": big, "item.level": level}
    for new, old, big, level in product((True, False), (True, False), (True, False), range(9))
] * 2
"""No row of level nine, so nobody ever saw `c`."""


@pytest.fixture
def traffic(tmp_path: Path) -> Path:
    path = tmp_path / "traffic.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS), path)
    return path


def oracle(rules: CheckedRuleSet) -> list[Matched]:
    """Every recorded request, matched."""
    requests = [{"item": {k.split(".")[1]: v for k, v in row.items()}} for row in ROWS]
    return [matching(rules, read_facts(rules.ruleset.vocabulary, one)) for one in requests]


def by_pair(findings: list[Diagnostic], code: str) -> dict[tuple[str, ...], tuple[int, int] | None]:
    return {one.between: one.seen for one in findings if one.code == code}


def test_ties_are_counted_at_the_top(tmp_path: Path, traffic: Path) -> None:
    files = {
        **CLEAN,
        "vocabulary.toml": VOCABULARY,
        "businesses/a.toml": "".join(BUSINESS.format(*shape) for shape in SHAPES),
    }
    root = write_ruleset(tmp_path / "shop", files)
    settled = compile_folder(root, allow_ties=True).checked
    assert settled is not None
    behind, (point,) = overridden(settled), settled.ruleset.points
    expected: dict[frozenset[str], int] = {}
    for matched in oracle(settled):
        pairs = {*map(frozenset, tied_businesses(matched, behind))}
        for pair in pairs | {*map(frozenset, tied_at(matched, point, None, behind))}:
            expected[pair] = expected.get(pair, 0) + 1
    shown = by_pair(rulec.lint(root, traffic=traffic), "LOG310")
    assert {frozenset(pair): n for pair, (n, m) in shown.items() if n} == expected  # type: ignore[misc]
    assert {m for _, m in shown.values()} == {len(ROWS)}  # type: ignore[misc]
    assert shown["a", "c"] == shown["b", "c"] == (0, len(ROWS))
    assert by_pair(rulec.lint(root), "LOG310").keys() == shown.keys()
    assert set(by_pair(rulec.lint(root), "LOG310").values()) == {None}


def test_what_nobody_wins_is_counted(tmp_path: Path, traffic: Path) -> None:
    files = {
        **CLEAN,
        "vocabulary.toml": VOCABULARY,
        "platform.toml": CLEAN["platform.toml"].replace('{ implementation = "d" }', '"none"'),
        "businesses/a.toml": "".join(BUSINESS.format(*shape) for shape in SHAPES[1:]).replace(
            "rank = 5", "rank = 6", 1
        ),
    }
    root = write_ruleset(tmp_path / "shop", files)
    rules = compile_folder(root).checked
    assert rules is not None
    (point,) = rules.ruleset.points
    expected = sum(resolve_all(one, point)[0].reason == "DEFAULT" for one in oracle(rules))
    (finding,) = rulec.lint(root, select=["LOG320"], traffic=traffic)
    assert finding.seen == (expected, len(ROWS))


def test_what_was_seen_comes_first(
    tmp_path: Path, traffic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = BUSINESS.format("d", 7, "item.isBig() && item.isOld()")
    two += BUSINESS.format("e", 7, "item.isBig() && item.isNew()")
    many = (BUSINESS.format(f"a{n}", 9, f"item.level == 9 && {c}") for n, c in enumerate(RARE))
    files = {
        **CLEAN,
        "vocabulary.toml": VOCABULARY,
        "businesses/a.toml": "".join(many) + two,
    }
    root = write_ruleset(tmp_path / "shop", files)
    for options, first in (([], "a"), (["--traffic", str(traffic)], "d")):
        with pytest.raises(SystemExit):
            main(["check", str(root), *options])
        out = capsys.readouterr().out
        assert out.index(f"between `{first}") == out.index("between `")
        assert ("seen in " in out) is ("possible: seen in none of 144" in out) is bool(options)


RARE = ("item.isNew()", "item.isOld()", "item.isBig()")


def test_many_alike_are_three_and_a_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tags = '[entity.item]\nkind = "commodity"\n[entity.item.facts]\nt = { type = "tags<int>" }\n'
    broad = BUSINESS.format("broad", 5, "item.t.contains(0)")
    others = (BUSINESS.format(f"b{n:02}", 5, f"item.t.contains({n})") for n in range(1, 21))
    assume = f'[[assume]]\nexclusive = {{ fact = "item.t", values = {[*range(1, 21)]} }}\n'
    files = {"vocabulary.toml": tags + assume, "businesses/a.toml": broad + "".join(others)}
    root = shop(tmp_path, files)
    with pytest.raises(SystemExit):
        main(["check", str(root)])
    out = capsys.readouterr().out
    heading = "`broad` overlaps 20 others, and nothing orders them; one `overrides` settles all\n"
    assert out.startswith(heading)
    assert out.count("error[LOG310]") == 3
    assert "\n+17 more LOG310 of `broad`\n" in out
    assert "20 errors in 1 file" in out
    found = rulec.lint(root)
    assert {one.culprit or one.group for one in found} == {"broad"}
    assert len(found) == 20
