"""What the values of rule files refer to, and which keys a table may hold.

In: the kind of a file, a table and a key. Out: a `Role`, or the keys as the schema describes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from rulec.lsp.cursor import Names
from rulec.ruleset.discover import CONFIG
from rulec.schema import schema_of

__all__ = ["Role", "keys_of", "kind_of_file", "role_of", "tables_below"]


class Role(Enum):
    """What a word stands for."""

    CONDITION = auto()
    CODE = auto()
    """The name a definition, a point or an ability gives itself."""
    POINT = auto()
    """A point, or an ability for all of its points."""
    SCENARIO = auto()
    PRODUCT = auto()
    BUSINESS = auto()
    DEFINITION = auto()
    SIBLING = auto()
    """A definition of the same lane."""
    ID = auto()
    """`entity.fact` of one that names somebody."""
    TAGS = auto()
    """`entity.fact` of one that holds tags."""
    OWN_TAGS = auto()
    """A tags fact of the entity one is in."""
    TYPE = auto()
    LINT = auto()
    USED = auto()
    """Any word; those that others used under the same key are likely."""
    PLAIN = auto()

    @property
    def is_code(self) -> bool:
        """Whether it names a business or a product."""
        return self in (Role.PRODUCT, Role.BUSINESS, Role.DEFINITION, Role.SIBLING)


_RUNS: Final = {"implementation": Role.USED, "mode": Role.USED}
_BIND: Final = {
    "point": Role.POINT,
    "scenario": Role.SCENARIO,
    "before": Role.PRODUCT,
    **_RUNS,
}
_DEFINITION: Final = {
    "code": Role.CODE,
    "overrides": Role.SIBLING,
    "products": Role.PRODUCT,
    "products_like": Role.BUSINESS,
    "identity": Role.CONDITION,
    "condition": Role.CONDITION,
    "owner": Role.USED,
    "systems": Role.USED,
}
_POINT: Final = {
    "code": Role.CODE,
    "order": Role.DEFINITION,
    "open_to": Role.DEFINITION,
    "on_failure": Role.USED,
}
_LANE: Final = {"": _DEFINITION, "bind": _BIND, "rollout": {"by": Role.ID}}
_ROLES: Final[Mapping[str, Mapping[str, Mapping[str, Role]]]] = {
    "business": {
        "": _DEFINITION,
        "business": _DEFINITION,
        "bind": _BIND,
        "rollout": {"by": Role.ID},
    },
    "product": {"": _DEFINITION, "product": _DEFINITION, "bind": _BIND, "rollout": {"by": Role.ID}},
    "platform": {"ability": {"code": Role.CODE}, "point": _POINT},
    "vocabulary": {
        "assume": {"implies": Role.CONDITION},
        "exclusive": {"fact": Role.TAGS},
    },
    "config": {"": {"select": Role.LINT, "ignore": Role.LINT}},
}
"""Kind of file -> last word of the table -> key."""

_FILES: Final = {
    "vocabulary.toml": "vocabulary",
    "platform.toml": "platform",
    "columns.toml": "columns",
    CONFIG: "config",
}
_FOLDERS: Final = {"businesses": "business", "products": "product"}


def kind_of_file(path: Path, root: Path) -> str | None:
    """What a file of a rule set holds, as `rulec schema` calls it; None for any other.

    >>> kind_of_file(Path("/a/businesses/north/x.toml"), Path("/a"))
    'business'
    """
    if not path.is_relative_to(root) or path.suffix != ".toml":
        return None
    parts = path.relative_to(root).parts
    if any(part.startswith(".") for part in parts):
        return None
    return _FILES.get(parts[0]) if len(parts) == 1 else _FOLDERS.get(parts[0])


def role_of(kind: str, table: Names, key: str) -> Role:
    """What the value of a key stands for."""
    if kind == "vocabulary" and (role := _role_in_vocabulary(table, key)) is not None:
        return role
    if kind != "config" and ("config" in table or "schema" in table):
        return Role.PLAIN
    return _ROLES.get(kind, {}).get(table[-1] if table else "", {}).get(key, Role.PLAIN)


def _role_in_vocabulary(table: Names, key: str) -> Role | None:
    match table:
        case ("define",):
            return Role.CONDITION
        case ("entity", _):
            return Role.OWN_TAGS if key == "contains" else None
        case ("entity", _, "facts", _):
            return Role.TYPE if key == "type" else None
    return None


def keys_of(kind: str, table: Names) -> Mapping[str, Mapping[str, Any]]:
    """The keys of a table, each with what the schema says about it."""
    return _keys_of(kind, table[:_MAX_TABLE])


_MAX_TABLE: Final = 8
"""No table of a rule file lies deeper."""


@cache
def _schema(kind: str) -> Mapping[str, Any]:
    return schema_of(kind)


def _keys_of(kind: str, table: Names) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for shape in _shapes(kind, table):
        found |= shape.get("properties", {})
    return MappingProxyType(found)


def _shapes(kind: str, table: Names) -> Iterator[Mapping[str, Any]]:
    """The tables of the schema that a path leads to; a file may be one of several."""
    schema = _schema(kind)
    reached = list(_resolved(schema, schema))
    for word in table:
        reached = [
            inner
            for outer in reached
            for value in [outer.get("properties", {}).get(word, outer.get("additionalProperties"))]
            if isinstance(value, dict)
            for inner in _resolved(value.get("items", value), schema)
        ]
    yield from reached


def _resolved(value: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in value:
        yield from _resolved(schema["$defs"][value["$ref"].rpartition("/")[2]], schema)
    elif "anyOf" in value:
        for one in value["anyOf"]:
            yield from _resolved(one, schema)
    else:
        yield value


def tables_below(kind: str) -> list[str]:
    """The headers that a file of a kind may hold; names to choose are left out.

    >>> tables_below("product")
    ['[rollout]', '[[bind]]', '[[product]]', '[product.rollout]', '[[product.bind]]']
    """
    found: list[str] = []
    for table in ((), *((key,) for key in ("business", "product", "ability"))):
        for key, value in keys_of(kind, table).items():
            name = ".".join((*table, key))
            if "$ref" in value.get("items", ()):
                found.append(f"[[{name}]]")
            elif "$ref" in value or isinstance(value.get("additionalProperties"), dict):
                found.append(f"[{name}]")
    return found
