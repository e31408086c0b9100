"""Places in a text as editors count them: lines, and code units of a negotiated encoding, from 0.

In: a text. Out: offsets in code points for positions, and the other way round; the text after a
change, of which only the lines around are read again.

A position that does not exist is answered by the nearest one that does, as the protocol asks:
columns past a line's end are its end, lines past the text are its end, and the middle of a
character is its start.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeAlias

from rulec.source import Span

__all__ = ["Encoding", "Lines", "Place", "Range"]

Encoding: TypeAlias = Literal["utf-8", "utf-16", "utf-32"]
"""What a column counts; `utf-16` where nothing else was agreed on."""

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_CODECS: Final[dict[Encoding, tuple[str, int]]] = {
    "utf-8": ("utf-8", 1),
    "utf-16": ("utf-16-le", 2),
}
"""The codec, and how many bytes a code unit has."""


class Place(NamedTuple):
    """A line and a column, both from 0, the column in code units."""

    line: int
    column: int


class Range(NamedTuple):
    """A half-open range of places."""

    start: Place
    end: Place


class Lines:
    """A text and its lines; nothing is computed before the first question."""

    def __init__(self, text: str, encoding: Encoding = "utf-16") -> None:
        self.text = text
        self.encoding: Encoding = encoding

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *self._ends(0, len(self.text))]

    def _ends(self, start: int, end: int) -> Iterator[int]:
        """Where lines end between two offsets, at neither of which a line end is cut in two."""
        return (match.end() for match in _LINE_END.finditer(self.text, start, end))

    def offset(self, place: Place) -> int:
        """The code point at a place.

        >>> Lines("a\\n\\N{GRINNING FACE}b").offset(Place(1, 2))
        3
        """
        if place.line >= len(self._starts):
            return len(self.text)
        if place.line < 0:
            return 0
        start = self._starts[place.line]
        line = self._line(place.line)
        column = max(place.column, 0)
        if line.isascii() or self.encoding == "utf-32":
            return start + min(column, len(line))
        n_units = 0
        for number, character in enumerate(line):
            n_units += self._n_units(character)
            if n_units > column:
                return start + number
        return start + len(line)

    def place(self, offset: int) -> Place:
        """Where a code point stands.

        >>> Lines("a\\n\\N{GRINNING FACE}b").place(3)
        Place(line=1, column=2)
        """
        line = bisect_right(self._starts, offset) - 1
        return Place(line, self._n_units(self.text[self._starts[line] : offset]))

    def range(self, span: Span) -> Range:
        """A span of code points as editors see it."""
        return Range(self.place(span.start), self.place(span.end))

    def span(self, range_: Range) -> Span:
        """A range of an editor as code points; its end is never before its start."""
        start = self.offset(range_.start)
        return Span(start, max(start, self.offset(range_.end)))

    def changed(self, range_: Range | None, text: str) -> Lines:
        """The text with a range replaced, or with all of it."""
        if range_ is None:
            return Lines(text, self.encoding)
        start, end = self.span(range_)
        after = Lines(self.text[:start] + text + self.text[end:], self.encoding)
        # Only the lines around are read again: from one before, since `\r` may meet `\n`.
        starts = self._starts
        first = max(bisect_right(starts, start) - 2, 0)
        last = bisect_right(starts, end)
        grown = len(text) - (end - start)
        stop = starts[last] + grown if last < len(starts) else len(after.text)
        behind = (at + grown for at in starts[last + 1 :])
        after._starts = [*starts[: first + 1], *after._ends(starts[first], stop), *behind]
        return after

    def _line(self, number: int) -> str:
        is_last = number + 1 == len(self._starts)
        end = len(self.text) if is_last else self._starts[number + 1]
        return self.text[self._starts[number] : end].rstrip("\r\n")

    def _n_units(self, text: str) -> int:
        if self.encoding == "utf-32" or text.isascii():
            return len(text)
        codec, n_bytes = _CODECS[self.encoding]
        return len(text.encode(codec, "surrogatepass")) // n_bytes
