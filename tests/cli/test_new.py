"""`rulec new`: what is made is clean, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from lints.shop import shop

import rulec
from rulec.cli.main import main


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["new", *map(str, arguments)])
    assert isinstance(left.value.code, int)
    return left.value.code


def test_a_rule_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("ruleset", "shop") == 0
    assert rulec.lint("shop") == []
    program = rulec.compile("shop")
    facts = {"seller": {"isPartner": True}, "item": {"tags": [77]}}
    assert program.resolve("Order.validate", facts).code == "presale"
    assert program.resolve("Order.validate", {"seller": facts["seller"]}).code == "partner"
    assert run("ruleset", "shop") == 2
    for kind, code in (("business", "drone"), ("business", "天猫.drone"), ("product", "o'x")):
        assert run(kind, code, "--in", "shop") == 0
        assert rulec.lint("shop") == []
        assert run(kind, code, "--in", "shop/businesses") == 2
    assert rulec.compile("shop").identify(facts) == "partner"


@pytest.mark.parametrize("name", ["a/b", "..", " ", "platform", "a"])
def test_names_that_cannot_be(name: str, tmp_path: Path) -> None:
    root = shop(tmp_path, {})
    before = sorted(root.rglob("*"))
    assert run("business", name, "--in", root) == 2
    assert sorted(root.rglob("*")) == before


def test_a_file_in_the_way_is_kept(tmp_path: Path) -> None:
    root = shop(tmp_path, {})
    path = root / "businesses/b.toml"
    path.write_text("# mine\n")
    assert run("business", "b", "--in", root) == 2
    assert path.read_text() == "# mine\n"


def test_a_definition_needs_a_rule_set(tmp_path: Path) -> None:
    assert run("business", "b", "--in", tmp_path) == 2
    root = shop(tmp_path, {"platform.toml": ""})
    assert run("business", "b", "--in", root) == 2
    (root / "vocabulary.toml").write_text("x = ")
    assert run("business", "b", "--in", root) == 2
