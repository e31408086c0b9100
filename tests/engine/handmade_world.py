"""A world for the engine, in the words of a test: entities, points, and definitions whose terms
name conditions by their tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rulec_runtime.format import CONDITION_FALSE, CONDITION_TRUE

MIN_INT = -(2**63)
MAX_INT = 2**63 - 1

Literal = tuple[str, int, int]
"""Fact, lowest and highest class; for a tag, `name=tag` in place of the fact."""
Condition = tuple[tuple[str, int, int, int, int], ...]
"""Tests: facet as in a literal, lowest and highest class, the jumps if true and if false."""


@dataclass(frozen=True)
class Fact:
    """`cuts` are bounds of classes, or tags; `words` get the classes 1, 2, ... as written."""

    name: str
    type: str
    presence: str = "total"
    scale: int = 0
    low: int = MIN_INT
    high: int = MAX_INT
    cuts: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    default_class: int = 0
    patterns: tuple[tuple[str, str], ...] = ()
    rollouts: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def is_tags(self) -> bool:
        return self.type in ("tags_int", "tags_string")

    @property
    def n_facets(self) -> int:
        return len(self.facet_names())

    def facet_names(self) -> list[str]:
        """What a literal calls the facets, in order."""
        if self.type == "tags_int":
            return [f"{self.name}={cut}" for cut in self.cuts]
        if self.type == "tags_string":
            return [f"{self.name}={word}" for word in sorted(self.words, key=str.encode)]
        patterns = [f"{self.name}.{kind}({text})" for kind, text in self.patterns]
        return [self.name, *patterns, *(f"{self.name}%{salt}" for salt, _ in self.rollouts)]

    def n_classes(self) -> list[int]:
        """How many classes each facet has."""
        if self.is_tags:
            return [2] * self.n_facets
        own = {"flag": 2, "enum": len(self.words) + 1}.get(
            self.type, 2 + (len(self.words) if self.type in ("string", "tree") else len(self.cuts))
        )
        return [own, *(3 for _ in self.patterns), *(2 + len(ends) for _, ends in self.rollouts)]


@dataclass(frozen=True)
class Entity:
    name: str
    facts: tuple[Fact, ...]
    kind: str = "context"

    def facets(self) -> dict[str, int]:
        """Facet numbers by what a literal calls them: scalars come before tags."""
        ordered = sorted(self.facts, key=lambda fact: fact.is_tags)
        names = [name for fact in ordered for name in fact.facet_names()]
        return {name: number for number, name in enumerate(names)}

    def n_classes(self) -> list[int]:
        """How many classes each facet has, by its number."""
        ordered = sorted(self.facts, key=lambda fact: fact.is_tags)
        return [n for fact in ordered for n in fact.n_classes()]

    @property
    def n_scalars(self) -> int:
        return sum(fact.n_facets for fact in self.facts if not fact.is_tags)


@dataclass(frozen=True)
class Live:
    """When something counts; `window` is in microseconds, `bit` is an entity and a position."""

    is_enabled: bool = True
    window: tuple[int, int] | None = None
    bit: tuple[int, int] | None = None


@dataclass(frozen=True)
class Binding:
    """One binding; `is_stop`: the platform's default runs in its place."""

    point: str
    scenario: str | None = None
    live: Live | None = None
    before: str | None = None
    is_stop: bool = False


@dataclass(frozen=True)
class Definition:
    """`terms` are conditions by entity; a term hangs on its first entity."""

    code: str
    lane: str
    terms: tuple[Mapping[str, Condition], ...]
    bindings: tuple[str | Binding, ...] = ()
    rank: int = 1000
    scope: str = "installed"
    installs: tuple[str, ...] = ()
    owner: str = "somebody"
    is_isolated: bool = False
    live: Live | None = None

    def bound(self) -> list[Binding]:
        return [one if isinstance(one, Binding) else Binding(one) for one in self.bindings]


@dataclass(frozen=True)
class Point:
    code: str
    lane_order: str = "product-first"
    implementation: str | None = "platform.Default"
    reduce: str = "first"
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """Definitions in program order, products first."""

    entities: tuple[Entity, ...]
    points: tuple[Point, ...]
    definitions: tuple[Definition, ...]
    manifest: Mapping[str, Any] = field(default_factory=lambda: {"rules": "handmade"})
    scenarios: tuple[str, ...] = ()
    config: str = '{"lines": [1, {"deep": [2]}], "text": "\\u65e0"}'


def all_of(*literals: Literal) -> Condition:
    """The condition that every literal holds."""
    last = len(literals) - 1
    return tuple(
        (fact, low, high, CONDITION_TRUE if i == last else i + 1, CONDITION_FALSE)
        for i, (fact, low, high) in enumerate(literals)
    )


def any_of(*literals: Literal) -> Condition:
    """The condition that some literal holds."""
    last = len(literals) - 1
    return tuple(
        (fact, low, high, CONDITION_TRUE, CONDITION_FALSE if i == last else i + 1)
        for i, (fact, low, high) in enumerate(literals)
    )
