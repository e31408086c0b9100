"""Facts that change while they are read: the answer is that of one moment, and nothing crashes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import Any

import pytest
from engine.handmade import artifact_of
from engine.made_shop import shop

from rulec_runtime import Program, from_bytes


class Level(IntEnum):
    HIGH = 12


@pytest.fixture(scope="module")
def program() -> Program:
    return from_bytes(artifact_of(shop()))


class Meddler:
    """Stands for an int, and does something to the facts it stands in while it is read."""

    def __init__(self, number: int, act: Callable[[], object]) -> None:
        self.number = number
        self.act = act

    def __index__(self) -> int:
        self.act()
        return self.number


def rewrite(facts: dict[str, Any], names: tuple[str, ...]) -> None:
    """Empties a dict, fills it up again in another order, and leaves it as large as it was."""
    kept = {name: facts[name] for name in names}
    n = len(facts)
    facts.clear()
    facts.update({f"new {i}": i for i in range(n - len(kept))})
    facts.update(kept)


def test_facts_that_change_while_they_are_read_are_those_of_one_moment(program: Program) -> None:
    acts: list[Callable[[dict[str, Any]], object]] = [
        lambda facts: facts.clear(),
        lambda facts: facts.update({f"new {i}": i for i in range(1000)}),
        lambda facts: rewrite(facts, ("tags",)),
        lambda facts: rewrite(facts, ()),
        lambda facts: facts.pop("tags", None),
        lambda facts: facts["tags"].clear(),
    ]
    for act in acts:
        for order in (("weight", "price", "tags"), ("price", "weight", "tags")):
            facts: dict[str, Any] = {}
            given = {"weight": None, "price": 0, "tags": [4199]}
            facts.update({name: given[name] for name in order})
            facts["price"] = Meddler(1, partial(act, facts))
            request = {"seller": {"isTMSeller": True}, "item": facts}
            # What has no code of its own to run, a list of ints among it, is read first.
            assert program.identify(request) == "tmall.g20"


def test_entities_that_change_while_they_are_read_are_those_of_one_moment(
    program: Program,
) -> None:
    request: dict[str, Any] = {"place": {"channel": "app"}, "item": {}, "seller": {}}
    request["item"] = {"price": Meddler(1, lambda: rewrite(request, ())), "tags": [4199]}
    request["seller"] = {"isTMSeller": True}
    assert program.identify(request) == "tmall.g20"
    assert set(request) == {"new 0", "new 1", "new 2"}


def test_tags_that_change_while_they_are_read_are_those_of_one_moment(program: Program) -> None:
    tags: list[Any] = [1, 2, 4199]
    tags[1] = Meddler(77, tags.clear)
    match = program.match({"item": {"price": 1, "tags": tags}, "seller": {"isTMSeller": True}})
    assert match.identity == "tmall.g20"


def test_facts_that_other_threads_change_never_crash(program: Program) -> None:
    facts: dict[str, Any] = {"price": Level.HIGH, "tags": [4199]}
    request = {"seller": {"isTMSeller": True}, "item": facts}
    is_done = threading.Event()

    def work() -> None:
        while not is_done.is_set():
            facts.pop("weight", None)
            facts["weight"] = 1
            facts["tags"] = [*range(4199, 4199 - len(facts), -1)]

    thread = threading.Thread(target=work)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        thread.start()
        for _ in range(3000):
            assert program.identify(request) == "tmall.g20"
    finally:
        is_done.set()
        thread.join()
        sys.setswitchinterval(interval)
