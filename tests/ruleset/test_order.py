"""The order of a lane, and the pairs that nothing orders, also among thousands."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from roads import write_ruleset

import rulec
from rulec.ruleset.model import RuleSet
from rulec.ruleset.order import open_pairs, strongest_first, tied, ties

VOCABULARY = '[entity.r]\nkind = "context"\n[entity.r.facts]\na = { type = "flag" }\n'
PLATFORM = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'
MANY = 5_000


def businesses(folder: Path, overrides: dict[str, list[str]]) -> RuleSet:
    text = "".join(
        f'[[business]]\ncode = "{code}"\nowner = "o"\nidentity = "r.a()"\n'
        f"overrides = {weaker}\n".replace("'", '"')
        for code, weaker in overrides.items()
    )
    files = {
        "vocabulary.toml": VOCABULARY,
        "platform.toml": PLATFORM,
        "businesses/all.toml": text,
    }
    return rulec.load(write_ruleset(folder, files))


def test_the_smallest_code_comes_next_as_far_as_overrides_let_it(tmp_path: Path) -> None:
    ruleset = businesses(tmp_path, {"a": [], "b": [], "y": [], "z": ["b", "a"], "c": ["z"]})
    assert [one.code for one in strongest_first(ruleset.businesses)] == ["c", "y", "z", "a", "b"]


def test_a_chain_of_thousands_has_no_open_pair(tmp_path: Path) -> None:
    codes = [f"b{number:05}" for number in range(MANY)]
    ruleset = businesses(
        tmp_path, dict(zip(codes, [[code] for code in codes[1:]] + [[]], strict=True))
    )
    assert list(open_pairs(ruleset)) == []
    assert tied(ruleset) == frozenset()


def test_open_pairs_come_one_by_one(tmp_path: Path) -> None:
    codes = [f"b{number:05}" for number in range(MANY)]
    ruleset = businesses(tmp_path, {code: [] for code in codes})
    first = [(pair.first.code, pair.second.code) for pair in islice(open_pairs(ruleset), 3)]
    assert first == [("b00000", "b00001"), ("b00000", "b00002"), ("b00001", "b00002")]
    assert sum(1 for _ in ties(ruleset)) == MANY - 1
    assert len(tied(ruleset)) == MANY
