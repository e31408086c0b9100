"""A rule set as read: definitions, points, and what they bind.

In: nothing; `read.py` makes these from the TOML files. Out: frozen records. Conditions are still
text here (`Excerpt`); names still stand as written, checked by `link.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.source import Excerpt, Where
from rulec.vocabulary.model import Vocabulary

__all__ = [
    "Ability",
    "Binding",
    "Column",
    "Definition",
    "Implementation",
    "Lane",
    "LaneOrder",
    "Origin",
    "Point",
    "RuleSet",
    "Scope",
]


class Lane(Enum):
    """Products stand before businesses unless a point says otherwise."""

    PRODUCT = "product"
    BUSINESS = "business"


class LaneOrder(Enum):
    """Which lane a point asks first."""

    PRODUCT_FIRST = "product-first"
    BUSINESS_FIRST = "business-first"


class Scope(Enum):
    """For whom a product is effective: businesses that installed it, or everyone."""

    INSTALLED = "installed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Implementation:
    """What runs when a binding or a default wins; opaque to the engine.

    `config` holds only what JSON can say.
    """

    name: str
    mode: str | None
    config: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A definition's extension at one point."""

    point: str
    implementation: Implementation
    where: Where = field(compare=False, repr=False)
    """The name of the point in the file."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A business (vertical) or a product (horizontal)."""

    lane: Lane
    code: str
    name: str
    description: str
    owner: str
    kpi: str
    condition: Excerpt
    """A business's `identity`, a product's `condition`."""
    rank: int
    bindings: tuple[Binding, ...]
    where: Where = field(compare=False, repr=False)
    """The code in the file."""
    rank_where: Where = field(compare=False, repr=False)
    """The rank in the file, or the code where the rank is left out."""
    products: tuple[str, ...] = ()
    """A business's own list; empty where it says `products_like`."""
    products_where: Where | None = field(default=None, compare=False, repr=False)
    products_like: str | None = None
    scope: Scope = Scope.INSTALLED
    installed: tuple[str, ...] = ()
    """The products a business has in the end, filled by `link.py`."""


@dataclass(frozen=True, slots=True)
class Ability:
    """A group of extension points."""

    code: str
    name: str
    description: str
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Point:
    """An extension point; `default` is None where the platform says "none"."""

    code: str
    name: str
    description: str
    ability: str
    lane_order: LaneOrder
    default: Implementation | None
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Column:
    """How one fact is read from recorded traffic (columns.toml)."""

    entity: str
    fact: str
    source: str | None = None
    """The traffic's own name of the column; None where the fact is a constant."""
    equals: str | int | bool | None = None
    """Makes a flag: true where the column equals this."""
    constant: str | int | bool | None = None
    timezone: str | None = None
    """The clock that times without an offset were read from, `Asia/Shanghai` say."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule set was read from, and what reading it found."""

    root: Path
    shown: str
    """The root as paths of findings begin."""
    documents: tuple[Document, ...]
    """Every file that is TOML."""
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything one directory says."""

    name: str
    vocabulary: Vocabulary
    abilities: tuple[Ability, ...]
    points: tuple[Point, ...]
    products: tuple[Definition, ...]
    businesses: tuple[Definition, ...]
    columns: tuple[Column, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Products, then businesses."""
        return self.products + self.businesses
