"""Values become classes, or a `FactError` that says what was expected and what was given."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from engine.classes import Probe
from engine.handmade import artifact_of
from engine.handmade_world import Entity, Fact, Point, World
from engine.made_shop import shop

from rulec_runtime import FactError, Program, from_bytes

Facts = dict[str, dict[str, Any]]

MIN_INT, MAX_INT = -(2**63), 2**63 - 1


class Level(IntEnum):
    HIGH = 12


class Text(str):
    """A string that lies about itself."""

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        return True


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError

    def __index__(self) -> int:
        raise TypeError


FLAG = Fact("it", "flag")
LEVEL = Fact("it", "int", "optional", low=-3, high=20, cuts=(3, 10))
WIDE = Fact("it", "int", "optional", cuts=(MIN_INT, 0, MAX_INT))
PRICE = Fact("it", "decimal", "optional", scale=2, low=-1000, high=50000, cuts=(0, 1990, 1991))
FINE = Fact("it", "decimal", "optional", scale=18, cuts=(0, 1, MAX_INT))
WHOLE = Fact("it", "decimal", "optional", scale=0, cuts=(0, 1))
CHANNEL = Fact("it", "enum", "optional", words=("web", "app", "店"))
CITY = Fact("it", "string", "optional", words=("杭州", "Berlin", ""))
TAGS = Fact("it", "tags_int", cuts=(MIN_INT, -5, 0, 77, MAX_INT))

TAKEN = [
    (FLAG, True, 1),
    (FLAG, False, 0),
    (LEVEL, -3, 1),
    (LEVEL, 2, 1),
    (LEVEL, 3, 2),
    (LEVEL, 9, 2),
    (LEVEL, 20, 3),
    (LEVEL, Level.HIGH, 3),
    (LEVEL, np.int8(3), 2),
    (LEVEL, np.uint64(10), 3),
    (WIDE, MIN_INT, 2),
    (WIDE, -1, 2),
    (WIDE, 0, 3),
    (WIDE, MAX_INT, 4),
    (PRICE, 0, 2),
    (PRICE, 20, 4),
    (PRICE, np.int64(19), 2),
    (PRICE, "19.90", 3),
    (PRICE, "19.9", 3),
    (PRICE, "0019.900000", 3),
    (PRICE, "-0", 2),
    (PRICE, "-0.00", 2),
    (PRICE, "-10", 1),
    (PRICE, Decimal("19.900"), 3),
    (PRICE, Decimal("1.99E+1"), 3),
    (PRICE, Decimal("2E1"), 4),
    (PRICE, Decimal("-0E+999999"), 2),
    (PRICE, Decimal("0E-999999"), 2),
    (PRICE, 19.9, 3),
    (PRICE, 19.91, 4),
    (PRICE, np.float64(19.9), 3),
    (PRICE, -0.0, 2),
    (PRICE, Decimal("1990E-2"), 3),
    (PRICE, Decimal("19900000000000000000000E-21"), 3),
    (FINE, "9.223372036854775807", 4),
    (FINE, Decimal("9223372036854775807E-18"), 4),
    (FINE, Decimal("-9223372036854775808E-18"), 1),
    (FINE, "-9.223372036854775808", 1),
    (FINE, Decimal("9.223372036854775807"), 4),
    (FINE, "0.000000000000000001", 3),
    (FINE, 9, 3),
    (FINE, -9, 1),
    (WHOLE, "1", 3),
    (WHOLE, 1.0, 3),
    (WHOLE, Decimal("1.00"), 3),
    (CHANNEL, "web", 1),
    (CHANNEL, "店", 3),
    (CHANNEL, np.str_("app"), 2),
    (CITY, "杭州", 1),
    (CITY, "Berlin", 2),
    (CITY, "", 3),
    (CITY, "Berli", 4),
    (CITY, "Berlin\0", 4),
    (CITY, "\U0001f680", 4),
    (CITY, Text("Berlin"), 2),
    (CITY, Text("elsewhere"), 4),
]

REFUSED: list[tuple[Fact, Any]] = [
    *((FLAG, value) for value in (1, 0, "true", np.bool_(True), [], 1.0)),
    *((LEVEL, value) for value in (True, 21, -4, "3", 3.0, Decimal(3), 2**63, -(2**64), [3])),
    *((LEVEL, value) for value in (np.bool_(True), np.float64(3), Fraction(3), Hostile(), object)),
    *((WIDE, value) for value in (2**63, MIN_INT - 1, 10**5000)),
    *((PRICE, value) for value in (True, "19.905", Decimal("19.905"), 19.905, "500.01", -10.01)),
    *((PRICE, value) for value in ("", "-", ".", "1.", ".5", "+1", " 1", "1 ", "1e1", "1_0")),
    *((PRICE, value) for value in ("1,5", "--1", "1.5.0", "0x1", "١", "1\0", "\ud800", "NaN")),
    *((PRICE, value) for value in (float("nan"), float("inf"), float("-inf"), 1e300, 2.0**60)),
    *((PRICE, Decimal(value)) for value in ("9" * 50 + ".999", "19.9051", "1E-3")),
    *((PRICE, Decimal(value)) for value in ("NaN", "sNaN", "Infinity", "1E+999999", "1E-999999")),
    *((PRICE, value) for value in (np.float32(1.5), Fraction(1), b"1", np.bool_(True), 10**40)),
    *((FINE, value) for value in ("9.223372036854775808", 10, -10, "-9.223372036854775809")),
    *((FINE, value) for value in ("1e-18", "0.0000000000000000001", Decimal("1e-19"), "9" * 10**5)),
    *((WHOLE, value) for value in ("1.5", 1.5, Decimal("0.1"))),
    *((CHANNEL, value) for value in ("", "WEB", "web ", "we", "\udc80", b"web", 1, Text("x"))),
    *((CITY, value) for value in ("\ud800", "Berlin\udfff", b"Berlin", 1, ["Berlin"], True)),
    *((TAGS, value) for value in (77, "77", {77: 1}, iter([77]), range(3), np.array([77]))),
    *((TAGS, [value]) for value in (True, "77", 77.0, None, 2**63, MIN_INT - 1, [77])),
]  # fmt: skip


def name_of(part: object) -> str:
    """The name of a test case; some values cannot be shown."""
    return part.type if isinstance(part, Fact) else type(part).__name__


@pytest.fixture(scope="module")
def probes() -> dict[Fact, Probe]:
    facts = (FLAG, LEVEL, WIDE, PRICE, FINE, WHOLE, CHANNEL, CITY, TAGS)
    return {fact: Probe(fact) for fact in facts}


@pytest.mark.parametrize(("fact", "value", "expected"), TAKEN, ids=name_of)
def test_a_value_falls_into_its_class(
    probes: dict[Fact, Probe], fact: Fact, value: object, expected: int
) -> None:
    assert probes[fact].class_of(value) == expected


@pytest.mark.parametrize(("fact", "value"), REFUSED, ids=name_of)
def test_a_value_of_another_kind_is_refused(
    probes: dict[Fact, Probe], fact: Fact, value: object
) -> None:
    with pytest.raises(FactError) as refused:
        probes[fact].program.identify({"thing": {"it": value}})
    error = refused.value
    assert (error.entity, error.fact, error.row) == ("thing", "it", None)
    assert error.expected
    assert error.given
    assert len(str(error)) < 400
    assert str(error).isprintable()


@pytest.mark.parametrize(("fact", "value", "expected"), TAKEN, ids=name_of)
def test_a_value_means_the_same_in_any_mapping(
    probes: dict[Fact, Probe], fact: Fact, value: object, expected: int
) -> None:
    """Plain dicts are read where they lie; of what is none, each value is asked for."""
    given: Any = {"thing": MappingProxyType({"it": value})}
    assert probes[fact].program.identify(given) == str(expected)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], []),
        (None, []),
        ([77, 77, 5], [3]),
        ((0, -5), [1, 2]),
        ({MAX_INT, MIN_INT}, [0, 4]),
        (frozenset([0]), [2]),
        ([np.int64(77), np.int8(-5)], [1, 3]),
        ([Level.HIGH], []),
    ],
)
def test_tags_are_a_set(probes: dict[Fact, Probe], tags: object, expected: list[int]) -> None:
    assert probes[TAGS].tags_of(tags) == expected


def test_thousands_of_tags_are_read(probes: dict[Fact, Probe]) -> None:
    assert probes[TAGS].tags_of(list(range(-50_000, 50_000))) == [1, 2, 3]


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (FLAG, "true or false"),
        (LEVEL, "an int from `-3` to `20`"),
        (WIDE, "an int of 64 bits"),
        (PRICE, "an exact decimal of at most 2 places from `-10.00` to `500.00`"),
        (CHANNEL, "one of `app`, `web`, `店`"),
        (CITY, "a string of Unicode text"),
        (TAGS, "a list of 64-bit ints"),
    ],
)
def test_the_error_says_what_is_expected(probes: dict[Fact, Probe], fact: Fact, words: str) -> None:
    with pytest.raises(FactError) as refused:
        probes[fact].program.identify({"thing": {"it": b"?"}})
    assert refused.value.expected == words
    assert refused.value.given == "the bytes `b'?'`"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "the flag `True`"),
        (21, "the int `21`"),
        ("x", "the string `'x'`"),
        (1.5, "the float `1.5`"),
        (Decimal("1.5"), "the decimal `1.5`"),
        ([1], "the list `[1]`"),
        ({1}, "the set `{1}`"),
        ({}, "the mapping `{}`"),
    ],
)
def test_the_error_says_what_was_given(
    probes: dict[Fact, Probe], value: object, words: str
) -> None:
    with pytest.raises(FactError) as refused:
        probes[LEVEL].program.identify({"thing": {"it": value}})
    assert refused.value.given == words


@pytest.fixture(scope="module")
def program() -> Program:
    return from_bytes(artifact_of(shop()))


def test_an_undeclared_name_gets_a_suggestion(program: Program) -> None:
    with pytest.raises(FactError, match=r"`seler`: .*did you mean `seller`\?.*undeclared"):
        program.match({"seler": {}, "item": {"price": 1}})
    with pytest.raises(FactError, match=r"`seller\.isTMSeler`: .*did you mean `isTMSeller`\?"):
        program.match({"seller": {"isTMSeler": True}, "item": {"price": 1}})
    with pytest.raises(FactError, match=r"`item\.nothing like it`: expected a fact"):
        program.match({"item": {"price": 1, "nothing like it": None}})


@pytest.mark.parametrize("name", [3, None, ("seller",), Hostile(), "\ud800", "x" * 10**6])
def test_a_name_of_any_kind_is_refused(program: Program, name: Any) -> None:
    with pytest.raises(FactError):
        program.match({name: {}, "item": {"price": 1}})
    with pytest.raises(FactError):
        program.match({"item": {"price": 1, name: 2}})


class Unhashable(Mapping[Any, Any]):
    """A mapping whose one name no dict could hold."""

    def __getitem__(self, name: Any) -> Any:
        return 1

    def __iter__(self) -> Iterator[Any]:
        return iter([["price"]])

    def __len__(self) -> int:
        return 1


def test_a_name_that_cannot_be_hashed_is_refused(program: Program) -> None:
    for facts in (Unhashable(), {"item": Unhashable()}):
        with pytest.raises(FactError, match="an undeclared name"):
            program.match(facts)
    with pytest.raises(FactError, match="an undeclared name"):
        program.profile("item", Unhashable())


def test_a_name_that_lies_about_itself_is_read_by_its_letters(program: Program) -> None:
    assert program.identify({Text("item"): {Text("price"): 1}}) == "platform"
    with pytest.raises(FactError, match="`nothing`"):
        program.match({Text("nothing"): {}})


@pytest.mark.parametrize("facts", [None, 3, "seller", [("seller", {})], {1}, range(3), len])
def test_facts_that_are_no_mapping_are_refused(program: Program, facts: Any) -> None:
    with pytest.raises(FactError, match="a mapping of entities"):
        program.match(facts)
    if facts is not None:
        with pytest.raises(FactError, match="a mapping of facts"):
            program.match({"item": {"price": 1}, "seller": facts})


@pytest.mark.parametrize(
    "facts", [{}, {"item": None}, {"item": {}}, {"item": {"price": None}}, {"seller": {}}]
)
def test_a_required_fact_is_missed(program: Program, facts: Any) -> None:
    with pytest.raises(FactError) as refused:
        program.match(facts)
    assert (refused.value.entity, refused.value.fact) == ("item", "price")
    assert refused.value.given == "nothing"


def test_the_first_bad_fact_is_named_in_the_callers_order(program: Program) -> None:
    with pytest.raises(FactError) as refused:
        program.match({"place": {"floor": "x"}, "seller": {"level": "x"}})
    assert refused.value.entity == "place"


def test_absence_falls_back_to_the_default() -> None:
    probe = Probe(Fact("it", "int", "default", cuts=(0, 10), default_class=2))
    assert probe.class_of(None) == 2
    assert probe.class_of(-1) == 1
    assert probe.program.identify({}) == "2"
    assert probe.program.identify({"thing": None}) == "2"
    assert probe.program.identify({"thing": {}}) == "2"


class Growing(Mapping[str, Any]):
    """A mapping that runs code as it is read."""

    def __init__(self, facts: dict[str, Any], then: Any) -> None:
        self.facts = facts
        self.then = then

    def __getitem__(self, name: str) -> Any:
        self.then()
        return self.facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self.facts))

    def __len__(self) -> int:
        return len(self.facts)


def test_any_mapping_will_do(program: Program) -> None:
    facts: Facts = {"item": {"price": 1, "tags": [4199]}, "seller": {"isTMSeller": True}}
    expected = program.match(facts).codes
    kinds: tuple[Callable[[Any], Any], ...]
    kinds = (MappingProxyType, OrderedDict, lambda each: Growing(each, lambda: None))
    for kind in kinds:
        wrapped: Any = kind({name: kind(given) for name, given in facts.items()})
        assert program.match(wrapped).codes == expected


def test_a_mapping_may_ask_the_same_program_meanwhile(program: Program) -> None:
    facts: Facts = {"item": {"price": 1, "tags": [4199]}, "seller": {"isTMSeller": True}}
    inner: list[str] = []
    nested = {
        name: Growing(given, lambda: inner.append(program.identify({"item": {"price": 2}})))
        for name, given in facts.items()
    }
    assert program.identify(nested) == "tmall.g20"
    assert set(inner) == {"platform"}


def test_an_error_raised_by_the_callers_value_passes(program: Program) -> None:
    class Broken:
        def __index__(self) -> int:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        program.match({"item": {"price": Broken()}})
    assert program.identify({"item": {"price": 1}}) == "platform"


def test_a_program_without_entities_takes_no_facts() -> None:
    program = from_bytes(artifact_of(World((), (Point("point"),), ())))
    assert program.resolve("point", {}).code == "platform"
    with pytest.raises(FactError):
        program.resolve("point", {"seller": {}})


def test_an_entity_without_facts_takes_none() -> None:
    program = from_bytes(artifact_of(World((Entity("thing", ()),), (Point("point"),), ())))
    assert program.resolve("point", {"thing": {}}).code == "platform"
    with pytest.raises(FactError):
        program.resolve("point", {"thing": {"it": 1}})
