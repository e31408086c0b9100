"""The vocabulary: every fact, named condition and assumption that conditions may lean on.

In: nothing; `load.py` makes these from vocabulary.toml. Out: frozen records.

A decimal is an integer count of its smallest unit everywhere behind the loader: with
`decimal(2)`, 19.90 is 1990; a time is its microseconds since 1970 in UTC. Bounds and defaults are
kept in that form. Named conditions and those of assumptions are still text; `check` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from rulec.limits import MAX_INT, MIN_INT
from rulec.source import Excerpt, Where

__all__ = [
    "Entity",
    "EntityKind",
    "Exclusive",
    "Fact",
    "FactType",
    "Implies",
    "Presence",
    "Vocabulary",
    "is_path",
]


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
    TAGS_STRING = "tags_string"
    TREE = "tree"
    TIME = "time"

    @property
    def is_number(self) -> bool:
        return self in (FactType.INT, FactType.DECIMAL)

    @property
    def is_ordered(self) -> bool:
        """Compared by `<`, and kept as an integer."""
        return self.is_number or self is FactType.TIME

    @property
    def is_text(self) -> bool:
        return self in (FactType.ENUM, FactType.STRING, FactType.TREE)

    @property
    def is_tags(self) -> bool:
        return self in (FactType.TAGS_INT, FactType.TAGS_STRING)


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
    """The declared range of an int, decimal (scaled) or time, both ends included."""
    default: int | str | None = None
    is_id: bool = False
    """Names one person or thing: what a rollout may select by."""
    unit: str = ""
    """What an int or a decimal counts, for people: values are written without it."""
    deprecated: str | None = None
    """Its successor, or why it shall not be read any more."""
    selectivity: float | None = None
    """The share of requests for which a literal over the fact holds, above 0 up to 1."""
    where: Where | None = field(default=None, compare=False, repr=False)

    def __hash__(self) -> int:
        return hash((self.entity, self.name))

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
        if self.type.is_tags:
            return "tags<int>" if self.type is FactType.TAGS_INT else "tags<string>"
        name: str = self.type.value
        return name


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
class Exclusive:
    """An assumption: a request carries at most one of these tags of a fact."""

    fact: Fact
    values: tuple[int | str, ...]
    where: Where = field(compare=False, repr=False)

    @property
    def text(self) -> str:
        """The assumption in words.

        >>> from rulec.source import Source, Span
        >>> tags = Fact("item", "tags", FactType.TAGS_INT, Presence.TOTAL)
        >>> Exclusive(tags, (1, 2), Where(Source("a.toml", ""), Span(0, 0))).text
        'at most one of item.tags 1, 2'
        """
        return f"at most one of {self.fact.path} {', '.join(map(repr, self.values))}"


@dataclass(frozen=True, slots=True)
class Implies:
    """An assumption: where the first condition is true, the second one is not false."""

    condition: Excerpt
    consequence: Excerpt
    where: Where = field(compare=False, repr=False)

    @property
    def text(self) -> str:
        """The assumption in words."""
        return f"{self.condition.text} implies {self.consequence.text}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every entity, by name, in the order written; named conditions; assumptions."""

    entities: Mapping[str, Entity]
    defines: Mapping[str, Excerpt] = field(default_factory=dict)
    assumptions: tuple[Exclusive | Implies, ...] = ()

    def fact(self, entity: str, name: str) -> Fact | None:
        """The declared fact, or None."""
        found = self.entities.get(entity)
        return found.facts.get(name) if found else None


def is_path(text: str) -> bool:
    """Whether a text is a node of a tree: segments that are not empty, joined by `/`.

    >>> is_path(""), is_path("a/b"), is_path("a//b"), is_path("/a")
    (True, True, False, False)
    """
    return not text or all(text.split("/"))
