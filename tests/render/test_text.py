"""Findings as text: columns, cuts, and what a terminal must not be given."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulec.diagnostic import Diagnostic
from rulec.render.text import render, summary
from rulec.source import Source, Span, Where


def finding(
    text: str, start: int, end: int, help: str | None = None, path: str = "a.toml"
) -> Diagnostic:
    where = Where(Source(path, text), Span(start, end))
    return Diagnostic("SYN009", "a `message`", where, help)


def marked(text: str, start: int, end: int, width: int = 120) -> tuple[str, str]:
    """The line of source and the line of carets, without the gutter."""
    lines = render([finding(text, start, end)], width=width).splitlines()
    gutter = lines[2].index("|") + 2
    return lines[3][gutter:], lines[4][gutter:]


def test_the_whole_shape() -> None:
    text = "x = 1\n" * 9 + "identity = 'a.b()'\n"
    assert render([finding(text, 66, 69, "did you mean `c`?")]) == (
        "error[SYN009]: a `message`\n"
        "  --> a.toml:10:13\n"
        "   |\n"
        "10 | identity = 'a.b()'\n"
        "   |             ^^^\n"
        "   = help: did you mean `c`?\n"
    )


def test_a_finding_without_a_place() -> None:
    missing = Diagnostic("SYN009", "`platform.toml` is missing", None, "write it", "shop/p.toml")
    assert render([missing]) == (
        "error[SYN009]: `platform.toml` is missing\n --> shop/p.toml\n  = help: write it\n"
    )


def test_findings_in_order_each_once() -> None:
    source = Source("a.toml", "abc")
    late, early = (Diagnostic("SYN009", "m", Where(source, Span(n, n + 1))) for n in (2, 0))
    shown = render([late, early, late])
    assert re.findall(r"--> (\S+)", shown) == ["a.toml:1:1", "a.toml:1:3"]
    assert shown.count("\n\n") == 1


@pytest.mark.parametrize(
    ("text", "start", "end", "carets"),
    [
        ("abc", 1, 2, " ^"),
        ("商家=x", 0, 2, "^^^^"),
        ("商家=x", 3, 4, "     ^"),
        ("e\u0301x", 2, 3, " ^"),
        ("ｆx", 1, 2, "  ^"),
        ("\tx", 1, 2, "    ^"),
        ("abc", 3, 3, "   ^"),
        ("abc", 1, 1, " ^"),
        ("", 0, 0, "^"),
        ("ab\ncd", 1, 5, " ^"),
        ("ab\r\ncd", 1, 5, " ^"),
        ("a😀b", 2, 3, "   ^"),
        ("a\u202eb", 2, 3, "         ^"),
    ],
)
def test_carets_stand_under_the_characters(text: str, start: int, end: int, carets: str) -> None:
    assert marked(text, start, end)[1] == carets


def test_what_a_terminal_would_obey_is_spelt_out() -> None:
    text = "a = '\x1b[31m\u202e\u200d\x00'"
    shown = render([finding(text, 0, 1, help="\x07", path="\udcff\n.toml")])
    assert "'<U+001B>[31m<U+202E><U+200D><U+0000>'" in shown
    assert "--> <U+DCFF><U+000A>.toml:1:1" in shown
    assert "= help: <U+0007>" in shown


def test_a_long_line_is_cut_around_the_finding() -> None:
    text = "a" * 500 + "HERE" + "b" * 500
    source, carets = marked(text, 500, 504, width=60)
    assert source.startswith("...aaa")
    assert source.endswith("bbb...")
    assert source[carets.index("^") : carets.index("^") + 4] == "HERE"
    assert carets.count("^") == 4
    assert len(source) <= 60


def test_a_long_line_is_cut_at_one_end_only() -> None:
    assert marked("a" * 500, 0, 1, width=60)[0].endswith("aaa...")
    assert not marked("a" * 500, 0, 1, width=60)[0].startswith("...")
    assert marked("a" * 500, 499, 500, width=60)[0].startswith("...")
    assert not marked("a" * 500, 499, 500, width=60)[0].endswith("...")


def test_a_finding_longer_than_the_line_shown() -> None:
    source, carets = marked("x" * 500, 0, 500, width=60)
    assert len(carets) <= len(source) <= 60


def test_a_line_of_a_megabyte_is_shown_at_once() -> None:
    assert len(marked("商" * 2_000_000, 1_000_000, 1_000_001)[0]) < 120


@given(st.text(), st.integers(0, 40), st.integers(0, 40), st.integers(0, 60))
def test_any_text_and_width(text: str, start: int, length: int, width: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    shown = render([finding(text, start, end)], width=width)
    assert len(shown.splitlines()) == 5
    assert "^" in shown.splitlines()[4]


def test_colour_only_when_asked() -> None:
    plain = render([finding("abc", 0, 1, "write it")])
    coloured = render([finding("abc", 0, 1, "write it")], color=True)
    assert "\x1b" not in plain
    assert coloured.startswith("\x1b[1;31merror[SYN009]\x1b[0m")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_summary_counts_each_finding_once() -> None:
    one, other = finding("abc", 0, 1), finding("abc", 0, 1, path="b.toml")
    assert summary([one]) == "1 error in 1 file"
    assert summary([one, one, other]) == "2 errors in 2 files"
