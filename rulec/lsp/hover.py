"""What there is to say about the word at a cursor.

In: a file as it stands, an offset, and the index. Out: Markdown, and the span it is about.
"""

from __future__ import annotations

from rulec.lints.catalogue import rule_of
from rulec.lsp import prose
from rulec.lsp.cursor import Outline
from rulec.lsp.index import Index
from rulec.lsp.roles import keys_of
from rulec.lsp.target import Target, target
from rulec.source import Span

__all__ = ["hover"]


def hover(kind: str, outline: Outline, at: int, index: Index) -> tuple[str, Span] | None:
    """The words about what stands at an offset of a file of this kind."""
    found = target(kind, outline, at, index)
    if found is None:
        return None
    words = _key(kind, found) if found.sort == "key" else _words(found, index)
    return None if words is None else (words, found.span)


def _words(found: Target, index: Index) -> str | None:
    name = found.name
    match found.sort:
        case "fact":
            fact = index.fact(name)
            return prose.fact(index, fact) if fact else None
        case "entity":
            entity = index.vocabulary.entities.get(name)
            return prose.entity(entity) if entity else None
        case "define":
            return prose.named(index, name)
        case "definition":
            definition = index.definitions.get(name)
            return prose.definition(index, definition) if definition else None
        case "point":
            point = index.points.get(name)
            return prose.point(index, point) if point else None
        case "ability":
            return prose.ability(index, name)
        case "lint":
            rule = rule_of(name)
            return prose.lint(rule) if rule else None
    return None


def _key(kind: str, found: Target) -> str | None:
    """What the schema says of a key."""
    *table, key = found.name.split(".")
    said = keys_of(kind, tuple(table)).get(key, {}).get("description")
    return f"**{key}** — {said}" if said else None
