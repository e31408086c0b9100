"""Where a name is defined, and where it is used.

In: a target and the index. Out: places, in the texts as they were last read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rulec.document import Document, Keys
from rulec.lsp.cursor import Names
from rulec.lsp.index import Index
from rulec.lsp.roles import Role, kind_of_file, role_of
from rulec.lsp.target import Target, targets_in
from rulec.source import Where

__all__ = ["declaration", "mentions", "strings_in"]


def declaration(found: Target, index: Index) -> Where | None:
    """Where a name is given to what it names."""
    name = found.name
    match found.sort:
        case "fact":
            fact = index.fact(name)
            return fact.where if fact else None
        case "entity":
            entity = index.vocabulary.entities.get(name)
            return entity.where if entity else None
        case "define":
            text = index.vocabulary.defines.get(name)
            document = index.documents.get(text.source.path) if text else None
            return document.where_key(("define", name)) if document else None
        case "definition":
            definition = index.definitions.get(name)
            return definition.where if definition else None
        case "point":
            point = index.points.get(name)
            return point.where if point else None
        case "ability":
            ability = index.abilities.get(name)
            return ability.where if ability else None
        case "scenario":
            return _scenario(name, index)
    return None


def _scenario(name: str, index: Index) -> Where | None:
    for document in index.documents.values():
        words = document.values.get("scenarios")
        if isinstance(words, list) and name in words:
            return document.where(("scenarios", words.index(name)))
    return None


def mentions(found: Target, index: Index, only: str | None = None) -> Iterator[Where]:
    """Where a name is used, its declaration left out; `only` is one file, as findings show it."""
    shown = Path(index.subject.shown)
    for path, document in sorted(index.documents.items()):
        kind = kind_of_file(Path(path), shown)
        if kind is not None and only in (None, path):
            yield from _mentions(found, kind, document, index)


def _mentions(found: Target, kind: str, document: Document, index: Index) -> Iterator[Where]:
    for keys, text in strings_in(document.values):
        names = tuple(key for key in keys if isinstance(key, str))
        role = role_of(kind, names[:-1], names[-1])
        if role is Role.CONDITION:
            if found.name.rpartition(".")[2] in text or found.sort == "fact":
                yield from _in_condition(found, document, keys, index)
        elif _is_named(found, role, names, text):
            yield document.where(keys)
    if (
        kind == "columns"
        and found.sort == "fact"
        and found.name in document.values.get("column", ())
    ):
        yield document.where_key(("column", found.name))


def _in_condition(found: Target, document: Document, keys: Keys, index: Index) -> Iterator[Where]:
    for one in targets_in(document.excerpt(keys), index):
        if (one.sort, one.name) == (found.sort, found.name):
            yield Where(document.source, one.span)


def _is_named(found: Target, role: Role, names: Names, text: str) -> bool:
    """Whether a value of a role names what was found."""
    match found.sort:
        case "definition":
            return role.is_code and text == found.name
        case "point" | "ability":
            return role is Role.POINT and text == found.name
        case "scenario":
            return role is Role.SCENARIO and text == found.name
        case "fact" if role is Role.OWN_TAGS:
            return f"{names[1]}.{text}" == found.name
        case "fact":
            return role in (Role.ID, Role.TAGS) and text == found.name
    return False


def strings_in(values: dict[str, Any]) -> Iterator[tuple[Keys, str]]:
    """Every string of a file with the way to it, in the file's order."""
    pending: list[tuple[Keys, Any]] = [((), values)]
    while pending:
        keys, value = pending.pop()
        if isinstance(value, str) and keys:
            yield keys, value
        elif isinstance(value, dict):
            pending += [((*keys, key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            pending += [((*keys, n), value[n]) for n in range(len(value) - 1, -1, -1)]
