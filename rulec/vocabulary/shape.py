"""The shape of vocabulary.toml.

In: nothing. Out: one `Shape` a kind of table. Whether a declaration makes sense is decided in
`load.py` and `fact.py`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from rulec.vocabulary.conform import Shape, Text

__all__ = ["AssumeShape", "EntityShape", "ExclusiveShape", "FactShape", "VocabularyShape"]


class VocabularyShape(Shape):
    """The whole file."""

    entity: dict[str, dict[str, Any]] = Field(default_factory=dict)
    define: dict[str, str] = Field(default_factory=dict)
    assume: list[dict[str, Any]] = Field(default_factory=list)


class ExclusiveShape(Shape):
    """`exclusive = { fact = "item.tags", values = [1, 2, 3] }`; values depend on the fact."""

    fact: str
    values: list[Any]


class AssumeShape(Shape):
    """`[[assume]]`: one of the two keys."""

    exclusive: ExclusiveShape | None = None
    implies: list[str] | None = None


class EntityShape(Shape):
    """`[entity.seller]`."""

    kind: Literal["people", "commodity", "place", "context"]
    contains: str | None = None
    cacheable: bool = False
    facts: dict[str, dict[str, Any]] = Field(default_factory=dict)


class FactShape(Shape):
    """`level = { type = "int", ... }`; numbers and defaults depend on the type."""

    type: str
    values: list[str] | None = None
    min: Any = None
    max: Any = None
    optional: bool | None = None
    required: bool | None = None
    default: Any = None
    id: bool | None = None
    unit: Text | None = None
    deprecated: Text | None = None
    selectivity: Any = None
