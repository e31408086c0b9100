"""What `unit` and `selectivity` are for: words and cost, never an answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from roads import write_ruleset

from rulec.driver import Compiled, compile_folder
from rulec.layout.plan import fields

VOCABULARY = """
[entity.a]
kind = "context"
[entity.a.facts]
flag = {{ type = "flag" }}
price = {{ type = "decimal(2)", min = "0.00", max = "99.99", optional = true, unit = "元" }}
[entity.b]
kind = "context"
[entity.b.facts]
flag = {{ type = "flag"{selectivity} }}
level = {{ type = "int", optional = true{selectivity} }}
word = {{ type = "string", optional = true{selectivity} }}
place = {{ type = "tree", optional = true{selectivity} }}
"""
PLATFORM = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'


def compiled(folder: Path, condition: str, selectivity: str = "") -> Compiled:
    said = f', selectivity = "{selectivity}"' if selectivity else ""
    files = {
        "vocabulary.toml": VOCABULARY.format(selectivity=said),
        "platform.toml": PLATFORM,
        "businesses/x.toml": f'code = "x"\nowner = "o"\nidentity = {condition!r}\n',
    }
    return compile_folder(write_ruleset(folder, files))


@pytest.mark.parametrize(
    ("asked", "selectivity", "expected"),
    [
        ("b.flag()", "", "a"),
        ("b.flag()", "0.001", "b"),
        ("!b.flag()", "0.9", "b"),
        ("!b.flag()", "1", "b"),
        ("b.level > 3", "0.25", "b"),
        ("b.level != 3", "0.25", "a"),
        ('b.word == "x"', "0.25", "b"),
        ('b.word != "x"', "0.25", "a"),
        ('b.word.includes("x")', "0.25", "b"),
        ('!b.word.includes("x")', "0.25", "a"),
        ('b.place under "x"', "0.25", "b"),
        ('b.place not under "x"', "0.25", "a"),
        ("has(b.level)", "0.25", "a"),
    ],
)
def test_selectivity_says_where_a_term_hangs(
    asked: str, selectivity: str, expected: str, tmp_path: Path
) -> None:
    plan = compiled(tmp_path, f"a.flag() && {asked}", selectivity).plan
    assert plan is not None
    term = dict(zip(fields("terms"), plan.records["terms"][0], strict=True))
    assert "ab"[term["entity"]] == expected


@pytest.mark.parametrize(
    ("condition", "message", "help"),
    [
        ("a.price", "`a.price` is a `decimal(2)` in 元, no condition", "write `a.price == ...`"),
        (
            'a.price == "x"',
            "`a.price` is a `decimal(2)` in 元: a string cannot be compared",
            None,
        ),
        (
            "a.price < 100.01",
            "`100.01` lies outside the declared range of `a.price`",
            "the range is 0.00..=99.99 元",
        ),
    ],
)
def test_units_are_shown(condition: str, message: str, help: str | None, tmp_path: Path) -> None:
    findings = compiled(tmp_path, condition).findings
    assert [(finding.message, finding.help) for finding in findings] == [(message, help)]
