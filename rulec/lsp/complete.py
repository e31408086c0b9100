"""What may be written at a cursor in a rule file.

In: the file as it stands, an offset, and the index. Out: `Item`s.

In the string of a condition these are words of the condition language; elsewhere keys of the table,
headers of tables, and what the value of a key may refer to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from rulec.codes import CODES
from rulec.lsp import prose
from rulec.lsp.complete_condition import complete_condition
from rulec.lsp.cursor import Cursor, Outline
from rulec.lsp.index import Index
from rulec.lsp.item import Item, Sort
from rulec.lsp.roles import Role, keys_of, role_of, tables_below
from rulec.ruleset.model import Definition, Lane
from rulec.vocabulary.model import Fact

__all__ = ["complete"]

_TYPES: Final = (
    "flag",
    "tags<int>",
    "tags<string>",
    "enum",
    "int",
    "decimal(2)",
    "string",
    "tree",
    "time",
)
CONDITIONS: Final = ("identity", "condition")
"""Keys of conditions, which hold double quotes themselves."""
FIRST: Final = (
    "code",
    "name",
    "owner",
    "kpi",
    "rank",
    *CONDITIONS,
    "point",
    "implementation",
    "type",
)
"""Keys that most tables have, in the usual order."""
MAX_USED: Final = 100
"""Words that others used under a key, as far as they are offered."""
_LANES: Final = {"business": Lane.BUSINESS, "product": Lane.PRODUCT}


def complete(kind: str, outline: Outline, at: int, index: Index) -> list[Item]:
    """What may stand at an offset of a file of this kind."""
    cursor = outline.at(at)
    found: Iterator[Item] = iter(())
    match cursor.kind:
        case "key":
            keys = _keys(kind, cursor, index)
            found = chain(keys, _headers_instead(kind, cursor, outline, index))
        case "header":
            found = _headers(kind, cursor, outline, index)
        case "value":
            found = _values(kind, cursor, outline, at, index)
    # A string that is not closed yet may go on for lines, and editors replace within one.
    return [one for one in found if "\n" not in outline.text[slice(*one.span)]]


def _keys(kind: str, cursor: Cursor, index: Index) -> Iterator[Item]:
    """The keys of the table that it does not hold yet."""
    if kind == "columns" and cursor.table == ("column",):
        yield from _facts(index, cursor, is_key=True)
        return
    keys = keys_of(kind, cursor.table)
    first = [key for key in FIRST if key in keys]
    for place, key in enumerate(dict.fromkeys([*first, *keys])):
        value = keys[key]
        if key in cursor.keys or not _is_written_here(kind, cursor, key, value):
            continue
        opening, closing = _around(value) if key not in CONDITIONS else ("'", "'")
        text = key if cursor.key else f"{key} = {opening}$0{closing}"
        page = str(value.get("description", ""))
        detail = _kind_of_value(value)
        yield Item(key, "key", text, cursor.span, detail, page, place, not cursor.key, True)


def _is_written_here(kind: str, cursor: Cursor, key: str, value: Mapping[str, Any]) -> bool:
    """Whether a key is written as a key, not as a header, in this table."""
    if "$ref" in value.get("items", ()):
        return False
    return not (key in ("business", "product") and kind in _LANES) and not (
        isinstance(value.get("additionalProperties"), dict) and not cursor.table
    )


def _around(value: Mapping[str, Any]) -> tuple[str, str]:
    """What a value begins and ends with."""
    if "enum" in value or value.get("type") == "string":
        return '"', '"'
    if value.get("type") == "array":
        return "[", "]"
    if value.get("type") == "object" or "$ref" in value:
        return "{ ", " }"
    return "", ""


def _kind_of_value(value: Mapping[str, Any]) -> str:
    if "enum" in value:
        return " | ".join(map(str, value["enum"]))
    kind = value.get("type", "table" if "$ref" in value else "")
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _headers_instead(kind: str, cursor: Cursor, outline: Outline, index: Index) -> Iterator[Item]:
    """Headers, where a line of its own begins."""
    start = outline.text.rfind("\n", 0, cursor.span.start) + 1
    if cursor.quotes or outline.text[start : cursor.span.start].strip():
        return
    if len(cursor.table) > len(cursor.section):
        return
    for place, header in enumerate(_known_headers(kind, outline, index)):
        yield Item(header, "table", header, cursor.span, "table", place=100 + place)


def _headers(kind: str, cursor: Cursor, outline: Outline, index: Index) -> Iterator[Item]:
    """Names of tables behind an opening bracket, with the closing ones that are not there."""
    start, end = cursor.span
    is_closed = outline.text.startswith("]", end)
    brackets = outline.text[:start][-2:].count("[")
    for place, header in enumerate(_known_headers(kind, outline, index)):
        if header.startswith("[[") is (brackets == 2) or is_closed:
            name = header.strip("[]")
            text = name if is_closed else name + "]" * brackets
            yield Item(name, "table", text, cursor.span, "table", place=place)


def _known_headers(kind: str, outline: Outline, index: Index) -> Iterator[str]:
    if kind == "vocabulary":
        for entity in index.vocabulary.entities:
            yield f"[entity.{entity}]"
            yield f"[entity.{entity}.facts]"
        yield from ("[define]", "[[assume]]")
    elif kind == "columns":
        for fact in _all_facts(index):
            yield f'[column."{fact.path}"]'
    else:
        is_many = f"[[{kind}]]" in outline.text
        for header in tables_below(kind):
            is_of_many = header.strip("[]").split(".")[0] == kind
            if kind not in _LANES or is_of_many is is_many or header == f"[[{kind}]]":
                yield header


def _values(kind: str, cursor: Cursor, outline: Outline, at: int, index: Index) -> Iterator[Item]:
    role = role_of(kind, cursor.table, cursor.key)
    if role is Role.CONDITION:
        if cursor.quotes:
            text = outline.string(cursor)
            inside = sum(offset < at for offset in text.offsets)
            yield from complete_condition(text, inside, cursor.quotes, index)
        return
    schema = keys_of(kind, cursor.table).get(cursor.key, {})
    if schema.get("type") == "boolean" and not cursor.quotes:
        for word in ("true", "false"):
            yield Item(word, "value", word, cursor.span)
    for word in schema.get("enum", ()):
        yield _word(cursor, word)
    yield from _referred(kind, role, cursor, index)


def _referred(kind: str, role: Role, cursor: Cursor, index: Index) -> Iterator[Item]:
    """What a value refers to."""
    match role:
        case Role.POINT:
            yield from _points(cursor, index)
        case Role.SCENARIO:
            yield from (_word(cursor, name) for name in index.scenarios)
        case _ if role.is_code:
            yield from _definitions(kind, role, cursor, index)
        case Role.ID:
            yield from _facts(index, cursor, lambda fact: fact.is_id)
        case Role.TAGS:
            yield from _facts(index, cursor, lambda fact: fact.type.is_tags)
        case Role.OWN_TAGS:
            entity = index.vocabulary.entities.get(cursor.table[1])
            facts = entity.facts.values() if entity else ()
            words = (fact.name for fact in facts if fact.type.is_tags)
            yield from (_word(cursor, word, "fact") for word in words)
        case Role.TYPE:
            kinds = dict.fromkeys([*_TYPES, *(fact.type_name for fact in _all_facts(index))])
            yield from (_word(cursor, word, place=n) for n, word in enumerate(kinds))
        case Role.LINT:
            yield from (_word(cursor, code, "code", one.name) for code, one in CODES.items())
        case Role.USED:
            used = index.words.get(cursor.key, [])[:MAX_USED]
            yield from (_word(cursor, word, place=n) for n, word in enumerate(used))


def _points(cursor: Cursor, index: Index) -> Iterator[Item]:
    for point in index.points.values():
        yield _word(cursor, point.code, "point", point.name, prose.point(index, point))
    for code in index.abilities:
        page = prose.ability(index, code) or ""
        yield _word(cursor, code, "point", "every point of the ability", page, 2)


def _definitions(kind: str, role: Role, cursor: Cursor, index: Index) -> Iterator[Item]:
    lane = {
        Role.PRODUCT: Lane.PRODUCT,
        Role.BUSINESS: Lane.BUSINESS,
        Role.SIBLING: _LANES.get(kind),
    }.get(role)
    own = index.definitions.get(cursor.own)
    for one in index.definitions.values():
        if one.code != cursor.own and (lane is None or one.lane is lane):
            place = 1 if role is not Role.SIBLING or _is_rival(own, one) else 2
            detail = f"{one.lane.value}, rank {one.rank:,}"
            yield _word(cursor, one.code, "code", detail, prose.definition(index, one), place)


def _is_rival(own: Definition | None, other: Definition) -> bool:
    """Whether an override between two could say anything."""
    return own is None or own.rank == other.rank


def _all_facts(index: Index) -> Iterator[Fact]:
    for entity in index.vocabulary.entities.values():
        yield from entity.facts.values()


def _facts(
    index: Index,
    cursor: Cursor,
    is_wanted: Callable[[Fact], bool] = lambda _: True,
    *,
    is_key: bool = False,
) -> Iterator[Item]:
    for fact in _all_facts(index):
        if is_wanted(fact):
            page = prose.fact(index, fact)
            item = _word(cursor, fact.path, "fact", fact.type_name, page)
            yield item if not is_key or cursor.quotes else _quoted_key(item)


def _quoted_key(item: Item) -> Item:
    return Item(item.label, item.sort, f'"{item.label}"', item.span, item.detail, item.page)


def _word(
    cursor: Cursor,
    word: str,
    sort: Sort = "value",
    detail: str = "",
    page: str = "",
    place: int = 1,
) -> Item:
    """A word in the quotes that are there, or in new ones."""
    text = word if cursor.quotes else f'"{word}"'
    return Item(word, sort, text, cursor.span, detail, page, place)
