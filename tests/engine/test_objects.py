"""Objects are read as mappings: what they show, what they compute, and what they are not."""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import attrs
import msgspec
import numpy as np
import pydantic
import pytest
from engine.handmade import artifact_of
from engine.handmade_world import Entity, Fact, Point, World
from engine.made_shop import shop

from rulec_runtime import FactError, Program, from_bytes


@pytest.fixture(scope="module")
def program() -> Program:
    return from_bytes(artifact_of(shop()))


@dataclass
class ItemRecord:
    price: object = 1
    tags: object = (4199,)
    _cost: int = 7
    SHARED: ClassVar[int] = 3


@dataclass(slots=True, frozen=True)
class ItemSlots:
    price: object = 1
    tags: object = (4199,)
    weight: object = field(init=False)


class ItemStruct(msgspec.Struct, rename="camel"):
    price: object = 1
    tags: object = (4199,)


class ItemTuple(NamedTuple):
    price: object = 1
    tags: object = (4199,)


@attrs.define
class ItemAttrs:
    price: object = 1
    tags: object = (4199,)
    _cost: int = 7


class ItemModel(pydantic.BaseModel):
    price: int = 1
    tags: list[int] = [4199]


class ItemPlain:
    def __init__(self, price: object = 1, tags: object = (4199,)) -> None:
        self.price = price
        self.tags = tags
        self._cost = 7


class ItemOwnSlots:
    __slots__ = ("_cost", "price", "tags", "weight")

    def __init__(self, price: object = 1, tags: object = (4199,)) -> None:
        self.price = price
        self.tags = tags


class ItemProperties:
    """Facts that are computed, and an attribute of the class."""

    price = 1

    def __init__(self) -> None:
        self._tags = [4199]

    @property
    def tags(self) -> list[int]:
        return self._tags

    @cached_property
    def digest(self) -> str:
        return "not a fact"


class ItemProxy:
    """Answers for another object."""

    def __init__(self, source: object) -> None:
        self._source = source

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)


KINDS = (
    ItemRecord(),
    ItemSlots(),
    ItemStruct(),
    ItemTuple(),
    ItemAttrs(),
    ItemModel(),
    ItemPlain(),
    ItemOwnSlots(),
    ItemProperties(),
    ItemProxy(ItemPlain()),
    types.SimpleNamespace(price=1, tags=[4199]),
)


def name_of(part: object) -> str:
    return type(part).__name__


@pytest.mark.parametrize("item", KINDS, ids=name_of)
def test_an_object_answers_as_its_mapping_does(program: Program, item: object) -> None:
    seller = {"isTMSeller": True}
    assert program.match({"seller": seller, "item": item}).identity == "tmall.g20"
    request = types.SimpleNamespace(seller=seller, item=item)
    assert program.match(request).identity == "tmall.g20"
    profile = program.profile("item", item)
    kept = program.profile("seller", seller)
    assert program.match_profiles(item=profile, seller=kept).identity == "tmall.g20"


def test_a_request_may_be_an_object_of_objects(program: Program) -> None:
    @dataclass
    class Request:
        item: ItemRecord
        seller: object = None
        place: object = None

    assert program.identify(Request(ItemRecord())) == "platform"
    assert program.identify(Request(ItemRecord(), {"isTMSeller": True})) == "tmall.g20"
    with pytest.raises(FactError, match=r"`item\.price`: .*given nothing"):
        program.identify(Request(ItemRecord(price=None)))


UNDECLARED = (
    attrs.make_class("Undeclared", ["price", "colour"])(1, 2),
    msgspec.defstruct("Undeclared", ["price", "colour"])(1, 2),
    types.SimpleNamespace(price=1, colour=None),
    NamedTuple("Undeclared", [("price", int), ("colour", int)])(1, 2),
)


