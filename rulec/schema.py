"""JSON Schemas of the files of a rule set, for editors.

In: the shapes that reading itself checks against. Out: one schema a kind of file (draft 2020-12),
with a title for every table and a description for every key. A schema knows keys and kinds of
values; what a value must mean beside others stays with `rulec check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from rulec.lints.config import ConfigShape
from rulec.ruleset.shape import (
    AbilityShape,
    BusinessBindShape,
    BusinessesShape,
    BusinessShape,
    ColumnShape,
    ColumnsShape,
    DefaultShape,
    PlatformShape,
    PointShape,
    ProductBindShape,
    ProductShape,
    ProductsShape,
    RolloutShape,
)
from rulec.vocabulary.conform import Shape
from rulec.vocabulary.shape import (
    AssumeShape,
    EntityShape,
    ExclusiveShape,
    FactShape,
    VocabularyShape,
)

__all__ = ["FILES", "schema_of"]

FILES: Final[Mapping[str, tuple[type[Shape], ...]]] = MappingProxyType(
    {
        "vocabulary": (VocabularyShape,),
        "platform": (PlatformShape,),
        "business": (BusinessShape, BusinessesShape),
        "product": (ProductShape, ProductsShape),
        "columns": (ColumnsShape,),
        "config": (ConfigShape,),
    }
)
"""The shapes a file may have, by the word `rulec schema` takes."""

_TITLES: Final[Mapping[type[Shape], str]] = {
    VocabularyShape: "vocabulary.toml: what a condition may speak of",
    EntityShape: "An entity: a part of the request",
    FactShape: "A fact of an entity",
    AssumeShape: "An assumption: one of its keys",
    ExclusiveShape: "Tags of which a request carries one at most",
    PlatformShape: "platform.toml: where definitions may step in",
    AbilityShape: "An ability: a group of extension points",
    PointShape: "An extension point",
    DefaultShape: "What runs when no definition wins",
    BusinessBindShape: "What a business runs at a point",
    ProductBindShape: "What a product runs at a point",
    RolloutShape: "A share of the keys of one fact",
    BusinessShape: "A business: one vertical definition",
    BusinessesShape: "Several businesses",
    ProductShape: "A product: one horizontal definition",
    ProductsShape: "Several products",
    ColumnsShape: "columns.toml: how traffic columns map to facts",
    ColumnShape: "The column a fact is read from",
    ConfigShape: "rulec.toml: how a rule set is checked",
}

_INNER: Final[Mapping[tuple[type[Shape], str], type[Shape]]] = {
    (VocabularyShape, "entity"): EntityShape,
    (EntityShape, "facts"): FactShape,
    (VocabularyShape, "assume"): AssumeShape,
    (AssumeShape, "exclusive"): ExclusiveShape,
    (PlatformShape, "ability"): AbilityShape,
    (AbilityShape, "point"): PointShape,
    (PointShape, "default"): DefaultShape,
    (BusinessesShape, "business"): BusinessShape,
    (BusinessShape, "bind"): BusinessBindShape,
    (BusinessShape, "rollout"): RolloutShape,
    (BusinessBindShape, "rollout"): RolloutShape,
    (ProductsShape, "product"): ProductShape,
    (ProductShape, "bind"): ProductBindShape,
    (ProductShape, "rollout"): RolloutShape,
    (ProductBindShape, "rollout"): RolloutShape,
    (ColumnsShape, "column"): ColumnShape,
}
"""The shape of the tables below a key."""

_NUMBER: Final = {"type": ["integer", "string"]}
_SCALAR: Final = {"type": ["integer", "string", "boolean"]}
_VALUES: Final[Mapping[tuple[type[Shape], str], dict[str, Any]]] = {
    (FactShape, "min"): _NUMBER,
    (FactShape, "max"): _NUMBER,
    (FactShape, "default"): _NUMBER,
    (ColumnShape, "equals"): _SCALAR,
    (ColumnShape, "constant"): _SCALAR,
    (FactShape, "selectivity"): {"type": "string"},
    (PointShape, "default"): {"anyOf": [{"$ref": "#/$defs/DefaultShape"}, {"const": "none"}]},
}
"""Values whose kind depends on other keys: what they may be at most."""

_DESCRIPTIONS: Final[Mapping[str, str]] = {
    "ability": "The abilities, each with its extension points.",
    "active": 'The window in which it is live: two RFC 3339 times with offset, "" for an open end.',
    "assume": "What the facts promise, for analysis; enforced on every request.",
    "baseline": "A file of known findings, which are not shown.",
    "before": "Products that this business stands immediately ahead of while it is identified.",
    "bind": "What runs at extension points, explicitly: nothing binds by inheritance.",
    "business": "The businesses of the file.",
    "by": "The id that selects: `buyer.id`.",
    "cacheable": "Whether the facts change rarely, so that profiles may be kept.",
    "code": "The name by which decisions and other files refer to it; unique.",
    "column": 'The columns, by the fact they are read into: `[column."item.price"]`.',
    "condition": "When the product applies: a condition over the vocabulary.",
    "config": "Handed to the implementation; opaque to the engine.",
    "constant": "The value of the fact in every row.",
    "contains": "The tags fact that `entity.contains(x)` reads.",
    "default": "What holds where nothing else is said.",
    "define": "Names for conditions, used in other conditions.",
    "deprecated": "The fact to use instead, or why not to use it; conditions that do are warned.",
    "description": "For people.",
    "enabled": "Whether it is live at all.",
    "entity": "The entities of a request, by name.",
    "equals": "Makes a flag: true where the column equals this.",
    "exclusive": "Tags of which a request carries one at most.",
    "fact": "The fact that is spoken of: `item.tags`.",
    "facts": "The facts of the entity, by name.",
    "budget": "Looks that the proofs of one check may cost in all.",
    "fail-level": "From which severity on `rulec check` exits with 1.",
    "final": "Whether nobody may bind the point.",
    "from": "The column's own name in the traffic.",
    "id": "Whether the fact identifies somebody, so that rollouts may go by it.",
    "identity": "Which requests are the business's own: a condition over the vocabulary.",
    "ignore": "Codes, names or families of findings that are not shown.",
    "implementation": "What runs; opaque to the engine.",
    "implies": "Two conditions: where the first is true, the second is not false.",
    "isolated": "Whether every weaker business is out of the request where this one matches.",
    "kind": "What the entity is: people, commodity, place, or context around them.",
    "kpi": "The number the definition is there to move.",
    "lanes": "Which lane the point asks first.",
    "max": "The greatest value; decimals and times as strings.",
    "min": "The smallest value; decimals and times as strings.",
    "mode": "How the implementation is run: java, python, remote, config, any word.",
    "name": "For people; the code if left out.",
    "on_failure": "A word for the host: what to do when the implementation fails.",
    "open_to": "The codes that may bind the point.",
    "optional": "Whether the fact may be missing; then no comparison with it holds.",
    "order": "The codes that stand first at the point, strongest first.",
    "overrides": "Codes of the same lane and rank that this definition precedes.",
    "owner": "The organisation that answers for it.",
    "percent": "How many keys of a hundred, with at most six decimals.",
    "point": "The extension point, or the points of an ability.",
    "product": "The products of the file.",
    "products": "The codes of the products the business installs.",
    "products_like": "The business whose products this one installs too.",
    "rank": "Smaller is stronger; definitions of one rank need an order between them.",
    "reduce": "What becomes of several winners.",
    "required": "Whether every request must carry the fact.",
    "rollout": "The share of requests for which it is live, by the hash of a fact.",
    "salt": "Rollouts of one salt and key lie inside each other; others are independent.",
    "scenario": "The scenario for which the binding is preferred.",
    "scenarios": "The scenarios a caller may name.",
    "schema": "A JSON Schema of `config`.",
    "scope": "For whom a product is effective: businesses that installed it, or all.",
    "select": "The only codes, names or families of findings that are shown.",
    "selectivity": 'The share of requests for which a comparison holds, an estimate: "0.05".',
    "systems": "The applications it applies to.",
    "timezone": "The zone of naive times in the traffic.",
    "type": "flag, tags<int>, enum, int, decimal(scale), string, and so on.",
    "unit": "What an int or a decimal counts, shown beside its values.",
    "values": "The closed list of an enum.",
}


def schema_of(file: str) -> dict[str, Any]:
    """The schema of a kind of file; `file` is a key of `FILES`."""
    shapes = FILES[file]
    definitions: dict[str, Any] = {}
    pending: list[type[Shape]] = [*shapes]
    while pending:
        shape = pending.pop()
        if shape.__name__ not in definitions:
            definitions[shape.__name__] = _table(shape)
            pending += [inner for (outer, _), inner in _INNER.items() if outer is shape]
    heads = [{"$ref": f"#/$defs/{shape.__name__}"} for shape in shapes]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLES[shapes[0]],
        **(heads[0] if len(heads) == 1 else {"anyOf": heads}),
        "$defs": dict(sorted(definitions.items())),
    }


def _table(shape: type[Shape]) -> dict[str, Any]:
    """One table: its keys with their descriptions, and no other."""
    made = shape.model_json_schema()
    keys: dict[str, Any] = {}
    for key, written in made["properties"].items():
        given = _VALUES.get((shape, key))
        value = given or _without_null(written)
        inner = _INNER.get((shape, key))
        if "$ref" in value:
            value = {"$ref": value["$ref"]}
        elif inner is not None and given is None:
            holds = "items" if value.get("type") == "array" else "additionalProperties"
            value = {**value, holds: {"$ref": f"#/$defs/{inner.__name__}"}}
        keys[key] = {**value, "description": _DESCRIPTIONS.get(key, "")}
    return {
        "title": _TITLES[shape],
        "type": "object",
        "properties": keys,
        "required": made.get("required", []),
        "additionalProperties": False,
    }


def _without_null(written: Mapping[str, Any]) -> dict[str, Any]:
    """A value without what TOML cannot say, and without the generated title."""
    value = {k: v for k, v in written.items() if k != "title" and (k, v) != ("default", None)}
    kinds = [kind for kind in value.pop("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        return {**value, **kinds[0]}
    return {**value, "anyOf": kinds} if kinds else value
