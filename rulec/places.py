"""Where the keys and values of a TOML file stand in its text.

In: a text `tomllib` has accepted. Out: spans by path of keys, and the offset of every character
of a string.

tree-sitter gives the syntax tree; walks without recursion turn it into an index from paths to
spans, table by table as they are asked for. tree-sitter counts bytes of UTF-8, people count
characters: the positions of continuation bytes convert one to the other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeAlias

import tree_sitter
import tree_sitter_toml

from rulec.source import Source, Span

__all__ = ["Block", "Keys", "Places"]

Keys: TypeAlias = tuple[str | int, ...]
"""A path into a document: names of keys, and numbers of list elements."""


class _Spot(NamedTuple):
    """What stands at a path, in bytes: its key, and its value (a table's: its header)."""

    key: Span
    value: Span


class Block(NamedTuple):
    """A comment, a key with its value, or a table with everything below its header.

    A comment has no keys. A table ends where the next one starts that does not lie inside it.
    """

    kind: Literal["comment", "pair", "table"]
    keys: Keys
    span: Span


class Places:
    """The places of one file; nothing is computed before the first question."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def key(self, keys: Keys) -> Span:
        """The span of the key, or of the nearest thing around it."""
        _, spot = self._nearest(keys)
        return self._characters(spot.key)

    def value(self, keys: Keys) -> Span:
        """The span of the value, or of the key of the nearest thing around it."""
        is_exact, spot = self._nearest(keys)
        return self._characters(spot.value if is_exact else spot.key)

    def characters(self, keys: Keys, text: str) -> Sequence[int]:
        """The offset of each character of the string at `keys`, and of its end.

        `text` is the string as `tomllib` reads it. Should the syntax tree see another string, every
        character stands where the value starts.
        """
        span = self.value(keys)
        decoded, offsets = unquote(self.source.text[span.start : span.end], span.start)
        if decoded == text:
            return offsets
        return [*[span.start] * len(text), span.end]

    @cached_property
    def blocks(self) -> Sequence[Block]:
        """Comments, the keys that stand on lines of their own, and tables, in the file's order."""
        found = [*self._index.tables, *self._index.all_pairs(), *_comments(self._root)]
        return [self._block(block) for block in sorted(found, key=lambda block: block.span)]

    @cached_property
    def tables(self) -> Mapping[Keys, Block]:
        """The tables that have a header, by their keys, in the file's order."""
        found = sorted(self._index.tables, key=lambda block: block.span)
        return {block.keys: self._block(block) for block in found}

    def pairs(self, keys: Keys) -> Sequence[Block]:
        """The keys on lines of their own of one table."""
        return [self._block(block) for block in self._index.pairs(keys)]

    def table_at(self, offset: int) -> Keys:
        """The innermost table around a place; no keys are the file itself."""
        number = bisect_right(self._starts, offset) - 1
        return () if number < 0 else self._headers[number]

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [block.span.start for block in self.tables.values()]

    @cached_property
    def _headers(self) -> Sequence[Keys]:
        return list(self.tables)

    def _nearest(self, keys: Keys) -> tuple[bool, _Spot]:
        self._index.look_at(keys)
        for n_keys in range(len(keys), 0, -1):
            spot = self._index.spots.get(keys[:n_keys])
            if spot is not None:
                return n_keys == len(keys), spot
        return True, _Spot(Span(0, 0), Span(0, 0))

    def _block(self, block: Block) -> Block:
        return Block(block.kind, block.keys, self._characters(block.span))

    def _characters(self, span: Span) -> Span:
        start, end = (at - bisect_left(self._continuations, at) for at in span)
        return Span(start, end)

    @cached_property
    def _bytes(self) -> bytes:
        return self.source.text.encode("utf-8", "surrogatepass")

    @cached_property
    def _continuations(self) -> list[int]:
        if self.source.text.isascii():
            return []
        return [found.start() for found in re.finditer(rb"[\x80-\xbf]", self._bytes)]

    @cached_property
    def _index(self) -> _Index:
        return _Index(self._bytes, self._root)

    @cached_property
    def _root(self) -> tree_sitter.Node:
        language = tree_sitter.Language(tree_sitter_toml.language())
        return tree_sitter.Parser(language).parse(self._bytes).root_node


class _Index:
    """Where everything stands, in bytes: headers at once, what is below one when it is looked at.

    Few tables of a file have a finding, and most of it is what stands below headers.
    """

    def __init__(self, text: bytes, document: tree_sitter.Node) -> None:
        self._text = text
        self._lengths: dict[Keys, int] = {}
        self._below_headers: dict[Keys, list[tree_sitter.Node]] = {(): []}
        """Of each table that nobody has looked at: its node, or, of the file, its pairs."""
        self._pair_blocks: dict[Keys, Sequence[Block]] = {}
        self.spots: dict[Keys, _Spot] = {}
        """What stands where, headers and the tables looked at."""
        self.tables: list[Block] = []
        starts: list[tuple[Keys, int]] = []
        for node in document.named_children:
            match node.type:
                case "pair":
                    self._below_headers[()].append(node)
                case "table" | "table_array_element":
                    self._table(node, starts)
        self._close_tables(starts, document.end_byte)

    def look_at(self, keys: Keys) -> None:
        """Learn what stands in the tables around a path."""
        for n_keys in range(len(keys) + 1):
            table = keys[:n_keys]
            nodes = self._below_headers.pop(table, None)
            if nodes is not None:
                if table:
                    nodes = [child for child in nodes[0].named_children if child.type == "pair"]
                self._pairs(table, nodes)

    def pairs(self, keys: Keys) -> Sequence[Block]:
        """The pairs of one table."""
        self.look_at(keys)
        return self._pair_blocks.get(keys, ())

    def all_pairs(self) -> Iterator[Block]:
        """The pairs of every table."""
        for keys in list(self._below_headers):
            self.look_at(keys)
        for blocks in self._pair_blocks.values():
            yield from blocks

    def _close_tables(self, starts: Sequence[tuple[Keys, int]], end: int) -> None:
        """Add the block of each table; those that are open lie inside each other."""
        still_open: list[tuple[Keys, int]] = []
        for keys, start in [*starts, ((), end)]:
            while still_open and keys[: len(still_open[-1][0])] != still_open[-1][0]:
                inner, begin = still_open.pop()
                self.tables.append(Block("table", inner, Span(begin, start)))
            still_open.append((keys, start))

    def _table(self, node: tree_sitter.Node, starts: list[tuple[Keys, int]]) -> None:
        if not node.named_child_count:
            return
        header = node.named_child(0)
        keys = self._below((), header)
        children = (node.child(number) for number in range(node.child_count))
        closing = next((child for child in children if child.type in ("]", "]]")), header)
        spot = _Spot(_span(header), Span(node.start_byte, closing.end_byte))
        if node.type == "table_array_element":
            self.spots.setdefault(keys, spot)
            number = self._lengths.get(keys, 0)
            self._lengths[keys] = number + 1
            keys = (*keys, number)
        starts.append((keys, node.start_byte))
        self.spots[keys] = spot
        self._below_headers[keys] = [node]

    def _below(self, keys: Keys, name: tree_sitter.Node) -> Keys:
        """The path a dotted name leads to; what it passes gets a place, arrays their last table."""
        parts = list(_parts(name))
        for part in parts[:-1]:
            outer, keys = keys, (*keys, self._word(part))
            if keys not in self.spots:
                self.look_at(outer)  # a dotted key before it may have named the same
                self.spots.setdefault(keys, _Spot(_span(part), _span(part)))
            if keys in self._lengths:
                keys = (*keys, self._lengths[keys] - 1)
        return (*keys, self._word(parts[-1])) if parts else keys

    def _pairs(self, keys: Keys, pairs: list[tree_sitter.Node]) -> None:
        """Everything that the pairs of one table say, inline tables and lists included."""
        self._pair_blocks[keys] = [Block("pair", keys, _span(pair)) for pair in pairs]
        pending = [(keys, pair) for pair in reversed(pairs)]
        while pending:
            keys, node = pending.pop()
            children = [child for child in node.named_children if child.type != "comment"]
            if len(children) < 2:
                continue
            name, value = children[0], children[-1]
            keys = self._below(keys, name)
            spot = _Spot(_span(name), _span(value))
            values = [(keys, spot, value)]
            while values:
                keys, spot, value = values.pop()
                self.spots[keys] = spot
                if value.type == "inline_table":
                    inner = (child for child in value.named_children if child.type == "pair")
                    pending.extend((keys, pair) for pair in inner)
                elif value.type == "array":
                    items = (item for item in value.named_children if item.type != "comment")
                    for number, item in enumerate(items):
                        values.append(((*keys, number), _Spot(_span(item), _span(item)), item))

    def _word(self, part: tree_sitter.Node) -> str:
        text = self._text[part.start_byte : part.end_byte].decode("utf-8", "replace")
        return unquote(text, 0)[0] if part.type == "quoted_key" else text


def _comments(root: tree_sitter.Node) -> Iterator[Block]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "comment":
            yield Block("comment", (), _span(node))
        pending.extend(node.named_children)


def _span(node: tree_sitter.Node) -> Span:
    return Span(node.start_byte, node.end_byte)


def _parts(name: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The words of a name, from the left; a dotted name nests to the left."""
    pending = [name]
    while pending:
        node = pending.pop()
        if node.type == "dotted_key":
            pending.extend(reversed(node.named_children))
        else:
            yield node


_FIRST_LINE_END: Final = re.compile(r"\r?\n")
_LINE_END: Final = re.compile(r"(?P<line_end>\r\n)|(?P<plain>.)", re.DOTALL)
_PIECE: Final = re.compile(
    r"""(?P<joined> \\ [ \t]* \r?\n (?: [ \t\n] | \r\n )* )
      | \\ (?: U (?P<hex8> [0-9A-Fa-f]{8} )
             | u (?P<hex4> [0-9A-Fa-f]{4} )
             | x (?P<hex2> [0-9A-Fa-f]{2} )
             | (?P<letter> . ) )
      | (?P<line_end> \r\n )
      | (?P<plain> . )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def unquote(raw: str, start: int) -> tuple[str, Sequence[int]]:
    r"""The text of a quoted TOML string that stands at `start`, and where each character stands.

    The offsets have one element more than the text: its end, before the closing quotes.

    >>> unquote(r'"a\tb"', 10)
    ('a\tb', [11, 12, 14, 15])
    """
    n_quotes = 3 if raw[:3] in ('"""', "'''") and len(raw) >= 6 else 1
    begin, end = n_quotes, len(raw) - n_quotes
    if n_quotes == 3 and (first := _FIRST_LINE_END.match(raw, begin, end)):
        begin = first.end()
    body = raw[begin:end]
    is_literal = raw[:1] == "'"
    if "\r" not in body and (is_literal or "\\" not in body):
        return body, range(start + begin, start + begin + len(body) + 1)
    pattern = _LINE_END if is_literal else _PIECE
    characters: list[str] = []
    offsets: list[int] = []
    for piece in pattern.finditer(body):
        if piece.lastgroup != "joined":
            characters.append(_character(piece))
            offsets.append(start + begin + piece.start())
    return "".join(characters), [*offsets, start + begin + len(body)]


def _character(piece: re.Match[str]) -> str:
    """The one character a piece of a string stands for."""
    text = piece[piece.lastgroup or 0]
    match piece.lastgroup:
        case "hex8" | "hex4" | "hex2":
            # A number past the last character cannot pass `tomllib`; the text then differs anyway.
            return chr(min(int(text, 16), 0x10FFFF))
        case "letter":
            return _ESCAPES.get(text, text)
        case "line_end":
            return "\n"
    return text
