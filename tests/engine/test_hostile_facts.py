"""Facts whose own code changes the request while it is read.

A plain dict is read where it lies, by pointers that nobody holds. So here values clear the dicts
and the lists that they stand in, drop what comes after them, collect garbage and ask the same
program; and names act when they are compared. The answer is that of the request as it was given,
under the interpreter's debug allocator as well, which fills what was freed with what is no pointer.
"""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import pytest
from engine.handmade import artifact_of
from engine.made_shop import shop

from rulec_runtime import FactError, Program, from_bytes

Request = dict[str, dict[str, Any]]
WINNER = "tmall.g20"


class Acts:
    """An int that does something when it is asked for its value."""

    def __init__(self, value: int, act: Callable[[], object]) -> None:
        self.value = value
        self.act = act

    def __index__(self) -> int:
        self.act()
        return self.value


class Name(str):
    """A name that does something whenever it is compared or hashed."""

    act: Callable[[], object]

    def __new__(cls, text: str, act: Callable[[], object]) -> Self:
        name = super().__new__(cls, text)
        name.act = act
        return name

    def __hash__(self) -> int:
        getattr(self, "act", int)()
        return str.__hash__(self)

    def __eq__(self, other: object) -> bool:
        getattr(self, "act", int)()
        return str.__eq__(self, other)


def fresh(text: str) -> str:
    """A text that nothing else holds."""
    return "".join(list(text))


def given() -> Request:
    """A request whose every value is its own, and that `WINNER` wins."""
    return {
        fresh("item"): {
            fresh("price"): Decimal("19.90"),
            fresh("brand"): fresh("nobody"),
            fresh("tags"): [4199, 2**29 + random.randrange(999), 77],
            fresh("weight"): Decimal("2.5"),
        },
        fresh("seller"): {fresh("isTMSeller"): True, fresh("level"): int("7")},
        fresh("place"): {fresh("channel"): fresh("app")},
    }


@pytest.fixture(scope="module")
def program() -> Program:
    return from_bytes(artifact_of(shop()))


def wreck(request: Request) -> Callable[[], None]:
    """Takes a request apart, and fills the memory with something else."""

    def act() -> None:
        for facts in list(request.values()):
            for value in list(facts.values()):
                if isinstance(value, list):
                    value.clear()
                    value.extend(["x"] * 100)
            facts.clear()
            facts.update({f"n{i}": i for i in range(200)})
        request.clear()
        gc.collect()
        _ = [fresh("another") for _ in range(2_000)], [[i] for i in range(10**6, 10**6 + 2_000)]

    return act


PLACES = [("item", "tags"), ("item", "price"), ("seller", "level")]


@pytest.mark.parametrize(("entity", "fact"), PLACES)
def test_a_value_may_take_its_request_apart(program: Program, entity: str, fact: str) -> None:
    for _ in range(5):
        request = given()
        act = wreck(request)
        value: Any = Acts(7, act)
        request[entity][fact] = [4199, value, 5] if fact == "tags" else value
        assert program.identify(request) == WINNER
        assert not request


@pytest.mark.parametrize("entity", ["item", "seller", "place"])
def test_a_value_at_the_front_may_too(program: Program, entity: str) -> None:
    """The values behind it are read after it ran."""
    fact, number = {"item": ("price", 19), "seller": ("level", 7), "place": ("floor", 3)}[entity]
    for _ in range(5):
        first = Acts(number, int)
        request = given()
        facts = {name: value for name, value in request.pop(entity).items() if name != fact}
        request = {entity: {fact: first, **facts}, **request}
        first.act = wreck(request)
        assert program.identify(request) == WINNER


def test_a_value_may_drop_those_that_only_the_request_holds(program: Program) -> None:
    """Of a list of tags: the tags that were not looked at yet."""
    for n in (1, 3, 31, 32, 33, 100):
        request = given()
        tags: list[Any] = [10**12 + i for i in range(n)]
        tags.insert(0, Acts(4199, lambda tags=tags: (tags.clear(), gc.collect())))  # type: ignore[misc]
        request["item"]["tags"] = tags
        assert program.identify(request) == WINNER


def test_a_name_may_take_its_request_apart(program: Program) -> None:
    for entity in ("item", "seller", "place"):
        request = given()
        act = wreck(request)
        is_set = []
        name = Name("floor", lambda: act() if is_set else None)  # noqa: B023
        request["place"][name] = 2
        is_set.append(True)
        assert program.identify(request) == WINNER, entity


def test_an_entity_may_be_named_by_what_takes_the_request_apart(program: Program) -> None:
    request = given()
    is_set: list[bool] = []
    act = wreck(request)
    request[Name("place", lambda: act() if is_set else None)] = request.pop("place")
    is_set.append(True)
    assert program.identify(request) == WINNER


