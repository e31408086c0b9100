"""What README.md shows, runs; what it says a mistake looks like, is printed."""

from __future__ import annotations

import doctest
import re
import shutil
import textwrap
import tomllib
from pathlib import Path

import pytest

from rulec.cli.main import main

REPOSITORY = Path(__file__).resolve().parents[2]
README = REPOSITORY / "README.md"


def test_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    outcome = doctest.testfile(str(README), module_relative=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_the_business_is_that_of_the_shop() -> None:
    shown = re.search(r"A business, `(.+?)`:\n\n((?:    .*\n|\n)+)", README.read_text("utf-8"))
    assert shown is not None
    written = tomllib.loads((REPOSITORY / "examples/tmall" / shown[1]).read_text("utf-8"))
    told = tomllib.loads(shown[2])
    bindings = told.pop("bind")
    assert bindings
    for binding in bindings:
        assert any(binding.items() <= each.items() for each in written["bind"])
    assert told.items() <= written.items()


def test_the_mistakes_look_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(REPOSITORY / "examples/tmall", shop)
    for name, written, careless in (
        ("tmall.g20", r"^rank .*\n", ""),
        ("tmall.car", r"^rank .*\n", ""),
        ("tmall.pharmacy", r"place\.channel", "place.chanel"),
    ):
        path = shop / f"businesses/{name}.toml"
        text, n_changed = re.subn(written, careless, path.read_text("utf-8"), flags=re.MULTILINE)
        assert n_changed == 1
        path.write_text(text, "utf-8")
    monkeypatch.chdir(shop)
    with pytest.raises(SystemExit):
        main(["check", "."])
    printed = capsys.readouterr()
    said = [line.rstrip() for line in (printed.out + printed.err).splitlines()]
    section = README.read_text("utf-8").split("## What a mistake looks like")[1]
    shown = re.search(r"\n\n((?:    .*\n|\n)+)", section)
    assert shown is not None
    wanted = textwrap.dedent(shown[1]).strip().splitlines()
    assert len(wanted) > 10
    assert [line.rstrip() for line in wanted] == said[: len(wanted)]
