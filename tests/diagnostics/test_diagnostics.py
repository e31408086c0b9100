"""Every folder here is a rule set; `expected.txt` is what people are shown about it.

`RULEC_UPDATE=1` writes the files anew: read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from rulec.driver import compile_folder
from rulec.render.text import render, summary

FOLDER = Path(__file__).parent
CASES = sorted(path.parent.name for path in FOLDER.glob("*/vocabulary.toml"))
CODES = (
    "SYN007 SYN009 SYN010 SYN011 VOC101 VOC103 VOC104 VOC107 VOC110 VOC112 VOC113 "
    "LOG310 LOG312 ORG401"
)


@pytest.mark.parametrize("case", CASES)
def test_shown_as_expected(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    findings = compile_folder(Path(case)).findings
    shown = render(findings) + "\n" * bool(findings) + summary(findings) + "\n"
    expected = FOLDER / case / "expected.txt"
    if os.environ.get("RULEC_UPDATE") == "1":
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text("utf-8")


def test_every_code_of_reading_is_shown() -> None:
    shown = "".join(path.read_text("utf-8") for path in FOLDER.glob("*/expected.txt"))
    assert {code for code in CODES.split() if f"[{code}]" not in shown} == set()


def test_messages_are_phrases_in_the_users_words() -> None:
    heads = [
        line
        for path in FOLDER.glob("*/expected.txt")
        for line in path.read_text("utf-8").splitlines()
        if re.match(r"(error|warning|note)\[", line)
    ]
    for head in heads:
        message = head.partition("]: ")[2]
        plain = re.sub(r"`[^`]*`", "", message)
        assert not message.endswith("."), message
        assert not re.search(r"\b(None|str|int|dict|bool|Input|Shape|object)\b", plain), message
        assert not re.match(r"[A-Z][a-z]", message), message
