"""A program is one immutable thing: shared by threads, leaking nothing, never half sent away."""

from __future__ import annotations

import gc
import json
import pickle
import sys
import threading
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from engine.handmade import artifact_of
from engine.made_shop import shop

from rulec_runtime import (
    FactError,
    Match,
    PointError,
    Profile,
    ProfileError,
    Program,
    from_bytes,
)

FACTS: dict[str, Any] = {
    "seller": {"isTMSeller": True, "level": 5, "city": "杭州"},
    "item": {"tags": [4199, 77], "price": "19.90"},
    "place": {"channel": "app"},
}

N_TIMES = 100
SMALLEST_LEAK = 32
"""Bytes: no object, and no block of memory the engine asks for, is smaller."""


@pytest.fixture
def program() -> Program:
    return from_bytes(artifact_of(shop()))


def test_it_tells_what_it_holds(program: Program) -> None:
    assert program.points == ("Order.validate", "Price.discount", "Shipping.route")
    assert [entity.name for entity in program.entities] == ["seller", "item", "place"]
    assert [entity.kind for entity in program.entities] == ["people", "commodity", "place"]
    facts = [(fact.name, fact.type_name) for fact in program.entities[1].facts]
    assert facts == [
        ("tags", "tags<int>"),
        ("price", "decimal(2)"),
        ("brand", "string"),
        ("weight", "decimal(18)"),
    ]
    assert repr(program) == f"<program {program.hash[:12]}: 5 definitions, 3 points>"
    assert repr(program.match(FACTS)) == f"<match of tmall.g20: program {program.hash[:12]}>"
    assert repr(program.profile("place", {"floor": 1})) == "<profile of place: 1 facts>"
    assert repr(program.entities[2].facts[0]) == "<fact place.channel: enum>"
    assert repr(program.entities[2]) == "<entity place: 2 facts>"


def test_nothing_of_it_can_be_pickled(program: Program) -> None:
    for held in (program, program.match(FACTS), program.profile("place", {})):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(held)


def test_its_parts_cannot_be_made_from_nothing() -> None:
    for kind in (Program, Match, Profile):
        for arguments in ((), (None,), (None, None, None)):
            with pytest.raises(TypeError):
                kind(*arguments)
            with pytest.raises(TypeError):
                kind.__new__(kind, *arguments)


def test_nothing_of_it_can_be_changed(program: Program) -> None:
    held: Any
    for held in (program, program.match(FACTS), program.profile("place", {})):
        for name in ("hash", "decisions", "identity", "entity", "anything"):
            with pytest.raises(AttributeError):
                setattr(held, name, 1)


def test_threads_share_it(program: Program) -> None:
    match = program.match(FACTS)
    profiles = {name: program.profile(name, given) for name, given in FACTS.items()}
    other = from_bytes(artifact_of(shop()))
    expected = [decision.number for decision in match.resolve_points(program.points)]
    wrong: list[object] = []

    def work() -> None:
        for turn in range(400):
            served = program if turn % 2 else other
            seen = [
                [served.resolve(point, FACTS).number for point in served.points],
                [each.number for each in match.resolve_points(program.points)],
                [each.number for each in served.match(FACTS).resolve_points(served.points)],
                [served.resolve_profiles(point, **profiles).number for point in served.points],
            ]
            wrong.extend(each for each in seen if each != expected)

    threads = [threading.Thread(target=work) for _ in range(6)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []


def refused(call: Callable[[], object]) -> None:
    with pytest.raises((FactError, PointError, ProfileError)):
        call()


def test_nothing_leaks(program: Program) -> None:
    content = program.to_bytes()
    lenient = from_bytes(content, strict=False)
    data = json.dumps(FACTS)
    columns = {"item.price": np.array([1, 20_000], np.int64)}

    def work() -> None:
        program.resolve("Order.validate", FACTS)
        match = program.match(FACTS)
        match.resolve_points(program.points)
        _ = match.codes, match.identity
        profiles = {name: program.profile(name, given) for name, given in FACTS.items()}
        program.match_profiles(**profiles)
        program.resolve_profiles("Order.validate", **profiles)
        program.match_json(data)
        refused(lambda: program.match_json(data[:-1]))
        program.match(SimpleNamespace(**FACTS))
        refused(lambda: program.match(SimpleNamespace(itm=1)))
        number = program.profile_ids("item", columns)[0]
        program.match_profiles(item=number)
        refused(lambda: program.match_profiles(item=-number))
        lenient.match({**FACTS, "itm": {}, "seller": {"level": 21}})
        refused(lambda: program.match({"item": {"price": "x"}}))
        refused(lambda: program.match({"itm": {}}))
        refused(lambda: match.resolve("nowhere"))
        newer = from_bytes(content)
        newer.match_profiles(**profiles)
        _ = newer.manifest

    tracemalloc.start()
    try:
        held = [held_after(work, N_TIMES) for _ in range(8)]
    finally:
        tracemalloc.stop()
    # Python's own tables grow for a while, under a sanitiser longer; a leak grows every time.
    assert min(after - before for before, after in pairwise(held)) < N_TIMES * SMALLEST_LEAK


def held_after(work: Callable[[], None], n_times: int) -> int:
    """Bytes still allocated when all the work is done."""
    for _ in range(n_times):
        work()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_references_are_counted_right(program: Program) -> None:
    held = (FACTS, FACTS["item"], FACTS["item"]["tags"], program.decisions[0], program)
    counts = [sys.getrefcount(each) for each in held]
    for _ in range(100):
        program.match(FACTS).resolve_points(program.points)
        refused(lambda: program.match({"item": {"price": "x"}}))
    gc.collect()
    assert [sys.getrefcount(each) for each in held] == counts
