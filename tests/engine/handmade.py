"""Builds artifacts by hand, so that the engine is tested without the compiler.

In: a `World`: entities, points and definitions whose terms name conditions by their tests. Out: the
records of each section (`sections_of`), for tests to damage, and the bytes of a file (`write`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.artifact_bytes import write

from rulec_runtime.format import (
    CONDITION_FALSE,
    CONDITION_TRUE,
    ENTITY_KINDS,
    FACT_TYPES,
    LANE_ORDERS,
    LANES,
    NONE,
    PATTERNS,
    PRESENCES,
    REASONS,
    REDUCES,
    SCOPES,
    SECTIONS,
)

MIN_INT = -(2**63)
MAX_INT = 2**63 - 1

Literal = tuple[str, int, int]
"""Fact, lowest and highest class; for a tag, `name=tag` in place of the fact."""
Condition = tuple[tuple[str, int, int, int, int], ...]
"""Tests: facet as in a literal, lowest and highest class, the jumps if true and if false."""
Sections = dict[str, list[tuple[int, ...]]]


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
    def n_facets(self) -> int:
        if self.type in ("tags_int", "tags_string"):
            return len(self.cuts) + len(self.words)
        return 1 + len(self.patterns) + len(self.rollouts)


@dataclass(frozen=True)
class Entity:
    name: str
    facts: tuple[Fact, ...]
    kind: str = "context"

    def facets(self) -> dict[str, int]:
        """Facet numbers by what a literal calls them."""
        names = []
        for fact in self.facts:
            if fact.type == "tags_int":
                names += [f"{fact.name}={cut}" for cut in fact.cuts]
                continue
            if fact.type == "tags_string":
                names += [f"{fact.name}={word}" for word in sorted(fact.words, key=str.encode)]
                continue
            names.append(fact.name)
            names += [f"{fact.name}.{kind}({text})" for kind, text in fact.patterns]
            names += [f"{fact.name}%{salt}" for salt, _ in fact.rollouts]
        return {name: number for number, name in enumerate(names)}


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


class _Strings:
    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, text: str | None) -> int:
        return NONE if text is None else self.numbers.setdefault(text, len(self.numbers))


def sections_of(world: World) -> Sections:
    """The records of every section of a world's artifact."""
    sections: Sections = {item.name: [] for item in SECTIONS}
    strings = _Strings()
    _add_facts(world, sections, strings)
    _add_rules(world, sections, strings)
    _add_definitions(world, sections, strings)
    end = 0
    for text in strings.numbers:
        content = text.encode()
        end += len(content)
        sections["string_bytes"].extend((byte,) for byte in content)
        sections["string_ends"].append((end,))
    sections["manifest"] = [(byte,) for byte in json.dumps(dict(world.manifest)).encode()]
    return sections


def _add_facts(world: World, sections: Sections, strings: _Strings) -> None:
    for entity in world.entities:
        first_facet = 0
        for fact in entity.facts:
            words = sorted(enumerate(fact.words, 1), key=lambda item: item[1].encode())
            sections["facts"].append(
                (
                    strings(fact.name),
                    FACT_TYPES.index(fact.type),
                    fact.scale,
                    PRESENCES.index(fact.presence),
                    first_facet,
                    fact.n_facets,
                    len(sections["cuts"]),
                    len(fact.cuts),
                    len(sections["words"]),
                    len(words),
                    len(words) + 1 if fact.type in ("string", "tree") else NONE,
                    fact.default_class,
                    len(sections["patterns"]),
                    len(fact.patterns),
                    len(sections["rollouts"]),
                    len(fact.rollouts),
                )
            )
            sections["bounds"].append((fact.low, fact.high))
            sections["cuts"].extend((cut,) for cut in fact.cuts)
            sections["words"].extend(
                (strings(word), 1 if fact.type == "tags_string" else number)
                for number, word in words
            )
            sections["patterns"].extend(
                (PATTERNS.index(kind), strings(text), int(fact.presence == "default"))
                for kind, text in fact.patterns
            )
            for salt, thresholds in fact.rollouts:
                first = len(sections["thresholds"])
                default = int(fact.presence == "default")
                sections["rollouts"].append((strings(salt), first, len(thresholds), default))
                sections["thresholds"].extend((limit,) for limit in thresholds)
            first_facet += fact.n_facets


