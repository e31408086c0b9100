"""docs/replay.md does what it says: its rule set, its sessions and its commands run, in order.

A block tagged `toml FOLDER/FILE` is a file; `python replay` is a part of one doctest session, and
`console replay` holds commands, each with what it prints; a line `...` stands for any lines.
"""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from roads import write_ruleset

from rulec.cli.main import main

PAGE = Path(__file__).parents[2] / "docs" / "replay.md"
BLOCK = re.compile(r"^```(\w+) ([^\n`]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    write_ruleset(tmp_path, {name: body for kind, name, body in blocks if kind == "toml"})
    names: dict[str, Any] = {}
    n_ran = {"python": 0, "console": 0}
    for kind, _, body in blocks:
        if kind == "python":
            n_ran[kind] += 1
            test = doctest.DocTestParser().get_doctest(body, names, PAGE.name, str(PAGE), 0)
            said: list[str] = []
            failed, _ = doctest.DocTestRunner().run(test, out=said.append, clear_globs=False)
            names = test.globs
            assert not failed, "".join(said)
        if kind == "console":
            for command in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                n_ran[kind] += 1
                line, _, shown = command.partition("\n")
                with pytest.raises(SystemExit):
                    main(shlex.split(line)[1:])
                printed = "".join(capsys.readouterr())
                assert doctest.OutputChecker().check_output(
                    shown, printed, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
                ), printed
    assert n_ran == {"python": 2, "console": 4}
