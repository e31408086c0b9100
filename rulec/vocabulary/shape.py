"""The shape of vocabulary.toml.

In: nothing. Out: one `Shape` a kind of table. Whether a declaration makes sense is decided in
`load.py` and `fact.py`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from rulec.vocabulary.conform import Shape

__all__ = ["EntityShape", "FactShape", "VocabularyShape"]


class VocabularyShape(Shape):
    """The whole file."""

    unbuilt: ClassVar = {
        "define": "write the condition out where it is used",
        "assume": "leave it out: nothing relies on it yet",
    }
    entity: dict[str, dict[str, Any]] = Field(default_factory=dict)


class EntityShape(Shape):
    """`[entity.seller]`."""

    kind: Literal["people", "commodity", "place", "context"]
    contains: str | None = None
    cacheable: bool = False
    facts: dict[str, dict[str, Any]] = Field(default_factory=dict)


class FactShape(Shape):
    """`level = { type = "int", ... }`; numbers and defaults depend on the type."""

    unbuilt: ClassVar = {
        "id": "leave it out: nothing is rolled out by a key yet",
        "unit": "say the unit in the fact's name",
        "deprecated": "say it in a comment",
        "selectivity": "leave it out: the compiler estimates it",
    }
    type: str
    values: list[str] | None = None
    min: Any = None
    max: Any = None
    optional: bool | None = None
    required: bool | None = None
    default: Any = None
