"""Builds artifacts by hand, so that the engine is tested without the compiler.

In: a `World`: entities, points and definitions whose terms name conditions by their tests. Out: the
records of each section (`sections_of`), for tests to damage, and the bytes of a file (`write`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from engine.artifact_bytes import write
from engine.handmade_rules import Sections, add_rules
from engine.handmade_world import Live, Point, World

from rulec_runtime.format import (
    FACT_TYPES,
    LANE_ORDERS,
    NONE,
    PATTERNS,
    PRESENCES,
    REDUCES,
    SECTIONS,
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
    add_rules(world, sections, strings)
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
        facets = entity.facets()
        for fact in entity.facts:
            names = fact.facet_names()
            words = sorted(enumerate(fact.words, 1), key=lambda item: item[1].encode())
            sections["facts"].append(
                (
                    strings(fact.name),
                    FACT_TYPES.index(fact.type),
                    fact.scale,
                    PRESENCES.index(fact.presence),
                    facets[names[0]] if names else len(facets),
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
                    *(0, 0, 0, 0),  # no slots: every look-up is a search
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


def _add_definitions(world: World, sections: Sections, strings: _Strings) -> None:
    points = {point.code: number for number, point in enumerate(world.points)}
    codes = {definition.code: number for number, definition in enumerate(world.definitions)}
    sections["scenarios"] = [(strings(name),) for name in world.scenarios]
    for point in world.points:
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
                _add_implementation(sections, strings, *_default(point)),
            )
        )
        sections["orders"].extend((codes[code],) for code in point.order)
    for definition in world.definitions:
        bound = sorted(definition.bound(), key=lambda one: points[one.point])
        installs = sorted(codes[code] for code in definition.installs)
        names = (definition.code, f"Name of {definition.code}", "", definition.owner, "")
        sections["labels"].append(tuple(map(strings, names)))
        sections["installs"].extend((install,) for install in installs)
        sections["definitions"].append(
            (
                *_bloom(points[one.point] for one in bound),
                definition.rank,
                (definition.scope == "all") | definition.is_isolated << 1,
                _add_live(sections, definition.live),
                len(sections["installs"]),
                len(sections["bindings"]) + len(bound),
            )
        )
        for one in bound:
            place = points[one.point]
            proviso = (
                NONE if one.scenario is None else world.scenarios.index(one.scenario),
                _add_live(sections, one.live),
                NONE if one.before is None else codes[one.before],
                int(definition.code in world.points[place].order),
            )
            runs: tuple[str | None, ...] = f"{definition.code}@{one.point}", "java", world.config
            runs = (None, None, None) if one.is_stop else runs
            sections["bindings"].append(
                (place, len(sections["provisos"]), _add_implementation(sections, strings, *runs))
            )
            sections["provisos"].append(proviso)


def _bloom(points: Iterable[int]) -> tuple[int, int]:
    word = 0
    for point in points:
        word |= 1 << point % 64
    return word & 0xFFFFFFFF, word >> 32


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


def _add_implementation(sections: Sections, strings: _Strings, *runs: str | None) -> int:
    if runs[0] is None:
        return NONE
    sections["implementations"].append(tuple(map(strings, runs)))
    return len(sections["implementations"]) - 1


def artifact_of(world: World) -> bytes:
    """A world as the bytes of a file."""
    n_products = sum(definition.lane == "product" for definition in world.definitions)
    return write(sections_of(world), n_products)
