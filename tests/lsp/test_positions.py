"""Places in code units: the way there and back, and changes, against Python's own codecs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulec.lsp.positions import Encoding, Lines, Place, Range
from rulec.source import Span

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
TEXTS = st.text("a商\N{GRINNING FACE}\n\r\u2028\x0cé'\ud800", max_size=30)


def units(text: str, encoding: Encoding) -> int:
    codec, n_bytes = CODECS[encoding]
    return len(text.encode(codec, "surrogatepass")) // n_bytes


def lines_of(text: str) -> list[str]:
    """The lines of the protocol, line ends left out: no other separator counts."""
    return re.split("\r\n|\n|\r", text)


@given(TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_there_and_back(text: str, encoding: Encoding, data: st.DataObject) -> None:
    lines = Lines(text, encoding)
    at = data.draw(st.integers(0, len(text)))
    line, column = lines.place(at)
    before = lines_of(text[:at])
    if text[at - 1 : at + 1] != "\r\n":
        assert (line, column) == (len(before) - 1, units(before[-1], encoding))
        assert lines.offset(Place(line, column)) == at


@given(TEXTS, st.sampled_from(ENCODINGS), st.integers(-2, 40), st.integers(-2, 40))
def test_any_place_is_answered(text: str, encoding: Encoding, line: int, column: int) -> None:
    at = Lines(text, encoding).offset(Place(line, column))
    assert 0 <= at <= len(text)
    rows = lines_of(text)
    if 0 <= line < len(rows):
        assert len(lines_of(text[:at])) - 1 == line
        inside = rows[line][: at - text[:at].rfind(lines_of(text[:at])[-1])]
        assert units(lines_of(text[:at])[-1], encoding) <= max(column, 0), inside
    elif line >= len(rows):
        assert at == len(text)


@given(TEXTS, TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_a_change_is_the_same_change(
    text: str, new: str, encoding: Encoding, data: st.DataObject
) -> None:
    lines = Lines(text, encoding)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    splits_a_line_end = any(text[at - 1 : at + 1] == "\r\n" for at in (start, end))
    if not splits_a_line_end:
        changed = lines.changed(lines.range(Span(start, end)), new)
        assert changed.text == text[:start] + new + text[end:]
        fresh = Lines(changed.text, encoding)
        places = range(len(changed.text) + 1)
        assert [changed.place(at) for at in places] == [fresh.place(at) for at in places]
    assert lines.changed(None, new).text == new


@pytest.mark.parametrize(("column", "at"), [(0, 0), (1, 0), (2, 1), (3, 2), (99, 3)])
def test_the_middle_of_a_pair_is_its_start(column: int, at: int) -> None:
    assert Lines("\N{GRINNING FACE}商b\nc").offset(Place(0, column)) == at


def test_a_range_never_ends_before_it_starts() -> None:
    assert Lines("abc").span(Range(Place(0, 2), Place(0, 1))) == Span(2, 2)