@pytest.mark.parametrize("item", UNDECLARED, ids=lambda item: type(item).__mro__[-2].__name__)
def test_a_field_nobody_declared_is_refused(program: Program, item: object) -> None:
    with pytest.raises(FactError, match=r"`item\.colour`: .*an undeclared name"):
        program.match({"item": item})
    with pytest.raises(FactError, match=r"`colour`: .*an undeclared name"):
        program.match(types.SimpleNamespace(item={"price": 1}, colour=1))


def test_what_was_computed_once_is_no_field(program: Program) -> None:
    item = ItemProperties()
    assert item.digest
    assert program.identify({"item": item}) == "platform"


def test_what_a_property_raises_passes(program: Program) -> None:
    class Broken:
        weight = None

        @property
        def price(self) -> int:
            raise self.error

        error: ClassVar[Exception]

    for kind in (ZeroDivisionError, AttributeError, KeyError):
        Broken.error = kind("of the caller")
        with pytest.raises(kind, match="of the caller"):
            program.match({"item": Broken()})


def test_a_field_that_is_not_set_is_absent(program: Program) -> None:
    item = ItemOwnSlots()
    del item.price
    with pytest.raises(FactError, match=r"`item\.price`: .*given nothing"):
        program.match({"item": item})


def test_a_method_is_no_value(program: Program) -> None:
    class Seller:
        city = "Berlin"

        def level(self) -> int:
            return 3

    with pytest.raises(FactError, match=r"`seller\.level`: expected an int"):
        program.match({"item": {"price": 1}, "seller": Seller()})


class Colour(Enum):
    price = 1


class Shy:
    def __init__(self) -> None:
        self._price = 1


NO_RECORDS = (
    3, 1.5, "text", b"bytes", [1], (1, 2), {1}, object(), len, ItemPlain, types, Colour.price,
    np.array([1]), Shy(), iter([1]), range(2), test_a_method_is_no_value,
)  # fmt: skip


@pytest.mark.parametrize("given", NO_RECORDS, ids=name_of)
def test_what_shows_no_field_is_no_object_with_facts(program: Program, given: object) -> None:
    with pytest.raises(FactError, match="a mapping of facts, or an object with fields"):
        program.match({"item": given})
    with pytest.raises(FactError, match="a mapping of entities, or an object with fields"):
        program.match(given)


class Price(NamedTuple):
    price: int


def test_what_every_tuple_has_is_no_fact() -> None:
    facts = (Fact("count", "int", "optional"), Fact("price", "int", "optional"))
    program = from_bytes(artifact_of(World((Entity("item", facts),), (Point("point"),), ())))
    assert program.identify({"item": Price(1)}) == "platform"


def test_a_private_name_may_be_a_fact() -> None:
    facts = (
        Fact("_cost", "int", "required"),
        Fact("price", "int", "optional"),
        Fact("tags", "tags_int"),
    )
    program = from_bytes(artifact_of(World((Entity("item", facts),), (Point("point"),), ())))
    for item in (ItemRecord(), ItemAttrs(), ItemPlain()):
        assert program.identify({"item": item}) == "platform"
    with pytest.raises(FactError, match=r"`item\._cost`"):
        program.identify({"item": ItemTuple()})


def test_an_object_that_changes_while_it_is_read_never_crashes(program: Program) -> None:
    class Meddling:
        def __init__(self) -> None:
            self.weight = None
            self.tags = [4199]

        @property
        def price(self) -> int:
            self.__dict__.clear()
            return 1

    for _ in range(50):
        assert program.identify({"item": Meddling()}) == "platform"


def test_a_profile_keeps_what_it_found_on_an_object(program: Program) -> None:
    tags: list[Any] = [4199]
    item = ItemPlain(tags=tags)
    kept = program.profile("item", item)
    item.price = "nonsense"
    tags.clear()
    newer = from_bytes(program.to_bytes())
    seller = newer.profile("seller", {"isTMSeller": True})
    assert newer.match_profiles(item=kept, seller=seller).identity == "tmall.g20"
