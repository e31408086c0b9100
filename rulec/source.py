"""Texts a user wrote, and places in them.

Stages know offsets only (`Span`); line, column and the snippet are made when something is shown.
A condition is an `Excerpt`: text inside a TOML string, with the way back to the file, so a finding
in a condition points at the very characters of the file even across escapes and line ends.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

__all__ = ["Edit", "Excerpt", "Position", "Source", "Span", "Where"]

_OPENING: Final = re.compile(r"(\"\"\"|'''|\"|')(?:\r?\n)?\Z")
"""What a TOML string begins with, and a line end that is no part of it."""


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


class Position(NamedTuple):
    """Line and column, both counted from 1, columns in code points."""

    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Source:
    """One file: `path` as it is shown to people (relative, with slashes), and its whole text."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        start = self.text.find("\n")
        while start >= 0:
            starts.append(start + 1)
            start = self.text.find("\n", start + 1)
        return starts

    @property
    def n_lines(self) -> int:
        return len(self._line_starts)

    def position(self, offset: int) -> Position:
        """Where a code point stands.

        >>> Source("a.toml", "x\\ny").position(2)
        Position(line=2, column=1)
        """
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line end."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].removesuffix("\r")


class Where:
    """A place in a file: what every finding points at.

    The span may be given as a function that finds it: most places are never shown, and finding one
    in a TOML file costs more than reading its value.
    """

    __slots__ = ("_span", "source")

    def __init__(self, source: Source, span: Span | Callable[[], Span]) -> None:
        self.source = source
        self._span = span

    @property
    def span(self) -> Span:
        if not isinstance(self._span, Span):
            self._span = self._span()
        return self._span

    @property
    def position(self) -> Position:
        return self.source.position(self.span.start)

    @property
    def end(self) -> Position:
        """Where it ends, itself excluded."""
        return self.source.position(self.span.end)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Where):
            return NotImplemented
        return self.source is other.source and self.span == other.span

    def __hash__(self) -> int:
        return hash((self.source, self.span))

    def __repr__(self) -> str:
        return f"Where({self})"

    def __str__(self) -> str:
        line, column = self.position
        return f"{self.source.path}:{line}:{column}"


@dataclass(frozen=True, slots=True)
class Edit:
    """A place of a file, and what shall stand there, as the file spells it."""

    where: Where
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A text taken out of a source: the value of a TOML string, say.

    `offsets[i]` is where character `i` of `text` starts in the source; `offsets[len(text)]` is
    where the text ends. A plain string's offsets are a `range`, which costs nothing.
    """

    source: Source = field(repr=False)
    text: str
    offsets: Sequence[int] = field(repr=False)

    def where(self, span: Span) -> Where:
        """A span of the text as a place in the file.

        >>> text = Source("a.toml", "x = 'abc'")
        >>> Excerpt(text, "abc", range(5, 9)).where(Span(1, 2)).span
        Span(start=6, end=7)
        """
        return Where(self.source, Span(self.offsets[span.start], self.offsets[span.end]))

    @property
    def whole(self) -> Where:
        return self.where(Span(0, len(self.text)))

    def edit(self, span: Span, text: str) -> Edit | None:
        r"""A part of the text replaced, spelt as the TOML string around it asks for.

        None where the string cannot hold the text: one in single quotes knows no escapes.

        >>> text = Source("a.toml", 'x = "abc"')
        >>> Excerpt(text, "abc", range(5, 9)).edit(Span(1, 2), '1"').text
        '1\\"'
        """
        begin = self.offsets[0]
        opening = _OPENING.search(self.source.text[max(begin - 5, 0) : begin])
        spelt = _spelt(text, opening[1] if opening else "")
        return None if spelt is None else Edit(self.where(span), spelt)


def _spelt(text: str, quotes: str) -> str | None:
    """A text inside a TOML string with these quotes."""
    if quotes in ("", "'", "'''"):
        is_held = quotes not in text and not (quotes == "'" and "\n" in text) if quotes else True
        return text if is_held else None
    text = text.replace("\\", "\\\\")
    if quotes == '"':
        return text.replace('"', '\\"').replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes in text else text
