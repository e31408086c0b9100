"""A syntax error on its way to the user, and the words and brackets around a place of a text.

In: a text and an offset. Out: what stands there. Used by those who explain mistakes.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from rulec.source import Span

__all__ = [
    "COMPARE",
    "FACT",
    "OPERAND",
    "SCAN",
    "VALUE",
    "Changes",
    "SyntaxProblem",
    "open_bracket",
    "sign_at",
    "word_at",
]


Changes: TypeAlias = tuple[tuple[Span, str], ...]
"""Spans of a condition, and what belongs there."""


class SyntaxProblem(Exception):
    """The first thing that is wrong with a condition; `changes` would repair it."""

    def __init__(
        self,
        code: str,
        message: str,
        span: Span,
        help: str | None = None,
        changes: Changes = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.help = help
        self.changes = changes


SCAN: Final = re.compile(
    r"""//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|[()\[\]]"""
)
FACT: Final = r"[A-Za-z_]\w*\s*\.\s*[A-Za-z_]\w*"
VALUE: Final = r"(?:-?[0-9][0-9_]*(?:\.[0-9]+)?|\"[^\"\n]*\"|'[^'\n]*')"
_ANY: Final = (
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})"
    r"|-?[0-9][0-9_]*+(?:\.[0-9]+)?"
    r"""|"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+')"""
)
OPERAND: Final = re.compile(
    rf"(?:\[\s*+(?:{_ANY}\s*+(?:,\s*+{_ANY}\s*+)*+(?:,\s*+)?)?\]"
    rf"|{_ANY}\s*+\.\.=?\s*+(?:{_ANY})?|\.\.=?\s*+{_ANY}|{_ANY})"
    r"(?=\s*+(?:[)&|]|//|/\*|$))"
)
"""The whole of what stands right of an operator: a value, a list or a range."""
COMPARE: Final = r"(?:[=!]=|[<>]=?)"


def word_at(text: str, at: int) -> str:
    """The word at a place, or nothing."""
    match = re.compile(r"\w+").match(text, at)
    return match.group() if match else ""


def open_bracket(text: str, end: int) -> int | None:
    """Where the innermost bracket that is still open before `end` stands."""
    opened: list[int] = []
    for match in SCAN.finditer(text, 0, end):
        if match.group() in "([":
            opened.append(match.start())
        elif match.group() in ")]" and opened:
            opened.pop()
    return opened[-1] if opened else None


def sign_at(text: str, at: int) -> str:
    """The sign at a place."""
    match = re.compile(r"\|\||&&|[=!<>]=|\.\.=?").match(text, at)
    return match.group() if match else text[at]
