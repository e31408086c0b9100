"""Findings as text: the line of the file, and what is wrong under it.

In: findings. Out: lines for a terminal or a log.

    error[VOC101]: entity `seller` has no fact `isTMSeler`
     --> businesses/drone.toml:4:21
      |
    4 | identity = 'seller.isTMSeler() && item.contains(4199)'
      |                    ^^^^^^^^^
      = help: did you mean `isTMSeller`? (vocabulary.toml:12)

Columns are those of a terminal: a Chinese character takes two, a combining mark none. What a
terminal would obey or hide (controls, text direction) is written as `<U+202E>`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from rulec.diagnostic import Diagnostic, ordered
from rulec.render.groups import MOST_GROUPS, groups
from rulec.source import Where

__all__ = ["render", "render_grouped", "summary", "visible"]

_TAB: Final = 4
_CUT: Final = "..."
_RESET: Final = "\x1b[0m"
_BOLD: Final = "\x1b[1m"
_BLUE: Final = "\x1b[1;34m"
_COLORS: Final = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}


def render(diagnostics: Iterable[Diagnostic], width: int = 120, color: bool = False) -> str:
    """Every finding in order, an empty line between two; ends with a line end.

    `width` bounds the columns of a line of source; a longer one is cut around the finding. `color`
    adds the escapes of an ANSI terminal.
    """
    paint = _Paint(color)
    return "\n".join(_finding(diagnostic, width, paint) for diagnostic in ordered(diagnostics))


def render_grouped(diagnostics: Iterable[Diagnostic], width: int = 120, color: bool = False) -> str:
    """Findings by culprit, the most useful first: three of a kind, and how many more there are."""
    paint = _Paint(color)
    found = groups(ordered(diagnostics))
    culprits = list(dict.fromkeys(group.culprit for group in found))
    kept = set(culprits[:MOST_GROUPS])
    parts: list[str] = []
    for group in (group for group in found if group.culprit in kept):
        if group.heading:
            parts.append(paint(visible(group.heading), _BOLD) + "\n")
        parts += (_finding(finding, width, paint) for finding in group.shown)
        n_more = len(group.findings) - len(group.shown)
        if n_more:
            parts.append(f"+{n_more:,} more {group.code} of `{visible(group.culprit)}`\n")
    left = [group for group in found if group.culprit not in kept]
    if left:
        n_left = sum(len(group.findings) for group in left)
        n_others = len(culprits) - len(kept)
        parts.append(f"+{_counted(n_left, 'finding')} more, of {_counted(n_others, 'other')}\n")
    if left or any(len(group.findings) > len(group.shown) for group in found):
        parts.append("`--output-format concise` has every finding, a line each\n")
    return "\n".join(parts)


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many findings there are, in how many files.

    >>> summary([])
    'no findings'
    """
    unique = ordered(diagnostics)
    if not unique:
        return "no findings"
    counts = Counter(diagnostic.severity for diagnostic in unique)
    parts = [_counted(counts[s], s) for s in ("error", "warning", "note") if counts[s]]
    n_files = len({diagnostic.path for diagnostic in unique})
    return f"{', '.join(parts)} in {_counted(n_files, 'file')}"


def _counted(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


class _Paint:
    """Colours, or none."""

    def __init__(self, is_on: bool) -> None:
        self._is_on = is_on

    def __call__(self, text: str, color: str) -> str:
        return f"{color}{text}{_RESET}" if self._is_on else text


def _finding(diagnostic: Diagnostic, width: int, paint: _Paint) -> str:
    color = _COLORS[diagnostic.severity]
    head = paint(f"{diagnostic.severity}[{diagnostic.code}]", color)
    lines = [f"{head}{paint(': ' + visible(diagnostic.message), _BOLD)}"]
    where = diagnostic.where
    number = str(where.position.line) if where else ""
    margin = " " * max(len(number), 1)
    place = visible(str(where) if where else diagnostic.path)
    lines.append(f"{margin}{paint('-->', _BLUE)} {place}")
    bar = f"{margin} {paint('|', _BLUE)}"
    if where:
        source, marks = _snippet(where, max(width - len(number) - 3, 2 * len(_CUT) + 10))
        lines.append(bar)
        lines.append(f"{paint(f'{number} |', _BLUE)} {source}".rstrip())
        carets = marks.lstrip()
        lines.append(f"{bar} {' ' * (len(marks) - len(carets))}{paint(carets, color)}")
    sign = paint("=", _BLUE)
    if diagnostic.help:
        lines.append(f"{margin} {sign} help: {visible(diagnostic.help)}")
    words = ("either:", *["or:"] * len(diagnostic.resolutions))
    lines += (
        f"{margin} {sign} {word} {visible(one.description)}"
        for word, one in zip(words, diagnostic.resolutions, strict=False)
    )
    if diagnostic.seen is not None:
        lines.append(f"{margin} {sign} {_seen(*diagnostic.seen)}")
    return "\n".join(lines) + "\n"


def _seen(n_rows: int, n_all: int) -> str:
    """How often recorded requests show a finding."""
    return f"seen in {n_rows:,} of {n_all:,}" if n_rows else f"possible: seen in none of {n_all:,}"


def _snippet(where: Where, width: int) -> tuple[str, str]:
    """The line a finding starts on, and the carets under it; a span of several lines ends there."""
    position = where.position
    line = where.source.line(position.line)
    start = min(position.column - 1, len(line))
    end = min(start + where.span.end - where.span.start, len(line))
    low, high = _window(line, start, width)
    left = _CUT if low > 0 else ""
    right = _CUT if high < len(line) else ""
    n_before = len(left) + _columns(line[low:start])
    n_carets = max(_columns(line[start : min(end, high)]), 1)
    return f"{left}{visible(line[low:high])}{right}", " " * n_before + "^" * n_carets


def _window(line: str, start: int, width: int) -> tuple[int, int]:
    """The part of a line that is shown: all of it, or a third before the start and the rest."""
    if len(line) <= width and _columns(line) <= width:
        return 0, len(line)
    low = high = start
    room = width - 2 * len(_CUT)
    least = room - room // 3
    while low > 0 and room - _columns(line[low - 1]) >= least:
        low -= 1
        room -= _columns(line[low])
    while high < len(line) and room >= _columns(line[high]):
        room -= _columns(line[high])
        high += 1
    return low, high


def visible(text: str) -> str:
    """The text with everything spelt out that a terminal would obey or hide."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character == "\t":
        return " " * _TAB
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return f"<U+{ord(character):04X}>"
    return character


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes.

    >>> _columns("a商\u0301")
    3
    """
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(_width, visible(text)))


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
