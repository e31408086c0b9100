"""Whatever the files hold, reading ends with findings that people can read."""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rulec.document import Document
from rulec.render.text import render
from rulec.ruleset.read import read_ruleset
from rulec.source import Source
from rulec.vocabulary.load import load_vocabulary

CASES = Path(__file__).resolve().parent.parent / "diagnostics"
TEXTS = [path.read_text("utf-8") for path in sorted(CASES.glob("*/**/*.toml"))]
FILES = ["vocabulary.toml", "platform.toml", "columns.toml", "businesses/a.toml", "products/p.toml"]
FRAGMENTS = st.one_of(
    st.text(max_size=5),
    st.sampled_from(
        '[ ] [[ ]] { } = " \'\'\' """ \\ . , 0x 1e999 nan true 商 [[bind]]\n'.split(" ")
    ),
    st.sampled_from(["\n", "\r", "\x00", "\ufeff", "\u202e", "[entity.x]\n"]),
)

WORDS = sorted({word for text in TEXTS for word in re.findall(r"\w+", text)})
SCALARS = st.one_of(
    st.sampled_from(["none", "all", "first", "int", "flag", "enum", "tags<int>", "decimal(2)", ""]),
    st.sampled_from([0, 1, -1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 2**70, 10**4000]),
    st.booleans(),
    st.floats(),
    st.text(max_size=4),
)
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=12,
)
TABLES = st.dictionaries(st.sampled_from(WORDS), TREES, max_size=6)


def as_toml(value: Any) -> str:
    """A value in TOML's inline form."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {as_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(character):08x}" for character in value) + '"'
    return json.dumps(value)


def read(files: dict[str, str]) -> None:
    """Read a rule set of these files and show what is found."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {"vocabulary.toml": "", "platform.toml": "", **files}.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode("utf-8", "replace"))
        _, findings, _ = read_ruleset(Path(folder))
        shown = render(findings)
    for finding in findings:
        assert finding.message
        assert not re.search(r"[Ii]nput should|Shape|validation", finding.message)
    unsafe = {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs")}
    assert unsafe <= {"\n"}


@given(st.data())
def test_torn_files(data: st.DataObject) -> None:
    """Real files with pieces cut out and put in."""
    files = {}
    for name in FILES:
        text = data.draw(st.sampled_from(TEXTS))
        for _ in range(data.draw(st.integers(0, 3))):
            start = data.draw(st.integers(0, len(text)))
            end = data.draw(st.integers(start, min(len(text), start + 30)))
            text = text[:start] + data.draw(FRAGMENTS) + text[end:]
        files[name] = text
    read(files)


@given(st.dictionaries(st.sampled_from(FILES), TABLES, min_size=1))
def test_sound_toml_of_any_shape(files: dict[str, dict[str, Any]]) -> None:
    """Known words and any values, in any place."""
    read(
        {
            name: "".join(f"{json.dumps(k)} = {as_toml(v)}\n" for k, v in table.items())
            for name, table in files.items()
        }
    )


@given(st.lists(FRAGMENTS).map("".join))
def test_any_text_as_a_vocabulary(text: str) -> None:
    document = Document.parse(Source("vocabulary.toml", text))
    if isinstance(document, Document):
        load_vocabulary(document)