def test_a_value_may_ask_the_same_program_meanwhile(program: Program) -> None:
    inner: list[str] = []

    def ask() -> None:
        other = given()
        other["seller"] = {"isTMSeller": False, "level": 3}
        other["item"]["price"] = Acts(2, lambda: None)
        inner.append(program.identify(other))

    alone = given() | {"seller": {"isTMSeller": False, "level": 3}}
    expected = program.identify(alone)
    for fact in ("price", "weight"):
        request = given()
        request["item"][fact] = Acts(2, ask)
        assert program.identify(request) == WINNER
    assert inner == [expected] * 2
    assert expected != WINNER


def test_a_value_may_raise_in_the_middle(program: Program) -> None:
    """And nothing that was gathered is kept."""

    def stop() -> None:
        raise ZeroDivisionError

    request = given()
    brand, tags = request["item"]["brand"], request["item"]["tags"]
    request["seller"]["level"] = Acts(2, stop)
    held = sys.getrefcount(brand), sys.getrefcount(tags), sys.getrefcount(tags[1])
    for _ in range(50):
        with pytest.raises(ZeroDivisionError):
            program.identify(request)
    assert held == (sys.getrefcount(brand), sys.getrefcount(tags), sys.getrefcount(tags[1]))


def test_no_value_is_kept(program: Program) -> None:
    request = given()
    values = [value for facts in request.values() for value in facts.values()]
    values += request["item"]["tags"]
    held = [sys.getrefcount(value) for value in values if value is not True]
    for _ in range(50):
        program.identify(request)
    assert held == [sys.getrefcount(value) for value in values if value is not True]


def test_a_value_that_dies_with_the_call_may_act(program: Program) -> None:
    """The last one to hold a value may be the call."""
    died: list[str] = []

    class Mortal(Decimal):
        def __del__(self) -> None:
            died.append(program.identify(given()))

    request = given()
    request["item"]["weight"] = Mortal("2.5")
    request["item"]["price"] = Acts(19, wreck(request))
    assert program.identify(request) == WINNER
    assert died == [WINNER]


def test_names_whose_memory_is_used_again_stay_apart(program: Program) -> None:
    """A name is known by its object only while that object is held."""
    names = ["brand", "tags", "weight", "brands", "tag", "weights"]
    for number in range(2_000):
        name = fresh(names[number % len(names)])
        if number % len(names) < 3:
            assert program.identify({"item": {"price": 1, name: None}}) == "platform"
        else:
            with pytest.raises(FactError, match=f"`item.{name}`"):
                program.identify({"item": {"price": 1, name: None}})


def shuffled(rng: random.Random) -> Iterator[tuple[Request, tuple[str, str]]]:
    """Requests with some bad values, and the first of them."""
    bad = {
        ("item", "tags"): [4199, "x"], ("item", "brand"): 3, ("item", "price"): "dear",
        ("seller", "level"): 99, ("seller", "isTMSeller"): 1, ("place", "channel"): "phone",
        ("item", "nothing"): 1, ("seller", "nothing"): None,
    }  # fmt: skip
    for _ in range(300):
        places = rng.sample(list(bad), rng.randint(1, 4))
        request = given()
        for entity, fact in places:
            request[entity][fact] = bad[entity, fact]
        mixed = {
            entity: dict(rng.sample(list(facts.items()), len(facts)))
            for entity, facts in rng.sample(list(request.items()), len(request))
        }
        first = next(
            (entity, fact)
            for entity, facts in mixed.items()
            for fact in facts
            if (entity, fact) in places
        )
        yield mixed, first


def test_the_first_bad_fact_is_named_whatever_its_kind(program: Program) -> None:
    for request, first in shuffled(random.Random(5)):
        with pytest.raises(FactError) as refused:
            program.identify(request)
        assert (refused.value.entity, refused.value.fact) == first


@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 200, 1_000])
def test_any_number_of_undeclared_names_is_counted(n: int) -> None:
    program = from_bytes(artifact_of(shop()), strict=False)
    request = given()
    request["item"] |= {f"n{i}": None for i in range(n)}
    request["seller"] |= {f"m{i}": [i] for i in range(n)}
    assert program.identify(request) == WINNER
    assert program.stats()["undeclared"] == 2 * n


def test_all_of_it_under_the_debug_allocator() -> None:
    environment = os.environ | {"PYTHONMALLOC": "debug"}
    command = [sys.executable, "-X", "faulthandler", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, __file__, "-k", "not debug_allocator"],
        env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-4_000:] + ran.stderr[-4_000:]
