"""What the word at a cursor names.

In: a file as it stands, an offset, and the index. Out: a `Target`, or None.

A word is looked at where it stands, so the same letters are a fact in a condition, a code in a list
of overrides, and nothing in a description.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, TypeAlias

from rulec.lints.catalogue import rule_of
from rulec.lsp.cursor import Cursor, Outline
from rulec.lsp.index import Index
from rulec.lsp.partial import Token, tokens
from rulec.lsp.roles import Role, role_of
from rulec.source import Excerpt, Span
from rulec.vocabulary.name import METHODS

__all__ = ["Sort", "Target", "target", "targets_in"]

Sort: TypeAlias = Literal[
    "entity",
    "fact",
    "define",
    "definition",
    "point",
    "ability",
    "scenario",
    "lint",
    "key",
]


class Target(NamedTuple):
    """A name, and where it stands."""

    sort: Sort
    name: str
    """A fact's is `entity.fact`."""
    span: Span
    """In code points of the file."""


_LINT: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]+")


def target(kind: str, outline: Outline, at: int, index: Index) -> Target | None:
    """What stands at an offset of a file of this kind."""
    cursor = outline.at(at)
    match cursor.kind:
        case "comment":
            return _in_comment(outline, cursor, at)
        case "header":
            return _in_header(kind, cursor, index)
        case "key":
            return _key(kind, cursor)
        case "value":
            return _value(kind, outline, cursor, at, index)
    return None


def targets_in(text: Excerpt, index: Index) -> list[Target]:
    """Every entity, fact and named condition in a condition, in its order."""
    found: list[Target] = []
    words = [token for token in tokens(text.text) if token.kind != "comment"]
    for number, token in enumerate(words):
        named = _named(text, words, number, index) if token.kind == "name" else None
        if named is not None:
            found.append(named)
    return found


def _in_comment(outline: Outline, cursor: Cursor, at: int) -> Target | None:
    """A code or a name of a lint in a comment that suppresses it."""
    text = outline.text[slice(*cursor.span)]
    opened, closed = text.find("["), text.find("]")
    if "rulec" not in text or opened < 0:
        return None
    for match in _LINT.finditer(text, opened, len(text) if closed < 0 else closed):
        start, end = (cursor.span.start + place for place in match.span())
        if start <= at <= end and rule_of(match[0]) is not None:
            return Target("lint", match[0], Span(start, end))
    return None


def _in_header(kind: str, cursor: Cursor, index: Index) -> Target | None:
    match kind, cursor.table:
        case "vocabulary", ("entity", entity, "facts", fact):
            return Target("fact", f"{entity}.{fact}", cursor.span)
        case "vocabulary", ("entity", entity, *_):
            return Target("entity", entity, cursor.span)
        case "columns", ("column", fact) if index.fact(fact) is not None:
            return Target("fact", fact, cursor.span)
    if not cursor.table:
        return None
    return Target("key", ".".join(cursor.table), cursor.span)


def _key(kind: str, cursor: Cursor) -> Target | None:
    if not cursor.key:
        return None
    match kind, cursor.table:
        case "vocabulary", ("entity", entity, "facts"):
            return Target("fact", f"{entity}.{cursor.key}", cursor.span)
        case "vocabulary", ("define",):
            return Target("define", cursor.key, cursor.span)
        case "columns", ("column",):
            return Target("fact", cursor.key, cursor.span)
    return Target("key", ".".join((*cursor.table, cursor.key)), cursor.span)


def _value(kind: str, outline: Outline, cursor: Cursor, at: int, index: Index) -> Target | None:
    if not cursor.quotes:
        return None
    role = role_of(kind, cursor.table, cursor.key)
    if role is Role.CONDITION:
        inside = targets_in(outline.string(cursor), index)
        return next((one for one in inside if one.span.start <= at <= one.span.end), None)
    word = outline.text[slice(*cursor.span)]
    sort = _sort_of(role, kind, cursor, word, index)
    if role is Role.OWN_TAGS:
        word = f"{cursor.table[1]}.{word}"
    return None if sort is None else Target(sort, word, cursor.span)


def _sort_of(role: Role, kind: str, cursor: Cursor, word: str, index: Index) -> Sort | None:
    """What a word of a role names."""
    if role.is_code:
        return "definition"
    match role:
        case Role.POINT:
            return "ability" if word in index.abilities else "point"
        case Role.CODE if kind == "platform":
            return "point" if cursor.table[-1:] == ("point",) else "ability"
        case Role.CODE:
            return "definition"
        case Role.SCENARIO:
            return "scenario"
        case Role.ID | Role.TAGS | Role.OWN_TAGS:
            return "fact"
        case Role.LINT:
            return "lint"
    return None


def _named(text: Excerpt, words: list[Token], number: int, index: Index) -> Target | None:
    """What a name in a condition stands for."""
    token = words[number]
    before = words[number - 1].text if number else ""
    after = words[number + 1].text if number + 1 < len(words) else ""
    span = text.where(token.span).span
    if before != ".":
        if after == ".":
            return Target("entity", token.text, span)
        is_named = token.text in index.vocabulary.defines
        return Target("define", token.text, span) if is_named else None
    if number < 2 or words[number - 2].kind != "name":
        return None
    entity = words[number - 2].text
    if number > 2 and words[number - 3].text == ".":
        return None
    known = index.vocabulary.entities.get(entity)
    is_short = token.text in METHODS and known is not None and token.text not in known.facts
    name = known.contains if is_short and known and known.contains else token.text
    return Target("fact", f"{entity}.{name}", span)
