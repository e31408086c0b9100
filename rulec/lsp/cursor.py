"""Where in a TOML file an offset stands, in a file that may be broken, as files being typed are.

In: a text and an offset. Out: a `Cursor`: the table, the key, and the string or word around it.

The file is read twice, each time by one regular expression. The first reading skips strings and
comments and finds the headers of tables. The second reads the one section between two headers that
the offset lies in, keeping a stack of lists and inline tables. A string of one line ends with its
line, and a list or a string of several lines with the next header, so what is not closed yet
spoils nothing but its own section.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from rulec.limits import MAX_DEPTH
from rulec.places import unquote
from rulec.source import Excerpt, Source, Span

__all__ = ["Cursor", "Kind", "Names", "Outline"]

Names: TypeAlias = tuple[str, ...]
"""The keys that lead to a table; lists of tables have no number here."""
Kind: TypeAlias = Literal["key", "value", "header", "comment", "nowhere"]

_STRINGS: Final = r"""
    (?P<basic3> \"{3} (?: [^"\\] | \\. | \"(?!"") )*+ \"{0,5} )
  | (?P<literal3> '{3} (?: [^'] | '(?!'') )*+ '{0,5} )
  | (?P<basic> " (?: [^"\\\n] | \\[^\n] )*+ "? )
  | (?P<literal> ' [^'\n]*+ '? )
  | (?P<comment> \#[^\n]* )
"""
_NAMES: Final = r"""
    [A-Za-z_][\w-]*+ (?: [ \t]*+ \. [ \t]*+ (?: [\w-]++ | "[^"\n]*+" | '[^'\n]*+' ) )*+
"""
_HEADER: Final = rf"""
    ^ [ \t]*+ \[{{1,2}} [ \t]*+ (?P<names> {_NAMES} ) [ \t]*+ \]{{1,2}}
    [ \t]*+ (?: \#[^\n]*+ )? \r? $
"""
_COARSE: Final = re.compile(f"{_HEADER} | {_STRINGS}", re.VERBOSE | re.DOTALL | re.MULTILINE)
_FINE: Final = re.compile(
    _STRINGS + r"| (?P<line_end> \n ) | (?P<bare> [\w+:-]+ ) | (?P<sign> [\[\]{}=,.] )",
    re.VERBOSE | re.DOTALL,
)
_OPEN_HEADER: Final = re.compile(r"[ \t]*+\[{1,2}[ \t]*+(?P<names>[\w.\"' -]*+)\Z")
_OWN_TABLES: Final = re.compile(
    r"^\[{1,2}(?:business|product|bind|ability|entity|define|assume|column)\b[\w.\"]*+\]{1,2}"
    r"[ \t]*+\r?$",
    re.MULTILINE,
)
"""Headers that end a string of several lines: one that holds such a line was never closed."""
_NAME: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\w-]+")


class Cursor(NamedTuple):
    """What stands around an offset."""

    kind: Kind
    table: Names
    """The table it lies in, inline ones included."""
    key: str
    """The key whose value it is, or the key itself; "" where none is written yet."""
    span: Span
    """The key, the word or what the string holds; empty at the offset where nothing stands."""
    quotes: str
    """The quotes of the string it lies in, "" outside."""
    section: Names
    """The names of the header above."""
    keys: frozenset[str]
    """The keys of the table in this section."""
    own: str
    """The code of the innermost table around it that has one."""


class _Header(NamedTuple):
    names: Names
    start: int
    end: int
    written: Span
    """The names between the brackets."""


class _State(NamedTuple):
    table: Names
    key: str
    mode: Literal["key", "value", "done"]


class _Token(NamedTuple):
    kind: Literal["key", "value", "comment", "sign"]
    span: Span
    quotes: str
    state: _State
    """For a key or a value, what it is; else what holds behind it."""


class Outline:
    """The headers of a text, and what lies between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._headers = [_Header((), 0, 0, Span(0, 0))]
        """The sections found so far: where each header stands; the first has none."""
        self._read_to = 0
        self._sections: dict[int, list[_Token]] = {}

    def changed(self, text: str, start: int) -> Outline:
        """The outline of a text that is this one before `start`; what stands there is known."""
        after = Outline(text)
        after._headers = [one for one in self._headers if one.end < start] or after._headers
        after._read_to = after._headers[-1].end
        return after

    def _find_headers(self, offset: int) -> None:
        """Find every header up to one behind an offset."""
        while self._headers[-1].start <= offset:
            match = _COARSE.search(self.text, self._read_to)
            if match is None:
                return
            self._read_to = max(match.end(), self._read_to + 1)
            if match["names"] is not None:
                names = _names(match["names"])
                written = Span(*match.span("names"))
                self._headers.append(_Header(names, match.start(), match.end(), written))
            elif match.lastgroup in ("basic3", "literal3"):
                cut = _OWN_TABLES.search(self.text, match.start(), match.end())
                self._read_to = cut.start() if cut else self._read_to

    def at(self, offset: int) -> Cursor:
        """What stands around an offset.

        >>> Outline("code = 'a'\\n[[bind]]\\npoint = 'P").at(29)[:4]
        ('value', ('bind',), 'point', Span(start=29, end=30))
        """
        self._find_headers(offset)
        number = bisect_right(self._headers, offset, key=lambda header: header.start) - 1
        header = self._headers[number]
        tokens = self._tokens(number)
        kind: Kind
        own = self._own(number)
        if header.start <= offset <= header.end and number:
            span, kind = header.written, "header"
            if not span.start <= offset <= span.end:
                span, kind = Span(offset, offset), "nowhere"
            return Cursor(kind, header.names, "", span, "", header.names, frozenset(), own)
        state, kind, span, quotes = self._around(header, tokens, offset)
        keys = frozenset(
            token.state.key
            for token in tokens
            if token.kind == "key" and token.state.table == state.table and token.span != span
        )
        return Cursor(kind, state.table, state.key, span, quotes, header.names, keys, own)

    def string(self, cursor: Cursor, path: str = "") -> Excerpt:
        """The text of the string that a cursor lies in, each character with its place."""
        start, end = cursor.span
        n_quotes = len(cursor.quotes)
        raw = f"{cursor.quotes}{self.text[start:end]}{cursor.quotes}"
        if n_quotes == 3 and self.text[start - 1 : start] == "\n":
            text, offsets = self.text[start:end], range(start, end + 1)
            if cursor.quotes == "'''" and "\r" not in text:
                return Excerpt(Source(path, self.text), text, offsets)
            # The line end behind the quotes is no part of the string, and is given back here.
            raw = f"{cursor.quotes}\n{text}{cursor.quotes}"
            decoded, places = unquote(raw, start - n_quotes - 1)
        else:
            decoded, places = unquote(raw, start - n_quotes)
        return Excerpt(Source(path, self.text), decoded, places)

    def _around(
        self, header: _Header, tokens: Sequence[_Token], offset: int
    ) -> tuple[_State, Kind, Span, str]:
        """The state at an offset, and the key, value or comment that it touches."""
        here = Span(offset, offset)
        last = _State(header.names, "", "key")
        for token in tokens:
            begins = token.span.start + (token.kind == "sign" or token.quotes != "")
            if begins > offset:
                break
            if token.kind == "comment" and token.span.start < offset <= token.span.end:
                return last, "comment", token.span, ""
            inner = _inside(token, self.text)
            if token.kind in ("key", "value") and inner.start <= offset <= inner.end:
                opened = self._open_header(offset) if token.kind == "key" else None
                return opened or (token.state, token.kind, inner, token.quotes)
            if token.span.start + len(token.quotes) <= offset < inner.start:
                # Behind three quotes, before their line end: what is typed here begins the string.
                return token.state, "value", here, token.quotes
            last = token.state
            if token.kind in ("key", "value"):
                last = _State(last.table, last.key, "done")
        if last.mode == "value":
            return last, "value", here, ""
        if last.mode == "done":
            return last, "nowhere", here, ""
        opened = self._open_header(offset)
        return opened or (_State(last.table, "", "key"), "key", here, "")

    def _open_header(self, offset: int) -> tuple[_State, Kind, Span, str] | None:
        """A header that is begun on the line of an offset, and not closed there."""
        line = self.text[self.text.rfind("\n", 0, offset) + 1 : offset]
        match = _OPEN_HEADER.match(line)
        if match is None:
            return None
        names = match["names"]
        span = Span(offset - len(names), offset)
        return _State(_names(names), "", "key"), "header", span, ""

    def _own(self, number: int) -> str:
        """The code of the table of a section, else of the nearest one around it."""
        names = self._headers[number].names
        while True:
            for token in self._tokens(number):
                state = token.state
                if token.kind == "value" and (state.table, state.key) == (names, "code"):
                    return self.text[slice(*_inside(token, self.text))]
            if not names:
                return ""
            names = names[:-1]
            above = (n for n in range(number, -1, -1) if self._headers[n].names == names)
            number = next(above, 0)

    def _tokens(self, number: int) -> list[_Token]:
        """What one section says, up to the next header; read once."""
        if number not in self._sections:
            self._sections[number] = list(self._read(number))
        return self._sections[number]

    def _read(self, number: int) -> Iterator[_Token]:
        is_last = number + 1 == len(self._headers)
        header = self._headers[number]
        end = len(self.text) if is_last else self._headers[number + 1].start
        reader = _Reader(header.names)
        for match in _FINE.finditer(self.text, header.end, end):
            yield reader.read(match)


def _names(dotted: str) -> Names:
    words = (match[0] for match in _NAME.finditer(dotted))
    return tuple(unquote(word, 0)[0] if word[0] in "\"'" else word for word in words)


def _inside(token: _Token, text: str) -> Span:
    """A token without its quotes."""
    start, end = token.span
    if not token.quotes:
        return token.span
    n_quotes = len(token.quotes)
    is_closed = end - start >= 2 * n_quotes and text.endswith(token.quotes, start, end)
    start += n_quotes
    if n_quotes == 3:
        start += 2 * text.startswith("\r\n", start) or text.startswith("\n", start)
    return Span(min(start, end), max(min(start, end), end - n_quotes * is_closed))


class _Reader:
    """Follows the tokens of one section: where the next one belongs."""

    def __init__(self, table: Names) -> None:
        self._top = table
        self._frames: list[tuple[str, Names, str]] = []
        self._start_line()

    def _start_line(self) -> None:
        self._frames = [("top", self._top, "")]
        self._names: list[str] = []
        self._is_dotted = False
        self._state = _State(self._top, "", "key")

    def read(self, match: re.Match[str]) -> _Token:
        """The token, and what it is."""
        kind, text, span = match.lastgroup or "", match[0], Span(*match.span())
        if kind == "comment":
            return _Token("comment", span, "", self._state)
        if kind == "line_end":
            self._line_end()
            return _Token("sign", span, "", self._state)
        if kind == "sign":
            self._sign(text)
            return _Token("sign", span, "", self._state)
        quotes = "" if kind == "bare" else text[:3] if kind.endswith("3") else text[:1]
        table, key, mode = self._state
        if mode == "key":
            word = text if not quotes else unquote(text, 0)[0] if len(text) > 1 else ""
            self._add(word)
            return _Token("key", span, quotes, _State((*table, *self._names[:-1]), word, "key"))
        state = self._state
        self._state = _State(table, key, "done")
        return _Token("value", span, quotes, state)

    def _add(self, word: str) -> None:
        """One more word of a dotted key, which goes no deeper than rule files do."""
        if self._names and not (self._is_dotted and len(self._names) < MAX_DEPTH):
            self._names.pop()
        self._names.append(word)
        self._is_dotted = False

    def _line_end(self) -> None:
        """An inline table ends with its line; a list does not."""
        while self._frames[-1][0] == "inline":
            self._frames.pop()
        if self._frames[-1][0] == "top":
            self._start_line()
        else:
            _, table, key = self._frames[-1]
            if self._state.mode != "value" or self._state.table != table:
                self._state = _State(table, key, "value")

    def _sign(self, sign: str) -> None:
        table, key, mode = self._state
        frame, outer, outer_key = self._frames[-1]
        match sign:
            case "=" if mode == "key" and self._names:
                inner = (*table, *self._names[:-1])
                self._state, self._names = _State(inner, self._names[-1], "value"), []
            case ".":
                self._is_dotted = True
            case "[" | "{" if mode == "value" and len(self._frames) > MAX_DEPTH:
                self._state = _State(table, key, "done")
            case "[" if mode == "value":
                self._frames.append(("array", table, key))
            case "{" if mode == "value":
                self._frames.append(("inline", (*table, key), ""))
                self._state, self._names = _State((*table, key), "", "key"), []
            case "]" if frame == "array":
                self._frames.pop()
                self._state = _State(outer, outer_key, "done")
            case "}" if frame == "inline":
                self._frames.pop()
                is_array = self._frames[-1][0] == "array"
                below = self._frames[-1] if is_array else ("", outer[:-1], outer[-1])
                self._state = _State(below[1], below[2], "done")
            case "," if frame == "array":
                self._state = _State(outer, outer_key, "value")
            case "," if frame == "inline":
                self._state, self._names = _State(outer, "", "key"), []
