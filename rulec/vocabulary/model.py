"""The vocabulary: every fact a condition may read.

In: nothing; `load.py` makes these from vocabulary.toml. Out: frozen records.

A decimal is an integer count of its smallest unit everywhere behind the loader: with
`decimal(2)`, 19.90 is 1990. Bounds and defaults are kept in that form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from rulec.limits import MAX_INT, MIN_INT
from rulec.source import Where

__all__ = ["Entity", "EntityKind", "Fact", "FactType", "Presence", "Vocabulary"]


class EntityKind(Enum):
    """What an entity is in the request: People, Commodity, Place, or context around them."""

    PEOPLE = "people"
    COMMODITY = "commodity"
    PLACE = "place"
    CONTEXT = "context"


class FactType(Enum):
    """The type of a fact, without its parameters."""

    FLAG = "flag"
    TAGS_INT = "tags_int"
    ENUM = "enum"
    INT = "int"
    DECIMAL = "decimal"
    STRING = "string"

    @property
    def is_number(self) -> bool:
        return self in (FactType.INT, FactType.DECIMAL)

    @property
    def is_text(self) -> bool:
        return self in (FactType.ENUM, FactType.STRING)


class Presence(Enum):
    """What the absence of a fact means."""

    TOTAL = "total"
    """Flags and tags: absent is false, or empty."""
    REQUIRED = "required"
    """Checked for every request, whatever the rules read."""
    OPTIONAL = "optional"
    """Unknown to every atom that reads it."""
    DEFAULT = "default"
    """Absent is the declared default."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One declared fact."""

    entity: str
    name: str
    type: FactType
    presence: Presence
    scale: int = 0
    """Digits after the point of a decimal, else 0."""
    values: tuple[str, ...] = ()
    """The closed list of an enum, in the order written."""
    low: int = MIN_INT
    high: int = MAX_INT
    """The declared range of an int or decimal (scaled), both ends included."""
    default: int | str | None = None
    where: Where | None = field(default=None, compare=False, repr=False)

    @property
    def path(self) -> str:
        """How a condition names it.

        >>> Fact("item", "price", FactType.INT, Presence.REQUIRED).path
        'item.price'
        """
        return f"{self.entity}.{self.name}"

    @property
    def type_name(self) -> str:
        """The type as vocabulary.toml writes it.

        >>> Fact("item", "price", FactType.DECIMAL, Presence.REQUIRED, scale=2).type_name
        'decimal(2)'
        """
        if self.type is FactType.DECIMAL:
            return f"decimal({self.scale})"
        return "tags<int>" if self.type is FactType.TAGS_INT else self.type.value


@dataclass(frozen=True, slots=True)
class Entity:
    """One declared entity; `facts` keep the order written."""

    name: str
    kind: EntityKind
    facts: Mapping[str, Fact]
    contains: str | None = None
    """The tags fact that `entity.contains(x)` reads."""
    is_cacheable: bool = False
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every entity, by name, in the order written."""

    entities: Mapping[str, Entity]

    def fact(self, entity: str, name: str) -> Fact | None:
        """The declared fact, or None."""
        found = self.entities.get(entity)
        return found.facts.get(name) if found else None
