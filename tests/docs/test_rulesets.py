"""The rule set that docs/rulesets.md builds compiles, and answers as the page says.

A block tagged `toml FOLDER/FILE` is a file; those tagged `python rules` are one doctest session
beside these files.
"""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from roads import write_ruleset

PAGE = Path(__file__).parents[2] / "docs" / "rulesets.md"
BLOCK = re.compile(r"^```(\w+) ([^\n`]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    files = {name: body for kind, name, body in blocks if kind == "toml"}
    session = "\n".join(body for kind, _, body in blocks if kind == "python")
    assert len(files) >= 5
    write_ruleset(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(session, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) >= 12
    said: list[str] = []
    failed, _ = doctest.DocTestRunner().run(test, out=said.append)
    assert not failed, "".join(said)
