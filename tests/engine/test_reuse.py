"""Working memory serves one request after another: nothing of the last is left, if it broke too.

A request pays for what it gives, never for the size of the vocabulary: its memory is made once.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from engine.handmade import artifact_of
from engine.handmade_world import Binding, Definition, Entity, Fact, Point, World, all_of
from roads import write_ruleset

import rulec
from rulec_runtime import Program, RulecError, from_bytes

N_TAGS = 200
RULES = {
    "vocabulary.toml": """
[entity.item]
kind = "commodity"
contains = "tags"
[entity.item.facts]
tags = { type = "tags<int>" }
price = { type = "int", min = 0, max = 100, required = true }
isNew = { type = "flag" }
[entity.seller]
kind = "people"
[entity.seller.facts]
level = { type = "int", min = 0, max = 9, required = true }
[[assume]]
exclusive = { fact = "item.tags", values = [0, 199] }
""",
    "platform.toml": '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n',
    "products/new.toml": """
code = "new"
owner = "o"
scope = "all"
condition = "item.isNew()"
""",
    "products/dear.toml": """
code = "dear"
owner = "o"
scope = "all"
rank = 5
condition = "item.price > 50 && seller.level > 5"
""",
    **{
        f"businesses/b{tag}.toml": (
            f'code = "b{tag}"\nowner = "o"\nrank = {tag + 1}\nidentity = "item.contains({tag})"\n'
        )
        for tag in range(N_TAGS)
    },
}
PLAIN = {"item": {"price": 1}, "seller": {"level": 1}}
CARRIED = list(range(1, N_TAGS, 3))


class Breaking(Mapping[str, Any]):
    """Facts that show some, and then fail."""

    def __getitem__(self, name: str) -> Any:
        if name == "price":
            raise InterruptedError
        return {"tags": CARRIED, "isNew": True}[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("tags", "isNew", "price"))

    def __len__(self) -> int:
        return 3


BROKEN: dict[str, Any] = {
    "a tag of another type": {
        "item": {"price": 99, "isNew": True, "tags": [*CARRIED, "x"]},
        "seller": {"level": 9},
    },
    "an undeclared name": {"item": {"tags": CARRIED, "isNew": True, "prise": 1}},
    "a value out of range": {"seller": {"level": 9}, "item": {"tags": CARRIED, "price": 101}},
    "a required fact is missing": {
        "seller": {"level": 9},
        "item": {"tags": CARRIED, "isNew": True},
    },
    "an entity of required facts is missing": {"item": {"tags": CARRIED, "price": 99}},
    "an assumption is broken": {**PLAIN, "item": {"price": 99, "tags": [0, *CARRIED, 199]}},
    "no mapping": {"item": {"tags": CARRIED, "price": 99}, "seller": 7},
    "code of the caller fails": {"seller": {"level": 9}, "item": Breaking()},
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return rulec.compile(write_ruleset(tmp_path_factory.mktemp("reuse"), RULES))


@pytest.mark.parametrize("why", BROKEN)
def test_a_request_that_fails_leaves_nothing(program: Program, why: str) -> None:
    """Neither tags nor scalars, and no required fact: the next one must give its own."""
    asks: list[Callable[[Any], object]] = [
        program.match,
        program.identify,
        lambda facts: program.resolve("p", facts),
    ]
    for ask in asks:
        for _ in range(2):
            with pytest.raises((RulecError, InterruptedError)):
                ask(BROKEN[why])
            assert program.match(PLAIN).codes == ()
            with pytest.raises(rulec.FactError, match=r"`seller\.level`|`item\.price`"):
                program.match({})
            assert program.identify({**PLAIN, "item": {"price": 1, "tags": [7]}}) == "b7"


@pytest.mark.parametrize(
    "facts",
    [
        Breaking(),
        {"isNew": True, "tags": CARRIED},
        {"price": 99, "isNew": True, "tags": [*CARRIED, "x"]},
        {"tags": CARRIED, "price": 101},
    ],
)
def test_a_profile_that_fails_leaves_nothing(program: Program, facts: Any) -> None:
    with pytest.raises((RulecError, InterruptedError)):
        program.profile("item", facts)
    with pytest.raises(rulec.FactError, match=r"`item\.price`"):
        program.profile("item", {})
    item, seller = program.profile("item", {"price": 1}), program.profile("seller", {"level": 1})
    assert program.match_profiles(item=item, seller=seller).codes == ()


def test_a_request_leaves_nothing_to_the_next(program: Program) -> None:
    full = {"item": {"price": 99, "isNew": True, "tags": CARRIED}, "seller": {"level": 9}}
    carriers = tuple(f"b{tag}" for tag in CARRIED)
    for _ in range(3):
        assert program.match(full).codes == ("dear", "new", *carriers)
        assert program.match(PLAIN).codes == ()
        with pytest.raises(rulec.FactError, match=r"`seller\.level`"):
            program.match({"item": {"price": 1}})


def test_a_request_allocates_nothing_of_the_vocabularys_size() -> None:
    """10,000 named tags: what a request needs is made once, for those that fail too."""
    n_tags = 10_000
    tags = Fact("tags", "tags_int", cuts=tuple(range(n_tags)))
    definition = Definition("b", "business", ({"item": all_of(("tags=7", 1, 1))},), (Binding("p"),))
    world = World((Entity("item", (tags,)),), (Point("p"),), (definition,))
    program = from_bytes(artifact_of(world))
    broken = {"item": {"tags": [1, 2, "x"]}}

    def ask() -> None:
        assert program.identify({"item": {"tags": [7, 9]}}) == "b"
        assert program.match({"item": {"tags": [8]}}).codes == ()
        with pytest.raises(rulec.FactError):
            program.resolve("p", broken)

    ask()
    tracemalloc.start()
    try:
        for _ in range(5):
            ask()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * n_tags