def _add_rules(world: World, sections: Sections, strings: _Strings) -> None:
    """Conditions, tests, hangs, terms, checks, and the entities that hold them."""
    conditions: dict[str, dict[Condition, int]] = {entity.name: {} for entity in world.entities}
    hangs: dict[tuple[str, int], list[int]] = {}
    positions: dict[str, dict[int, int]] = {entity.name: {} for entity in world.entities}
    numbers = {entity.name: number for number, entity in enumerate(world.entities)}
    for number, definition in enumerate(world.definitions):
        for term in definition.terms:
            access, *others = term
            for name, condition in term.items():
                conditions[name].setdefault(condition, len(conditions[name]))
            hanger = (access, conditions[access][term[access]])
            hangs.setdefault(hanger, []).append(len(sections["terms"]))
            sections["terms"].append((number, len(sections["checks"]), len(others)))
            for name in others:
                mine = positions[name]
                position = mine.setdefault(conditions[name][term[name]], len(mine))
                sections["checks"].append((numbers[name], position))
    first_fact = 0
    for entity in world.entities:
        first_condition = len(sections["conditions"])
        first_hang = len(sections["hangs"])
        facets = entity.facets()
        for condition, number in conditions[entity.name].items():
            hung = hangs.get((entity.name, number), [])
            sections["conditions"].append(
                (
                    len(sections["tests"]),
                    len(condition),
                    positions[entity.name].get(number, NONE),
                    len(sections["hangs"]),
                    len(hung),
                )
            )
            sections["tests"].extend((facets[test[0]], *test[1:]) for test in condition)
            sections["hangs"].extend((term,) for term in hung)
        sections["entities"].append(
            (
                strings(entity.name),
                ENTITY_KINDS.index(entity.kind),
                0,
                first_fact,
                len(entity.facts),
                len(facets),
                first_condition,
                len(sections["conditions"]) - first_condition,
                len(positions[entity.name]),
                len(sections["hangs"]) - first_hang,
            )
        )
        first_fact += len(entity.facts)


def _add_definitions(world: World, sections: Sections, strings: _Strings) -> None:
    points = {point.code: number for number, point in enumerate(world.points)}
    codes = {definition.code: number for number, definition in enumerate(world.definitions)}
    sections["scenarios"] = [(strings(name),) for name in world.scenarios]
    for number, point in enumerate(world.points):
        bindings = [one for each in world.definitions for one in each.bound()]
        sections["points"].append(
            (
                strings(point.code),
                strings("ability"),
                LANE_ORDERS.index(point.lane_order),
                REDUCES.index(point.reduce),
                int(any(one.before and one.point == point.code for one in bindings)),
                len(sections["orders"]),
                len(point.order),
                len(sections["decisions"]),
            )
        )
        sections["orders"].extend((codes[code],) for code in point.order)
        _add_decision(sections, strings, number, NONE, "DEFAULT", *_default(point))
    for number, definition in enumerate(world.definitions):
        bound = sorted(definition.bound(), key=lambda one: points[one.point])
        installs = sorted(codes[code] for code in definition.installs)
        sections["definitions"].append(
            (
                strings(definition.code),
                strings(f"Name of {definition.code}"),
                strings(definition.owner),
                LANES.index(definition.lane),
                definition.rank,
                SCOPES.index(definition.scope),
                int(definition.is_isolated),
                _add_live(sections, definition.live),
                len(sections["installs"]),
                len(installs),
                len(sections["bindings"]),
                len(bound),
            )
        )
        sections["installs"].extend((install,) for install in installs)
        for one in bound:
            place = points[one.point]
            sections["bindings"].append(
                (
                    place,
                    NONE if one.scenario is None else world.scenarios.index(one.scenario),
                    _add_live(sections, one.live),
                    NONE if one.before is None else codes[one.before],
                    int(definition.code in world.points[place].order),
                    len(sections["decisions"]),
                )
            )
            runs = f"{definition.code}@{one.point}", "java", world.config
            reason = "BLOCKED" if one.is_stop else "MATCH"
            runs = _default(world.points[place]) if one.is_stop else runs
            _add_decision(sections, strings, place, number, reason, *runs)


def _default(point: Point) -> tuple[str | None, str | None, str | None]:
    return point.implementation, None if point.implementation is None else "python", None


def _add_live(sections: Sections, live: Live | None) -> int:
    if live is None:
        return NONE
    window = NONE
    if live.window is not None:
        window = len(sections["windows"])
        sections["windows"].append(live.window)
    sections["liveness"].append((int(live.is_enabled), window, *(live.bit or (NONE, NONE))))
    return len(sections["liveness"]) - 1


def _add_decision(
    sections: Sections,
    strings: _Strings,
    point: int,
    definition: int,
    reason: str,
    *runs: str | None,
) -> None:
    sections["decisions"].append((point, definition, REASONS.index(reason), *map(strings, runs)))


def artifact_of(world: World) -> bytes:
    """A world as the bytes of a file."""
    n_products = sum(definition.lane == "product" for definition in world.definitions)
    return write(sections_of(world), n_products)
