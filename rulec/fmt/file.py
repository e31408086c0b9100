"""One file of a rule set: its conditions in style, every other byte as it was.

In: a document and its text. Out: the new text, and findings about conditions that do not parse,
which stay as they are.

A condition is put back into the string it came from. Tokens keep their own text of the file, so no
escape is ever added or lost; only a string of several lines may be broken into lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rulec.diagnostic import Diagnostic
from rulec.document import Document, Keys
from rulec.fmt.condition import INDENT, format_condition, pieces_of
from rulec.source import Span
from rulec.syntax.parse import parse

__all__ = ["condition_keys", "format_changes", "format_document"]

_CONDITIONS: Final = ("identity", "condition")


def format_document(document: Document) -> tuple[str, list[Diagnostic]]:
    """The text of a vocabulary, or of a file of businesses or products, in style."""
    text = document.source.text
    changes, findings = format_changes(document)
    parts: list[str] = []
    at = 0
    for (start, end), new in changes:
        parts += text[at:start], new
        at = end
    return "".join((*parts, text[at:])), findings


def format_changes(document: Document) -> tuple[list[tuple[Span, str]], list[Diagnostic]]:
    """The strings that are not in style, in the file's order, each with what shall stand there."""
    text = document.source.text
    findings: list[Diagnostic] = []
    changes: list[tuple[Span, str]] = []
    for keys in condition_keys(document):
        _, found = parse(document.excerpt(keys))
        findings += found
        if not found:
            span = document.where(keys).span
            written = text[slice(*span)]
            formatted = _formatted(document, keys, written)
            if formatted != written:
                changes.append((span, formatted))
    return sorted(changes), findings


def condition_keys(document: Document) -> Iterator[Keys]:
    """Where the conditions of a file stand."""
    values = document.values
    for key in _CONDITIONS:
        if isinstance(values.get(key), str):
            yield (key,)
    for table in ("business", "product"):
        for number, inner in _tables(values.get(table)):
            yield from ((table, number, k) for k in _CONDITIONS if isinstance(inner.get(k), str))
    define = values.get("define")
    for name, condition in define.items() if isinstance(define, dict) else ():
        if isinstance(condition, str):
            yield ("define", name)
    for number, assumption in _tables(values.get("assume")):
        implies = assumption.get("implies")
        for place, condition in enumerate(implies if isinstance(implies, list) else ()):
            if isinstance(condition, str):
                yield ("assume", number, "implies", place)


def _tables(value: object) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield number, item


def _formatted(document: Document, keys: Keys, raw: str) -> str:
    """The TOML string `raw` with its condition in style."""
    has_lines = raw[:3] in ("'''", '"""')
    quotes = raw[: 3 if has_lines else 1]
    pieces = pieces_of(document.excerpt(keys), has_quotes=quotes != '"')
    body = raw[len(quotes) :]
    line_end = "\r\n" if "\r\n" in document.source.text else "\n"
    starts_below = has_lines and body.startswith(("\n", "\r\n"))
    column = len(INDENT) if starts_below else document.where(keys).position.column + 2
    lines = format_condition(pieces, column, has_lines)
    if len(lines) == 1 and not starts_below:
        return f"{quotes}{lines[0]}{quotes}"
    lines = [f"{INDENT}{line}" for line in lines]
    return line_end.join((quotes, *lines, quotes))
