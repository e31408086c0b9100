"""Random worlds and requests, and what they mean: slow, obvious, without the engine.

In: a source of chance. Out: a `World` whose conditions jump at random, facts for it, and the
winners by plain reading of the rules.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.handmade_world import Binding, Condition, Definition, Entity, Fact, Live, Point, World

from rulec_runtime.format import CONDITION_FALSE, CONDITION_TRUE, LANES

WORDS = ("a", "ab", "b", "杭州", "\U0001f680", "")
FLOOR = -4
TOP = 12
TIMES = (-(2**63), 0, 10, 20, 2**63 - 1)
SCENARIOS = ("sale", "refund")


def random_fact(chance: random.Random, name: str) -> Fact:
    kind = chance.choice(("flag", "tags_int", "enum", "int", "decimal", "string"))
    if kind in ("flag", "tags_int"):
        cuts = sorted(chance.sample(range(FLOOR, TOP), chance.randrange(6)))
        return Fact(name, kind, cuts=tuple(cuts) if kind == "tags_int" else ())
    presence = chance.choice(("optional", "default", "required"))
    default_class = int(presence == "default")
    if kind in ("enum", "string"):
        n_words = chance.randrange(1, len(WORDS))
        words = tuple(chance.sample(WORDS, n_words))
        return Fact(name, kind, presence, words=words, default_class=default_class)
    cuts = sorted(chance.sample(range(FLOOR, TOP), chance.randrange(4)))
    scale = 1 if kind == "decimal" else 0
    return Fact(name, kind, presence, scale, cuts=tuple(cuts), default_class=default_class)


def random_condition(chance: random.Random, entity: Entity) -> Condition:
    facets = list(entity.facets())
    n_tests = chance.randrange(5) if facets else 0
    tests = []
    for number in range(n_tests):
        low = chance.randrange(3)
        targets = [*range(number + 1, n_tests), CONDITION_TRUE, CONDITION_FALSE]
        jumps = chance.choice(targets), chance.choice(targets)
        tests.append((chance.choice(facets), low, low + chance.randrange(3), *jumps))
    return tuple(tests)


def random_definition(chance: random.Random, world: World, number: int, lane: str) -> Definition:
    products = [each.code for each in world.definitions if each.lane == "product"]
    pool = {
        entity.name: [random_condition(chance, entity) for _ in range(3)]
        for entity in world.entities
    }
    terms = []
    for _ in range(chance.randrange(4)):
        names = chance.sample(sorted(pool), chance.randrange(1, len(pool) + 1))
        terms.append({name: chance.choice(pool[name]) for name in names})
    others = products if lane == "business" else []
    bindings = [
        random_binding(chance, point.code, others)
        for point in world.points
        for _ in range(chance.choice((0, 0, 1, 1, 2)))
    ]
    installs = chance.sample(products, chance.randrange(len(products) + 1))
    return Definition(
        f"{lane}{number}",
        lane,
        tuple(terms),
        tuple(bindings),
        rank=number // 2,
        scope=chance.choice(("installed", "all")) if lane == "product" else "installed",
        installs=tuple(installs) if lane == "business" else (),
        is_isolated=lane == "business" and chance.random() < 0.1,
        live=random_live(chance),
    )


def random_live(chance: random.Random) -> Live | None:
    match chance.randrange(8):
        case 0:
            return Live(is_enabled=False)
        case 1:
            return Live(window=(chance.choice(TIMES), chance.choice(TIMES)))
    return None


def random_binding(chance: random.Random, point: str, products: list[str]) -> Binding:
    before = chance.choice(products) if products and chance.random() < 0.3 else None
    scenario = chance.choice((None, *SCENARIOS))
    return Binding(point, scenario, random_live(chance), before, chance.random() < 0.1)


def random_world(chance: random.Random) -> World:
    entities = tuple(
        Entity(
            f"entity{number}",
            tuple(random_fact(chance, f"fact{i}") for i in range(chance.randrange(5))),
        )
        for number in range(chance.randrange(1, 6))
    )
    points = tuple(
        Point(
            f"point{number}",
            chance.choice(("product-first", "business-first")),
            reduce=chance.choice(("first", "all")),
        )
        for number in range(4)
    )
    world = World(entities, points, (), scenarios=SCENARIOS)
    for lane in ("product", "business"):
        for number in range(chance.choice((0, 3, 12, 60))):
            added = random_definition(chance, world, number, lane)
            world = replace(world, definitions=(*world.definitions, added))
    return replace(world, points=tuple(ordered(chance, world, point) for point in points))


def ordered(chance: random.Random, world: World, point: Point) -> Point:
    """The point with an order of its own, now and then."""
    binders = [
        each.code
        for each in world.definitions
        if any(binding.point == point.code for binding in each.bound())
    ]
    n_named = chance.choice((0, 0, 1, 3))
    return replace(point, order=tuple(chance.sample(binders, min(n_named, len(binders)))))


def random_facts(chance: random.Random, world: World) -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {}
    for entity in world.entities:
        given = {}
        for fact in entity.facts:
            if fact.presence == "required" or chance.random() < 0.8:
                given[fact.name] = random_value(chance, fact)
        if given or chance.random() < 0.5:
            facts[entity.name] = given
    return facts


def random_value(chance: random.Random, fact: Fact) -> Any:
    number = chance.randrange(FLOOR - 2, TOP + 2)
    match fact.type:
        case "flag":
            return chance.random() < 0.5
        case "tags_int":
            return [chance.randrange(FLOOR, TOP) for _ in range(chance.randrange(9))]
        case "enum":
            return chance.choice(fact.words)
        case "string":
            return chance.choice((*WORDS, "elsewhere"))
        case "decimal":
            return f"{'-' if number < 0 else ''}{abs(number) // 10}.{abs(number) % 10}"
    return number


@dataclass(frozen=True)
class Meaning:
    """What a world says about one request, by plain reading."""

    world: World
    facts: dict[str, dict[str, Any]]
    as_of: int = 0

    def class_of(self, entity: Entity, facet: str) -> int:
        name, _, tag = facet.partition("=")
        fact = next(fact for fact in entity.facts if fact.name == name)
        value = self.facts.get(entity.name, {}).get(name)
        if fact.type == "tags_int":
            return int(int(tag) in (value or []))
        if value is None:
            return fact.default_class
        if fact.type == "flag":
            return int(value)
        if fact.words:
            return fact.words.index(value) + 1 if value in fact.words else len(fact.words) + 1
        number = int(value.replace(".", "")) if fact.type == "decimal" else value
        return 1 + bisect_right(fact.cuts, number)

    def holds(self, name: str, condition: Condition) -> bool:
        entity = next(entity for entity in self.world.entities if entity.name == name)
        at = 0 if condition else CONDITION_TRUE
        while at not in (CONDITION_TRUE, CONDITION_FALSE):
            facet, low, high, on_true, on_false = condition[at]
            at = on_true if low <= self.class_of(entity, facet) <= high else on_false
        return at == CONDITION_TRUE

    def is_live(self, live: Live | None) -> bool:
        if live is None:
            return True
        window = live.window
        return live.is_enabled and (window is None or window[0] <= self.as_of < window[1])

    def matched(self, lane: str) -> list[Definition]:
        return [
            each
            for each in self.world.definitions
            if each.lane == lane
            and self.is_live(each.live)
            and any(all(self.holds(*item) for item in term.items()) for term in each.terms)
        ]

    @property
    def identity(self) -> Definition | None:
        return next(iter(self.matched("business")), None)

    def effective(self, lane: str) -> Iterator[Definition]:
        identity = self.identity
        for each in self.matched(lane):
            installed = identity is not None and each.code in identity.installs
            if lane == "business" or each.scope == "all" or installed:
                yield each
            if each.is_isolated:
                return

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(each.code for lane in LANES for each in self.effective(lane))

    def binding(self, one: Definition, point: Point, scenario: str | None) -> Binding | None:
        here = [each for each in one.bound() if each.point == point.code]
        live = [each for each in here if self.is_live(each.live)]
        for wanted in (scenario, None):
            for each in live:
                if each.scenario == wanted:
                    return each
        return None

    def walk(self, point: Point, scenario: str | None) -> list[str]:
        """The codes of all definitions as the point asks them."""
        lanes = list(LANES)
        if point.lane_order == "business-first":
            lanes.reverse()
        everyone = [each for lane in lanes for each in self.world.definitions if each.lane == lane]
        walk = [*point.order, *(each.code for each in everyone if each.code not in point.order)]
        identity = self.identity
        if identity is not None and identity.code not in point.order:
            binding = self.binding(identity, point, scenario)
            if binding is not None and binding.before is not None:
                walk.remove(identity.code)
                walk.insert(walk.index(binding.before), identity.code)
        return walk

    def winners(self, point: Point, scenario: str | None) -> list[str | None]:
        """What runs at a point, the strongest first."""
        effective = {one.code: one for lane in LANES for one in self.effective(lane)}
        found: list[str | None] = []
        for code in self.walk(point, scenario):
            binding = self.binding(effective[code], point, scenario) if code in effective else None
            if binding is None:
                continue
            found.append(point.implementation if binding.is_stop else f"{code}@{point.code}")
            if binding.is_stop or point.reduce == "first":
                return found
        return found or [point.implementation]
