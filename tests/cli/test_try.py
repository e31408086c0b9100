"""`rulec try`: words for failures, units, and the other side of a settled tie."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from roads import write_ruleset

ONE = '[[business]]\ncode = "{0}"\nowner = "o"\nidentity = "{1}"\n'
ONE += '[[business.bind]]\npoint = "p"\nimplementation = "{0}"\n'
FILES = {
    "vocabulary.toml": """
[entity.r]
kind = "context"
[entity.r.facts]
a = { type = "flag" }
b = { type = "flag" }
price = { type = "decimal(2)", optional = true, unit = "元" }
""",
    "platform.toml": '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\n'
    'default = "none"\non_failure = "skip"\n',
    "businesses/all.toml": "".join(
        ONE.format(code, condition)
        for code, condition in (
            ("cheap", "r.price < 10.00 && r.price >= 0.00"),
            ("m", "r.a()"),
            ("n", "r.b()"),
            ("apart", "r.price < 0.00"),
        )
    ),
}

Ask = Callable[..., str]


@pytest.fixture
def ask(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> Ask:
    """Asks one request; the output."""

    def asked(facts: dict[str, Any], *options: str) -> str:
        root = write_ruleset(tmp_path / "rules", FILES)
        file = tmp_path / "facts.json"
        file.write_text(json.dumps({"r": facts}), encoding="utf-8")
        code, out, _ = run("try", root, "--facts", file, "--point", "p", *options)
        assert code == 0, out
        return out

    return asked


def test_units_and_words_for_failures(ask: Ask) -> None:
    out = ask({"price": "19.90"}, "--allow-ties", "--explain", "cheap")
    assert "  on failure skip\n" in out
    assert "r.price is 19.90 元; r.price <= 9.99 holds with 9.99 元" in out


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"a": True}, "settled tie: `apart`, `cheap`, `n` did not match this request"),
        (
            {"a": True, "b": True},
            "settled tie: `n` matched this request too; the smaller code stands first",
        ),
        (
            {"b": True, "price": "-1.00"},
            "settled tie: `n` matched this request too; the smaller code stands first",
        ),
    ],
)
def test_the_other_side_of_a_settled_tie(ask: Ask, facts: dict[str, Any], line: str) -> None:
    out = ask(facts, "--allow-ties", "--explain")
    assert "reason     TIE" in out
    assert [one.strip() for one in out.splitlines() if "tie" in one] == [line]


def test_ties_are_settled_when_rules_are_compiled(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    root = write_ruleset(tmp_path / "rules", FILES)
    artifact = tmp_path / "rules.rulec"
    run("compile", root, "-o", artifact, "--allow-ties")
    facts = tmp_path / "facts.json"
    facts.write_text("{}", encoding="utf-8")
    asked = ("--facts", facts, "--point", "p")
    code, _, error = run("try", artifact, *asked, "--allow-ties")
    assert code == 2
    assert "--allow-ties reads rule files" in error
    code, out, _ = run("try", root, *asked)
    assert code == 1
    assert "LOG310" in out
