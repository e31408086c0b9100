"""What docs/diff.md shows is what the commands print."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rulec.cli.main import main

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs/diff.md").read_text("utf-8")
WRITTEN, EDITED = "item.contains(600)", "item.contains(600) && buyer.isVip()"


def block(first: str) -> list[str]:
    """The lines of the page from one on, as far as they are indented."""
    found = re.search(rf"\n((?:    {re.escape(first)}.*\n)(?:    .*\n|\n)+)", PAGE)
    assert found is not None
    return [line.strip() for line in found[1].splitlines() if line.strip()]


@pytest.fixture
def printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """What both commands of the page print, over an edited copy of the shop."""
    shop = tmp_path / "shop"
    shutil.copytree(REPOSITORY / "examples/tmall", shop)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "one"]):
        subprocess.run([*git, *arguments], check=True, cwd=tmp_path)
    path = shop / "businesses/topup.toml"
    text = path.read_text("utf-8")
    assert WRITTEN in text
    path.write_text(text.replace(WRITTEN, EDITED), "utf-8")
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ["diff", "HEAD", "--rules", "shop", "--only-owner", "virtual-goods"],
        ["overlaps", "shop", "topup", "idle"],
    ):
        with pytest.raises(SystemExit):
            main(arguments)
    return [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_the_page_shows_what_is_printed(printed: list[str]) -> None:
    lines = iter(printed)
    for shown in (*block("shop@HEAD -> shop"), *block("overlaps: `topup`")):
        assert shown in lines, shown
