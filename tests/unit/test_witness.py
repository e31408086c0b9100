"""What several facets of one fact allow together: strings with patterns, keys with buckets, trees.

Each case is a vocabulary and two conditions; `meets` says whether one request can match both.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from roads import write_ruleset

from rulec.driver import compile_folder

VOCABULARY = """
[entity.r]
kind = "context"
[entity.r.facts]
name = { type = "string", optional = true }
node = { type = "tree", default = "" }
id = { type = "int", id = true, required = true }
at = { type = "time", optional = true }
"""
PLATFORM = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'

CASES = [
    ('r.name.startsWith("ab")', 'r.name == "abc"', True),
    ('r.name.startsWith("ab")', 'r.name == "xyz"', False),
    ('r.name.startsWith("ab")', 'r.name.startsWith("abc")', True),
    ('r.name.startsWith("ab")', 'r.name.startsWith("b")', False),
    ('r.name.endsWith("ab")', '!r.name.endsWith("b")', False),
    ('r.name.startsWith("ab")', 'r.name.endsWith("ba")', True),
    ('r.name.includes("x") && r.name.includes("y")', 'r.name != "xy"', True),
    ('r.name.includes("x")', "!has(r.name)", False),
    ('r.name in ["a", "b"]', 'r.name.includes("c") || r.name.endsWith("b")', True),
    ('r.node under "a/b"', 'r.node under "a"', True),
    ('r.node under "a/b"', 'r.node == "a"', False),
    ('r.node under "a" && !(r.node == "a")', 'r.node not under "a/b"', True),
    ('r.node under "a"', 'r.node under "ab"', False),
    ('rollout(1%, by: r.id, salt: "s")', 'rollout(50%, by: r.id, salt: "s")', True),
    ('rollout(1%, by: r.id, salt: "s")', '!rollout(50%, by: r.id, salt: "s")', False),
    ('rollout(10%, by: r.id, salt: "s")', '!rollout(90%, by: r.id, salt: "t")', True),
    ('rollout(0%, by: r.id, salt: "s")', "true", False),
    ("r.at < 2026-01-01T00:00:00Z", "r.at >= 2025-12-31T23:59:59+00:00", True),
    ("r.at < 2026-01-01T00:00:00Z", "r.at >= 2026-01-01T08:00:00+08:00", False),
]


@pytest.mark.parametrize(("one", "two", "meets"), CASES)
def test_two_conditions(tmp_path: Path, one: str, two: str, meets: bool) -> None:
    businesses = "".join(
        f'[[business]]\ncode = "{code}"\nowner = "o"\nidentity = {json.dumps(text)}\n'
        for code, text in (("one", one), ("two", two))
    )
    files = {
        "vocabulary.toml": VOCABULARY,
        "platform.toml": PLATFORM,
        "businesses/all.toml": businesses,
    }
    findings = compile_folder(write_ruleset(tmp_path, files)).findings
    assert [(f.code, f.witness is not None) for f in findings] == [("LOG310", True)] * meets


def test_what_the_search_cannot_decide_is_a_tie_without_witness(tmp_path: Path) -> None:
    """A share of 0.000001 %: the key exists, nobody finds it by counting."""
    files = {
        "vocabulary.toml": VOCABULARY,
        "platform.toml": PLATFORM,
        "businesses/all.toml": "".join(
            f'[[business]]\ncode = "{code}"\nowner = "o"\n'
            f"identity = 'rollout(0.000001%, by: r.id, salt: \"s\")'\n"
            for code in ("one", "two")
        ),
    }
    (finding,) = compile_folder(write_ruleset(tmp_path, files)).findings
    assert finding.code == "LOG310"
    assert finding.witness is None
    assert "may match" in finding.message
