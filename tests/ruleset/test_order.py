"""The order of a lane, and who is open to whom, also among thousands."""

from __future__ import annotations

from pathlib import Path

from roads import write_ruleset

import rulec
from rulec.ruleset.model import RuleSet
from rulec.ruleset.order import ranks, strongest_first

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
    assert open_numbers(ruleset) == []


def test_without_order_everyone_is_open_to_all_before(tmp_path: Path) -> None:
    ruleset = businesses(tmp_path, {f"b{number:05}": [] for number in range(MANY)})
    assert open_numbers(ruleset) == [(number, (1 << number) - 1) for number in range(1, MANY)]
    (rank,) = ranks(ruleset)
    pair = rank.pair(2, 7)
    assert (pair.first.code, pair.second.code, pair.point) == ("b00002", "b00007", "")


def open_numbers(ruleset: RuleSet) -> list[tuple[int, int]]:
    """Each definition that is open to others, with the set of those."""
    return [open_ for rank in ranks(ruleset) for open_ in rank.meetings()]
