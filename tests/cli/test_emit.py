"""`rulec compile --emit`: what the compiler made, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lints.shop import shop

from rulec.cli.main import main
from rulec.driver import compile_folder

MIXED = {
    "vocabulary.toml": (
        '[entity.item]\nkind = "commodity"\ncontains = "tags"\n[entity.item.facts]\n'
        'tags = { type = "tags<int>" }\nprice = { type = "decimal(2)", required = true }\n'
        '[entity.buyer]\nkind = "people"\n[entity.buyer.facts]\nisVip = { type = "flag" }\n'
        'city = { type = "string", optional = true }\n'
    ),
    "businesses/a.toml": (
        'code = "a"\nowner = "o"\nkpi = "k"\n'
        "identity = '(item.contains(7) || item.price in 1.00..2.00) && "
        '!buyer.isVip() && buyer.city not in ["a", "中"]\'\n'
        '[[bind]]\npoint = "p"\nimplementation = "i"\n'
    ),
    "products/n.toml": 'code = "n"\nowner = "o"\nkpi = "k"\ncondition = "false"\n',
    "products/y.toml": 'code = "y"\nowner = "o"\nkpi = "k"\nrank = 2\ncondition = "true"\n',
}

TERMS = """\
conditions
  c0  item  item.tags.contains(7)
  c1  item  item.price in 1.00..=1.99
  c2  item  c0 || c1
  c3  buyer  !buyer.isVip()
  c4  buyer  buyer.city not in ["a", "中"]
  c5  buyer  c3 && c4
terms
  n  never
  y
    always
  a
    c5 && c2
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(["compile", *map(str, arguments)])
    assert isinstance(left.value.code, int)
    return left.value.code, capsys.readouterr().out


def test_terms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, shop(tmp_path, MIXED), "--emit", "terms")
    assert code == 0
    assert out == TERMS


def test_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = shop(tmp_path, MIXED)
    code, out = run(capsys, root, "--emit", "plan")
    plan = compile_folder(root).plan
    assert plan is not None
    assert code == 0
    for section, rows in plan.records.items():
        assert f"{section}: {len(rows)}\n" in out
    assert f"texts: {len(plan.texts)}\n" in out


def test_json_beside_the_artifact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    artifact = tmp_path / "a.rulec"
    code, out = run(capsys, shop(tmp_path, MIXED), "--emit", "json", "-o", artifact)
    whole = json.loads(out)
    assert code == 0
    assert artifact.stat().st_size > 0
    assert (whole["schema"], whole["version"]) == ("rulec.compile", 1)
    assert whole["terms"] == {"n": [], "y": [{}], "a": [{"buyer": 5, "item": 2}]}
    assert whole["conditions"][2] == {"entity": "item", "text": "c0 || c1"}
    assert {"points", "terms", "bindings"} <= whole["plan"].keys()


def test_nothing_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, shop(tmp_path, MIXED))[0] == 2


def test_statistics_say_what_a_compile_cost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = shop(tmp_path / "rules", MIXED)
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main(["compile", str(rules), "-o", str(tmp_path / "p.rulec"), "--statistics"])
    assert not left.value.code
    shown = capsys.readouterr().err.splitlines()
    assert shown[0].startswith("3 definitions, 2 terms, ")
    stages = [line.split("  ")[0] for line in shown[1:-2]]
    assert stages == ["read", "check", "simplify", "order", "factor", "lay out", "write"]
    assert shown[-2].startswith("total")
    assert shown[-1].startswith("peak memory ")
