"""`rulec explain`, and the pages in docs/lints that say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulec.cli.main import main
from rulec.codes import CODES
from rulec.lints.pages import main as write_pages
from rulec.lints.pages import pages

DOCS = Path(__file__).resolve().parents[2] / "docs/lints"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["explain", *arguments])
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.mark.parametrize("word", ["ORG402", "org402", "missing-kpi"])
def test_both_names(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(word) == 0
    assert capsys.readouterr().out == (DOCS / "ORG402.md").read_text("utf-8")


def test_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(CODES)


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("misssing-kpi", "did you mean `missing-kpi`?"),
        ("ORG42", "did you mean"),
        ("qqqq", "`rulec explain` lists all of them"),
    ],
)
def test_an_unknown_word(word: str, advice: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(word) == 2
    assert advice in capsys.readouterr().err


def test_the_docs_are_in_step() -> None:
    """`python -m rulec.lints.pages docs/lints` writes them."""
    assert {path.name: path.read_text("utf-8") for path in DOCS.glob("*.md")} == pages()


def test_pages_of_codes_that_are_gone_go(tmp_path: Path) -> None:
    (tmp_path / "ORG400.md").write_text("old")
    write_pages(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == pages().keys()
