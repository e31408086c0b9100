"""A request's facts, read one declared fact at a time.

In: the vocabulary and a mapping entity -> fact -> value. Out: `Facts`, which holds every declared
fact of every entity: True or False for a flag, a frozenset for tags, an int (smallest units) or a
string for scalars, microseconds for a time, None for an optional fact that is absent. What breaks
the vocabulary is `BadFact`; where reading is not strict, what is `Tolerable` is as if not given.
Written for reading: exact fractions, no shortcut.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from operator import index
from typing import Any, Final, SupportsIndex, TypeAlias

from rulec.instant import instant
from rulec.limits import MAX_INT, MIN_INT
from rulec.vocabulary.model import Fact, FactType, Presence, Vocabulary, is_path

__all__ = ["BadFact", "FactValue", "Facts", "Tolerable", "read_fact", "read_facts"]

FactValue: TypeAlias = bool | int | str | frozenset[int] | frozenset[str] | None
Facts: TypeAlias = Mapping[str, FactValue]
"""Every declared fact by its path, `entity.fact`."""

FLOAT_STEPS: Final = 4
"""How many neighbouring doubles a float may lie away from the decimal it stands for."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_PLAIN: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


class BadFact(ValueError):
    """A value the vocabulary does not allow; `path` names the fact or the entity."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"`{path}`: {problem}")
        self.path = path


class Tolerable(BadFact):
    """An undeclared name, or a value of the fact's type beyond its enum or its range."""


def read_facts(vocabulary: Vocabulary, request: Mapping[str, Any], *, strict: bool = True) -> Facts:
    """Every declared fact of a request.

    Not strict: undeclared names are ignored, and a value outside its fact's domain counts as
    absent, which a required fact must not be.
    """
    if not isinstance(request, Mapping):
        raise BadFact("facts", "no mapping of entities")
    for name in request:
        if strict and name not in vocabulary.entities:
            raise Tolerable(str(name), "no such entity")
    facts: dict[str, FactValue] = {}
    for entity in vocabulary.entities.values():
        given = request.get(entity.name)
        given = {} if given is None else given
        if not isinstance(given, Mapping):
            raise BadFact(entity.name, "no mapping of facts")
        for name in given:
            if strict and name not in entity.facts:
                raise Tolerable(f"{entity.name}.{name}", "no such fact")
        for fact in entity.facts.values():
            facts[fact.path] = read_fact(fact, given.get(fact.name), strict=strict)
    return facts


def read_fact(fact: Fact, value: object, *, strict: bool = True) -> FactValue:
    """One fact of a request, as `read_facts` reads it; None is an absent one."""
    return _absent(fact) if value is None else _given(fact, value, strict)


def _given(fact: Fact, value: object, strict: bool) -> FactValue:
    if fact.type.is_tags:
        return frozenset(_known_tags(fact, value, strict))
    try:
        return _value(fact, value)
    except Tolerable:
        if strict or fact.presence is Presence.REQUIRED:
            raise
        return _absent(fact)


def _known_tags(fact: Fact, value: object, strict: bool) -> Iterator[Any]:
    """The tags of a value; where reading is not strict, without those outside the domain."""
    for tag in _tags(fact, value):
        try:
            yield _value(fact, tag)
        except Tolerable:
            if strict:
                raise


def _absent(fact: Fact) -> FactValue:
    if fact.type is FactType.FLAG:
        return False
    if fact.type.is_tags:
        return frozenset()
    if fact.presence is Presence.REQUIRED:
        raise BadFact(fact.path, "missing")
    return fact.default if fact.presence is Presence.DEFAULT else None


def _value(fact: Fact, value: object) -> bool | int | str:
    """A scalar, or one tag."""
    match fact.type:
        case FactType.FLAG:
            if not isinstance(value, bool):
                raise BadFact(fact.path, "not true or false")
            return value
        case FactType.INT | FactType.TAGS_INT:
            return _in_range(fact, _integer(fact, value))
        case FactType.DECIMAL:
            return _in_range(fact, _units(fact, value))
        case FactType.TIME:
            return _in_range(fact, _micros(fact, value))
        case FactType.ENUM | FactType.STRING | FactType.TREE | FactType.TAGS_STRING:
            return _text(fact, value)


def _tags(fact: Fact, value: object) -> list[object]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise BadFact(fact.path, "no list of tags")
    return list(value)


def _micros(fact: Fact, value: object) -> int:
    """A time in microseconds since 1970, UTC."""
    if isinstance(value, str):
        micros = instant(value)
        if micros is None:
            raise BadFact(fact.path, "no time with an offset, to the microsecond")
        return micros
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise BadFact(fact.path, "no time with an offset")
    if getattr(value, "nanosecond", 0):
        raise BadFact(fact.path, "finer than a microsecond")
    return (value - _EPOCH) // _MICROSECOND


def _integer(fact: Fact, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        raise BadFact(fact.path, "not an integer")
    return index(value)


def _in_range(fact: Fact, number: int) -> int:
    if not MIN_INT <= number <= MAX_INT or not fact.low <= number <= fact.high:
        raise Tolerable(fact.path, "out of range")
    return number


def _text(fact: Fact, value: object) -> str:
    if not isinstance(value, str):
        raise BadFact(fact.path, "not a string")
    if any(0xD800 <= ord(character) <= 0xDFFF for character in value):
        raise BadFact(fact.path, "a lone surrogate")
    if fact.type is FactType.ENUM and value not in fact.values:
        raise Tolerable(fact.path, "not a declared value")
    if fact.type is FactType.TREE and not is_path(value):
        raise BadFact(fact.path, "not a path")
    return value


def _units(fact: Fact, value: object) -> int:
    """A decimal in its smallest unit: exact, or refused."""
    if isinstance(value, float):
        return _units_of_float(fact, value)
    if isinstance(value, str):
        if not _PLAIN.fullmatch(value):
            raise BadFact(fact.path, "not a decimal")
        value = Decimal(value)
    if not isinstance(value, Decimal):
        return int(_integer(fact, value) * 10**fact.scale)
    if not value.is_finite():
        raise BadFact(fact.path, "not finite")
    if not value:
        return 0
    _, digits, exponent = value.as_tuple()
    n_zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    if int(exponent) + n_zeros < -fact.scale:
        raise BadFact(fact.path, "more places than the scale")
    if value.adjusted() >= 40:
        raise Tolerable(fact.path, "out of range")
    return int(Fraction(value) * 10**fact.scale)


def _units_of_float(fact: Fact, value: float) -> int:
    """The only decimal of the scale whose nearest double is at most `FLOAT_STEPS` away."""
    if value != value or value in (float("inf"), float("-inf")):
        raise BadFact(fact.path, "not finite")
    unit = 10**fact.scale
    floor = Fraction(value) * unit // 1
    near = [
        units
        for units in range(floor - 1, floor + 3)
        if abs(_place(float(Fraction(units, unit))) - _place(value)) <= FLOAT_STEPS
    ]
    if len(near) != 1:
        raise BadFact(fact.path, "near no decimal of the scale, or several")
    return near[0]


def _place(number: float) -> int:
    """The place of a double among all doubles, in ascending order."""
    bits: int = struct.unpack("<q", struct.pack("<d", number))[0]
    return bits if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)
