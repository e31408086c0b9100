"""Random worlds and requests, and what they mean: slow, obvious, without the engine.

In: a source of chance. Out: a `World` whose conditions jump at random, facts for it, and the
winners by plain reading of the rules.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.handmade import Condition, Definition, Entity, Fact, Point, World

from rulec_runtime.format import CONDITION_FALSE, CONDITION_TRUE

WORDS = ("a", "ab", "b", "杭州", "\U0001f680", "")
FLOOR = -4
TOP = 12


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
    bound = chance.sample([point.code for point in world.points], chance.randrange(4))
    installs = chance.sample(products, chance.randrange(len(products) + 1))
    return Definition(
        f"{lane}{number}",
        lane,
        tuple(terms),
        tuple(bound),
        rank=number // 2,
        scope=chance.choice(("installed", "all")) if lane == "product" else "installed",
        installs=tuple(installs) if lane == "business" else (),
    )


def random_world(chance: random.Random) -> World:
    entities = tuple(
        Entity(
            f"entity{number}",
            tuple(random_fact(chance, f"fact{i}") for i in range(chance.randrange(5))),
        )
        for number in range(chance.randrange(1, 6))
    )
    points = tuple(
        Point(f"point{number}", chance.choice(("product-first", "business-first")))
        for number in range(4)
    )
    world = World(entities, points, ())
    for lane in ("product", "business"):
        for number in range(chance.choice((0, 3, 12, 60))):
            added = random_definition(chance, world, number, lane)
            world = World(entities, points, (*world.definitions, added))
    return world


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

    def matched(self, lane: str) -> list[Definition]:
        return [
            each
            for each in self.world.definitions
            if each.lane == lane
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

    @property
    def codes(self) -> tuple[str, ...]:
        lanes = ("product", "business")
        return tuple(each.code for lane in lanes for each in self.effective(lane))

    def winner(self, point: Point) -> str:
        lanes = ["product", "business"]
        if point.lane_order == "business-first":
            lanes.reverse()
        for lane in lanes:
            for each in self.effective(lane):
                if point.code in each.points:
                    return f"{each.code}@{point.code}"
        return "platform.Default"
