"""A TOML file as values and as places.

In: a file's text. Out: a `Document` (`tomllib`'s values, and where each of them stands), or one
`Diagnostic` that says why the file is no TOML.

Places cost ten times what values cost, and a clean rule set asks for none. So every `Where` and
every `Excerpt` made here finds its offsets on first use: the file's `Places` are then made once,
by one walk over the syntax tree of tree-sitter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, overload

from rulec.diagnostic import Diagnostic
from rulec.limits import MAX_DEPTH, MAX_FILE_BYTES
from rulec.places import Block, Keys, Places
from rulec.source import Excerpt, Source, Span, Where

__all__ = ["Block", "Document", "Keys", "Table"]


class Document:
    """One TOML file: `values` as plain Python, and the way back to the text.

    A place that cannot be found is answered by the nearest thing around it.
    """

    def __init__(self, source: Source, values: dict[str, Any]) -> None:
        self.source = source
        self.values = values
        self._places = Places(source)

    @classmethod
    def parse(cls, source: Source) -> Document | Diagnostic:
        """Read a text as TOML.

        >>> Document.parse(Source("a.toml", "x = 1")).values
        {'x': 1}
        >>> str(Document.parse(Source("a.toml", "x = ")))
        'a.toml:1:5: error[SYN009]: invalid value'
        """
        if len(source.text) > MAX_FILE_BYTES:
            return _too_large(source, f"the file is larger than {MAX_FILE_BYTES:,} bytes")
        try:
            values = tomllib.loads(source.text)
        except tomllib.TOMLDecodeError as error:
            return _not_toml(source, str(error))
        except RecursionError:
            return _too_deep(source)
        except ValueError:
            # Python itself refuses an int of thousands of digits, without a place.
            message = "a number of the file has too many digits"
            return Diagnostic("SYN009", message, Where(source, Span(0, 0)))
        return _too_deep(source) if _is_deep(values) else cls(source, values)

    @classmethod
    def decode(cls, path: str, data: bytes) -> Document | Diagnostic:
        """Read a file's bytes as TOML; `path` is how the file is shown.

        >>> str(Document.decode("a.toml", b"x = '\\xff'"))
        'a.toml:1:6: error[SYN009]: the file is not UTF-8'
        """
        if len(data) > MAX_FILE_BYTES:
            source = Source(path, "")
            return _too_large(source, f"the file is larger than {MAX_FILE_BYTES:,} bytes")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            # Characters that replace bytes keep the line readable, and this is its first.
            source = Source(path, data.decode("utf-8", "replace"))
            start = len(data[: error.start].decode("utf-8"))
            where = Where(source, Span(start, start + 1))
            return Diagnostic("SYN009", "the file is not UTF-8", where, "save it as UTF-8")
        return cls.parse(Source(path, text))

    def table(self, *keys: str | int) -> Table:
        """The table at `keys`; the whole file without any.

        The table must exist.
        """
        values: Any = self.values
        for key in keys:
            values = values[key]
        return Table(self, keys, values)

    def where(self, keys: Keys) -> Where:
        """The value at `keys`: ("business", 3, "bind", 0, "point"), say."""
        return Where(self.source, partial(self._places.value, keys))

    def where_key(self, keys: Keys) -> Where:
        """The key at `keys`, or the name in the table's header."""
        return Where(self.source, partial(self._places.key, keys))

    def blocks(self) -> Sequence[Block]:
        """Comments, keys on lines of their own, and tables, in the file's order."""
        return self._places.blocks

    def block(self, keys: Keys) -> Block | None:
        """The table with these keys and everything below its header, if it has one."""
        return self._places.tables.get(keys)

    def pairs(self, keys: Keys) -> Sequence[Block]:
        """The keys on lines of their own of one table; no keys are the file itself."""
        return self._places.pairs(keys)

    def table_at(self, where: Where) -> Keys:
        """The innermost table around a place; no keys are the file itself."""
        return self._places.table_at(where.span.start)

    def excerpt(self, keys: Keys) -> Excerpt:
        """The string at `keys`, each character with its place; it must be a string."""
        text: Any = self.values
        for key in keys:
            text = text[key]
        return Excerpt(self.source, text, _LazyOffsets(self._places, keys, text))


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a document, by the keys that lead to it."""

    document: Document
    keys: Keys
    values: dict[str, Any]

    def where(self, *keys: str | int) -> Where:
        return self.document.where(self.keys + keys)

    def where_key(self, *keys: str | int) -> Where:
        return self.document.where_key(self.keys + keys)

    def excerpt(self, *keys: str | int) -> Excerpt:
        return self.document.excerpt(self.keys + keys)

    def table(self, *keys: str | int) -> Table:
        """A table inside this one; it must exist."""
        return self.document.table(*self.keys, *keys)


class _LazyOffsets(Sequence[int]):
    """The offsets of an excerpt, made when the first is read."""

    __slots__ = ("_keys", "_made", "_places", "_text")

    def __init__(self, places: Places, keys: Keys, text: str) -> None:
        self._places = places
        self._keys = keys
        self._text = text
        self._made: Sequence[int] | None = None

    def __len__(self) -> int:
        return len(self._text) + 1

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if self._made is None:
            self._made = self._places.characters(self._keys, self._text)
        return self._made[index]


def _is_deep(values: dict[str, Any]) -> bool:
    """Whether tables and lists stand deeper than `MAX_DEPTH` inside each other."""
    level: list[dict[str, Any] | list[Any]] = [values]
    for _ in range(MAX_DEPTH):
        inner: list[dict[str, Any] | list[Any]] = []
        for outer in level:
            items = outer.values() if isinstance(outer, dict) else outer
            inner.extend(item for item in items if isinstance(item, (dict, list)))
        if not inner:
            return False
        level = inner
    return True


def _too_large(source: Source, message: str) -> Diagnostic:
    return Diagnostic("SYN007", message, Where(source, Span(0, 0)), "split it into several files")


def _too_deep(source: Source) -> Diagnostic:
    message = f"tables or lists are nested deeper than {MAX_DEPTH}"
    return Diagnostic("SYN007", message, Where(source, Span(0, 0)))


_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_NAMES: Final = re.compile(r"\((?:'[^']*',? ?)+\)")
_PLAINER: Final = {
    "cannot overwrite a value": "the key is defined twice",
    r"illegal character `\n`": "the string is not closed",
    r"found invalid character `\n`": "the string is not closed",
    "expected `'`": "the string is not closed",
    "expected `'''`": "the string is not closed",
    "unterminated string": "the string is not closed",
}
_QUOTED: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def _not_toml(source: Source, message: str) -> Diagnostic:
    """What `tomllib` said, as a finding.

    The message carries the place in every Python; the attributes are newer.
    """
    place = _PLACE.search(message)
    offset = len(source.text)
    if place and place[1]:
        after = source.text.split("\n", int(place[1]) - 1)[-1]
        offset += int(place[2]) - 1 - len(after)
    phrase = message[: place.start()] if place else message
    phrase = _NAMES.sub(lambda m: "`" + ".".join(re.findall(r"'([^']*)'", m[0])) + "`", phrase)
    phrase = _QUOTED.sub(lambda m: f"`{m[1] or m[2] or ''}`", phrase)
    phrase = phrase[:1].lower() + phrase[1:]
    phrase = _PLAINER.get(phrase, phrase)
    has_mark = source.text.startswith("\ufeff")
    advice = "save the file without a byte order mark" if has_mark else None
    where = Where(source, Span(offset, min(offset + 1, len(source.text))))
    return Diagnostic("SYN009", phrase, where, advice)
