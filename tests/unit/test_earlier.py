"""What an earlier compile found out is used, and what no compile uses is forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from roads import write_ruleset

import rulec
from rulec import driver
from rulec.earlier import Earlier
from rulec.logic import Node
from rulec.ruleset import seen
from rulec.simplify.values import Literal
from rulec.terms import pool
from rulec.terms.factor import factor

VOCABULARY = """
[entity.r]
kind = "context"
[entity.r.facts]
a = { type = "flag" }
n = { type = "int", required = true }
[define]
many = "r.n > 7"
"""
FILES = {
    "vocabulary.toml": VOCABULARY,
    "platform.toml": '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n',
    **{
        f"businesses/b{n}.toml": f'code = "b{n}"\nowner = "o"\nrank = {n}\n'
        f'identity = "many && r.n != {n}"\n[[bind]]\npoint = "p"\nimplementation = "i"\n'
        for n in range(20)
    },
}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many conditions were parsed, and how many files understood."""
    counts = {"conditions": 0, "files": 0}
    parse, read = driver.parse, seen.read_definitions

    def counted_parse(*arguments: object) -> object:
        counts["conditions"] += 1
        return parse(*arguments)

    def counted_read(*arguments: object) -> object:
        counts["files"] += 1
        return read(*arguments)

    monkeypatch.setattr(driver, "parse", counted_parse)
    monkeypatch.setattr(seen, "read_definitions", counted_read)
    return counts


def test_only_what_changed_is_read_again(tmp_path: Path, counted: dict[str, int]) -> None:
    root = write_ruleset(tmp_path / "rules", FILES)
    earlier = Earlier()
    first = rulec.compile(root, earlier=earlier)
    assert counted == {"conditions": 20, "files": 20}
    assert rulec.compile(root, earlier=earlier).hash == first.hash
    assert counted == {"conditions": 20, "files": 20}
    path = root / "businesses/b3.toml"
    path.write_text(path.read_text("utf-8").replace("!= 3", "!= 33"), "utf-8")
    edited = rulec.compile(root, earlier=earlier)
    assert counted == {"conditions": 21, "files": 21}
    assert edited.hash == rulec.compile(root).hash != first.hash


def test_another_vocabulary_forgets_every_condition(
    tmp_path: Path, counted: dict[str, int]
) -> None:
    root = write_ruleset(tmp_path / "rules", FILES)
    earlier = Earlier()
    rulec.compile(root, earlier=earlier)
    (root / "vocabulary.toml").write_text(VOCABULARY.replace("> 7", "> 8"), "utf-8")
    edited = rulec.compile(root, earlier=earlier)
    assert counted == {"conditions": 40, "files": 20}
    assert edited.hash == rulec.compile(root).hash


def test_findings_come_again(tmp_path: Path) -> None:
    broken = FILES | {"businesses/b3.toml": FILES["businesses/b3.toml"].replace("!= 3", "!= x")}
    root = write_ruleset(tmp_path / "rules", broken)
    earlier = Earlier()
    for _ in range(2):
        with pytest.raises(rulec.RuleSetError) as error:
            rulec.compile(root, earlier=earlier)
        assert [one.path.rpartition("/")[2] for one in error.value.diagnostics] == ["b3.toml"]


def test_a_loaded_rule_set_is_remembered_too(tmp_path: Path, counted: dict[str, int]) -> None:
    rules = rulec.load(write_ruleset(tmp_path / "rules", FILES))
    earlier = Earlier()
    hashes = {rulec.compile(rules, earlier=earlier).hash for _ in range(2)}
    assert hashes == {rulec.compile(rules).hash}
    assert counted["conditions"] == 40


def test_terms_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    def counted_factor(condition: Node[Literal], *others: Any) -> Any:
        made.append(condition)
        return factor(condition, *others)

    monkeypatch.setattr(pool, "factor", counted_factor)
    plain = {name: text.replace("many && ", "r.a() || ") for name, text in FILES.items()}
    root = write_ruleset(tmp_path / "rules", plain)
    earlier = Earlier()
    rulec.compile(root, earlier=earlier)
    assert len(made) == 20
    # The first one goes: what it was the first to number, the second one numbers.
    (root / "businesses/b0.toml").unlink()
    path = root / "businesses/b3.toml"
    path.write_text(path.read_text("utf-8").replace("!= 3", "!= 33 && r.n != 4"), "utf-8")
    edited = rulec.compile(root, earlier=earlier)
    assert len(made) == 21
    assert edited.hash == rulec.compile(root).hash


def test_terms_of_names_are_met_where_a_name_is_used_first(tmp_path: Path) -> None:
    root = write_ruleset(tmp_path / "rules", FILES)
    earlier = Earlier()
    rulec.compile(root, earlier=earlier)
    for number in range(3):
        (root / f"businesses/b{number}.toml").unlink()
        edited = rulec.compile(root, earlier=earlier)
        assert edited.hash == rulec.compile(root).hash


def test_a_pool_far_larger_than_its_rule_set_starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MORE", 1)
    monkeypatch.setattr(pool, "SLACK", 10)
    root = write_ruleset(tmp_path / "rules", FILES)
    earlier = Earlier()
    path = root / "businesses/b3.toml"
    sizes: list[int] = []
    for number in range(12):
        parts = " || ".join(f"r.n == {n}" for n in range(20) if n != number)
        path.write_text(FILES["businesses/b3.toml"].replace("r.n != 3", f"({parts})"), "utf-8")
        assert rulec.compile(root, earlier=earlier).hash == rulec.compile(root).hash
        sizes.append(len(earlier.pool.shared.conditions))
    assert 0 in sizes
    assert max(sizes) < 200


def test_memory_is_bounded_by_the_rule_set(tmp_path: Path) -> None:
    root = write_ruleset(tmp_path / "rules", FILES)
    earlier = Earlier()
    path = root / "businesses/b3.toml"
    most = 0
    for number in range(12):
        words = ", ".join(str(1_000 * number + n) for n in range(1_000))
        condition = " || ".join(f"r.n == {word}" for word in words.split(", "))
        path.write_text(FILES["businesses/b3.toml"].replace("r.n != 3", f"({condition})"), "utf-8")
        rulec.compile(root, earlier=earlier)
        most = max(most, len(earlier.simplified.pushed.literals))
    assert most < 8_000
