"""The style of one condition: tokens in, lines out.

In: a condition that parses. Out: the same tokens and comments with other white space. Nothing here
knows what a token means beyond brackets and connectives, so a new operator needs no new code.

    one space around operators, after `,` and `:`; none inside brackets, after `!`, around `.`, `..`
    no comma before `]`
    lines, where they are allowed: a condition or a group that does not fit breaks before its
    connectives, the weakest first, a list behind its commas; `//` comments keep their place behind
    or above a token

INVARIANT: the lines follow from tokens, comments and width alone, never from the white space that
was there; so formatting twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rulec.source import Excerpt, Span
from rulec.syntax.parse import tokenize

__all__ = ["INDENT", "WIDTH", "Piece", "format_condition", "pieces_of"]

WIDTH: Final = 88
"""Columns of a line, where it can be broken."""
INDENT: Final = "    "
_ROOM: Final = WIDTH - len(INDENT)
"""Columns of a broken condition's lines, which are indented once where they stand."""
_COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_CONTINUED: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\[ \t]*\r?\n\s*")
_RANGES: Final = ("..", "..=")
_CONNECTIVES: Final = ("&&", "||")
_OPENING: Final = ("(", "[", "!", ".", "..", "..=")
_CLOSING: Final = (")", "]", ",", ".", ":")
_WORDS: Final = ("in", "under")


@dataclass(frozen=True, slots=True)
class Piece:
    """A token or a comment, as it is to be written."""

    text: str
    shown: str
    """What stands in the file, which may hold escapes of TOML."""
    is_own_line: bool = False
    """A `//` comment above what follows, not behind what came before."""

    @property
    def is_line_comment(self) -> bool:
        return self.text.startswith("//")

    @property
    def is_comment(self) -> bool:
        return self.text.startswith(("//", "/*"))


def pieces_of(condition: Excerpt, has_quotes: bool) -> list[Piece]:
    """The tokens and comments of a condition, in order, without the comma before `]`.

    `has_quotes` says that its TOML string takes double quotes without escapes.
    """
    text = condition.text
    pieces: list[Piece] = []
    at = 0
    for word in tokenize(text):
        pieces += _comments(condition, Span(at, word.span.start))
        if word.text == "]":
            _drop_comma(pieces)
        raw = _raw(condition, word.span)
        pieces.append(Piece(word.text, _requoted(raw) if has_quotes and raw == word.text else raw))
        at = word.span.end
    return [*pieces, *_comments(condition, Span(at, len(text)))]


def format_condition(pieces: Sequence[Piece], column: int, has_lines: bool) -> list[str]:
    """The lines of a condition whose first one starts at a column.

    Without lines there is one, and a `//` comment ends in `\\n`, which a basic string reads as a
    line end.
    """
    flat = _flat(pieces)
    is_split = any(piece.is_line_comment for piece in pieces[:-1])
    if not has_lines or (column + len(flat) <= WIDTH and not is_split):
        return [flat]
    return _Lines(pieces).made()


def _raw(condition: Excerpt, span: Span) -> str:
    """The file's own text of a token; a line continued by `\\` behind it is white space."""
    offsets = condition.offsets
    raw = condition.source.text[offsets[span.start] : offsets[span.end]]
    return raw if raw == condition.text[span.start : span.end] else _CONTINUED.sub(r"\1", raw)


def _comments(condition: Excerpt, gap: Span) -> Iterator[Piece]:
    text = condition.text[gap.start : gap.end]
    for found in _COMMENT.finditer(text):
        span = Span(gap.start + found.start(), gap.start + found.end())
        is_own = gap.start == 0 and not text[: found.start()].strip()
        is_own = is_own or "\n" in text[: found.start()]
        raw = _raw(condition, span).rstrip()
        yield Piece(found[0].rstrip(), raw, is_own and found[0].startswith("//"))


def _requoted(text: str) -> str:
    """A string in double quotes, where that needs no other escape."""
    if text[:1] != "'" or '"' in text or "\\'" in text:
        return text
    return f'"{text[1:-1]}"'


def _drop_comma(pieces: list[Piece]) -> None:
    last = next((n for n in reversed(range(len(pieces))) if not pieces[n].is_comment), None)
    if last is not None and pieces[last].text == ",":
        del pieces[last]


def _flat(pieces: Sequence[Piece]) -> str:
    """Everything on one line."""
    parts: list[str] = []
    before: Piece | None = None
    for piece in pieces:
        if before is not None:
            parts.append("\\n" if before.is_line_comment else _space(before, piece))
        parts.append(piece.shown)
        before = piece
    return "".join(parts)


