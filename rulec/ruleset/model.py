"""A rule set as read: definitions, points, and what they bind.

In: nothing; `read.py` makes these from the TOML files. Out: frozen records. Conditions are still
text here (`Excerpt`); names still stand as written, checked by `link.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    "Liveness",
    "Origin",
    "Point",
    "Reduce",
    "Rollout",
    "RuleSet",
    "Scope",
    "Window",
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


class Reduce(Enum):
    """What a point makes of the bindings on its walk: the strongest one, or all of them."""

    FIRST = "first"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, half-open: microseconds since 1970 in UTC; None is an open end."""

    start: int | None
    end: int | None

    def holds(self, time: int) -> bool:
        """Whether a time lies inside.

        >>> Window(1, 3).holds(1), Window(1, 3).holds(3), Window(None, 3).holds(-7)
        (True, False, True)
        """
        is_begun = self.start is None or self.start <= time
        return is_begun and (self.end is None or time < self.end)


@dataclass(frozen=True, slots=True)
class Rollout:
    """A share of the keys of one fact; the same salt and fact select nested shares."""

    percent: str
    by: Excerpt
    """`entity.fact`."""
    salt: str

    def __hash__(self) -> int:
        return hash((self.percent, self.by.text, self.salt))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rollout):
            return NotImplemented
        mine, theirs = ((one.percent, one.by.text, one.salt) for one in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class Liveness:
    """When a definition or a binding counts; where it does not, it is as if not there."""

    is_enabled: bool = True
    window: Window | None = None
    rollout: Rollout | None = None

    @property
    def is_conditional(self) -> bool:
        """Whether time or the request decides it."""
        return self.window is not None or self.rollout is not None


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
    """A definition's extension at one point; None stops there, and the platform default runs."""

    point: str
    implementation: Implementation | None
    where: Where = field(compare=False, repr=False)
    """The name of the point in the file."""
    scenario: str | None = None
    before: tuple[str, ...] = ()
    """A business's: the products it stands ahead of while it is identified."""
    liveness: Liveness = Liveness()


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
    overrides: tuple[str, ...] = ()
    """Definitions of the same lane and rank that stand behind it; weaker ones change nothing."""
    systems: tuple[str, ...] = ()
    """The applications it is for; none named: all of them."""
    liveness: Liveness = Liveness()
    is_isolated: bool = False
    """A business's: where it matches, weaker businesses are out."""
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
    reduce: Reduce = Reduce.FIRST
    order: tuple[str, ...] = ()
    """Definitions that stand first at this point, whatever their lane and rank."""
    on_failure: str = ""
    """A word for the host: what to do where the implementation fails."""


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
    scenarios: tuple[str, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Products, then businesses."""
        return self.products + self.businesses

    def rollouts(self) -> Iterator[Rollout]:
        """Every rollout as it is written: of definitions, and of their bindings."""
        for definition in self.definitions:
            for liveness in (definition.liveness, *(one.liveness for one in definition.bindings)):
                if liveness.rollout is not None:
                    yield liveness.rollout
