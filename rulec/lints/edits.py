"""Edits of rule files: a table taken out, a key or a table put in; every other byte stays.

In: a `Document`, and the place of something in it. Out: an `Edit`; None where the file is written
in a way that has no room for it, or where a comment would go with what goes.
"""

from __future__ import annotations

import re

from rulec.document import Block, Document, Keys
from rulec.source import Edit, Span, Where

__all__ = ["appended", "keys_at", "with_item", "with_key", "without_table"]


def keys_at(document: Document, where: Where) -> Keys:
    """The innermost table that a place lies in; none is the file itself."""
    at = where.span.start
    around = [
        block.keys
        for block in document.blocks()
        if block.kind == "table" and block.span.start <= at < block.span.end
    ]
    return max(around, key=len, default=())


def without_table(document: Document, keys: Keys) -> Edit | None:
    """A table with its header taken out, and the empty lines behind it."""
    block = _table(document, keys)
    if block is None:
        return None
    inside = [
        other
        for other in document.blocks()
        if other.kind == "pair" and other.keys[: len(keys)] == keys
    ]
    text, start = document.source.text, _line_start(document.source.text, block.span.start)
    last = max((other.span.end for other in inside), default=text.find("]", block.span.start))
    end = _line_end(text, last)
    if "#" in re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', "", text[start:end]):
        return None
    while end < len(text) and not text[end : _line_end(text, end)].strip():
        end = _line_end(text, end)
    if end == len(text):
        start = len(text[:start].rstrip()) + 1
    return Edit(Where(document.source, Span(start, end)), "")


def with_key(document: Document, behind: Keys, key: str, value: str) -> Edit | None:
    """A key on a line of its own, behind the line of another one of its table."""
    start, end = document.where(behind).span
    pairs = (b for b in document.blocks() if b.kind == "pair" and b.keys == behind[:-1])
    if not any(pair.span.start <= start and end <= pair.span.end for pair in pairs):
        return None
    text = document.source.text
    at = _line_end(text, end)
    line = f"{key} = {value}\n"
    if at and text[at - 1] != "\n":
        line = f"\n{key} = {value}"
    return Edit(Where(document.source, Span(at, at)), line)


def with_item(document: Document, keys: Keys, item: str) -> Edit | None:
    """One more item at the end of a list."""
    span = document.where(keys).span
    text = document.source.text[slice(*span)]
    if not (text.startswith("[") and text.endswith("]")) or "#" in text:
        return None
    inner = text[1:-1].rstrip()
    at = span.start + 1 + len(inner)
    comma = "" if not inner.strip() else " " if inner.endswith(",") else ", "
    return Edit(Where(document.source, Span(at, at)), comma + item)


def appended(document: Document, table: str) -> Edit:
    """A table behind everything else."""
    text = document.source.text
    gap = "\n" if not text or text.endswith("\n") else "\n\n"
    return Edit(Where(document.source, Span(len(text), len(text))), f"{gap}{table}\n")


def _table(document: Document, keys: Keys) -> Block | None:
    found = (block for block in document.blocks() if block.kind == "table" and block.keys == keys)
    return next(found, None)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    """Where the next line starts."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1