def _space(left: Piece, right: Piece) -> str:
    """What stands between two neighbours of one line."""
    a, b = left.text, right.text
    if left.is_comment or right.is_comment:
        return " "
    if a in _RANGES and b in _CONNECTIVES:
        return " "
    if b in _RANGES:
        return " " if a in _WORDS else ""
    is_called = b == "(" and _ends_a_word(a)
    return "" if a in _OPENING or b in _CLOSING or is_called else " "


def _ends_a_word(text: str) -> bool:
    return text[-1].isalnum() or text[-1] == "_"


@dataclass(slots=True)
class _Level:
    """A group, a list, or the whole condition, while its lines are made."""

    indent: int
    is_broken: bool
    is_list: bool
    is_mixed: bool
    """Whether `||` stands in it, so that `&&` breaks second."""
    is_chain_broken: bool = False
    """Whether the `&&` before the next `||` break."""
    is_deeper: bool = False
    """Whether the line stands behind such an `&&`."""


class _Lines:
    """The lines of a condition that does not fit on one."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._ends, self._mixed, self._chains = self._survey()
        self._lines: list[str] = []
        self._line = ""

    def _survey(self) -> tuple[dict[int, int], set[int], dict[int, int]]:
        """Where groups, lists and `&&` chains end, and what holds `||`; by where they start.

        A group that starts at piece `n` has its first chain at `n + 1`; the condition itself is
        the group at -1.
        """
        ends: dict[int, int] = {}
        mixed: set[int] = set()
        chains: dict[int, int] = {}
        open_groups = [-1]
        starts = [0]
        calls: list[bool] = []
        for number, piece in enumerate(self._pieces):
            if piece.text == "[":
                open_groups.append(number)
            elif piece.text == "]":
                ends[open_groups.pop()] = number
            elif piece.text == "(":
                is_call = number > 0 and _ends_a_word(self._pieces[number - 1].text)
                calls.append(is_call)
                if not is_call:
                    open_groups.append(number)
                    starts.append(number + 1)
            elif piece.text == ")" and not calls.pop():
                chains[starts.pop()] = number
                ends[open_groups.pop()] = number
            elif piece.text == "||":
                mixed.add(open_groups[-1])
                chains[starts[-1]] = number
                starts[-1] = number + 1
        chains[starts[-1]] = ends[-1] = len(self._pieces)
        return ends, mixed, chains

    def made(self) -> list[str]:
        levels = [_Level(0, True, False, -1 in self._mixed)]
        closing: set[int] = set()
        before: Piece | None = None
        for number, piece in enumerate(self._pieces):
            level = levels[-1]
            if number in closing:
                levels.pop()
                level = levels[-1] if not level.is_broken else self._closed(level, levels[-1])
            elif level.is_broken and self._breaks(before, piece, level):
                level.is_deeper = level.is_mixed and piece.text == "&&"
                self._new_line(level.indent + level.is_deeper)
            elif piece.is_own_line:
                self._new_line(level.indent)
            if number in self._chains and level.is_broken and level.is_mixed:
                level.is_chain_broken = not self._fits(
                    number, self._chains[number], len(self._line) + 1
                )
            self._write(before, piece)
            if number in self._ends:
                closing.add(self._ends[number])
                levels.append(self._opened(number, level))
            if piece.is_line_comment:
                self._new_line(levels[-1].indent)
            before = piece
        self._new_line(0)
        return self._lines

    def _opened(self, number: int, outer: _Level) -> _Level:
        """The level of a group whose parenthesis was just written."""
        is_broken = not self._fits(number + 1, self._ends[number] + 1, len(self._line))
        indent = outer.indent + 1 + outer.is_deeper
        is_list = self._pieces[number].text == "["
        level = _Level(indent, is_broken, is_list, number in self._mixed)
        if is_broken:
            self._new_line(level.indent)
        return level

    def _closed(self, level: _Level, outer: _Level) -> _Level:
        self._new_line(level.indent - 1)
        return outer

    def _breaks(self, before: Piece | None, piece: Piece, level: _Level) -> bool:
        if level.is_list:
            is_next = before is not None and before.text == ","
            return is_next and len(self._line) + len(piece.shown) + 2 > _ROOM
        if piece.text == "||":
            return True
        return piece.text == "&&" and (not level.is_mixed or level.is_chain_broken)

    def _fits(self, start: int, end: int, column: int) -> bool:
        pieces = self._pieces[start:end]
        return column + len(_flat(pieces)) <= _ROOM and not any(p.is_line_comment for p in pieces)

    def _write(self, before: Piece | None, piece: Piece) -> None:
        if before is not None and self._line.strip():
            self._line += _space(before, piece)
        self._line += piece.shown

    def _new_line(self, indent: int) -> None:
        if self._line.strip():
            self._lines.append(self._line)
        self._line = INDENT * indent
