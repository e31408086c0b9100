"""One declared fact: its type, presence, values, bounds and default.

In: its table in vocabulary.toml. Out: a `Fact`, or None; and findings.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from rulec.diagnostic import Diagnostic
from rulec.document import Table
from rulec.instant import instant
from rulec.limits import MAX_DECIMAL_SCALE, MAX_INT, MIN_INT
from rulec.vocabulary.conform import conform, kind_of, one_of, quoted
from rulec.vocabulary.model import Fact, FactType, Presence, is_path
from rulec.vocabulary.scale import scaled
from rulec.vocabulary.shape import FactShape

__all__ = ["load_fact"]

_TYPES: Final = {
    "flag": FactType.FLAG,
    "tags<int>": FactType.TAGS_INT,
    "enum": FactType.ENUM,
    "int": FactType.INT,
    "decimal(2)": FactType.DECIMAL,
    "string": FactType.STRING,
    "tags<string>": FactType.TAGS_STRING,
    "tree": FactType.TREE,
    "time": FactType.TIME,
}
_SHARE: Final = re.compile(r"[01](?:\.[0-9]{1,15})?")
MAX_UNIT: Final = 16
"""Characters of a unit."""
_DECIMAL: Final = re.compile(r"decimal\(([0-9]{1,3})\)")


def load_fact(entity: str, name: str, table: Table) -> tuple[Fact | None, list[Diagnostic]]:
    """Read one fact's declaration."""
    shape, findings = conform(FactShape, table)
    if shape is None:
        return None, findings
    declaration = _Declaration(shape, table)
    fact = declaration.read(entity, name)
    return (None if declaration.findings else fact), declaration.findings


class _Declaration:
    """A declaration while it is read; `findings` grow as its keys are looked at."""

    def __init__(self, shape: FactShape, table: Table) -> None:
        self._shape = shape
        self._table = table
        self.findings: list[Diagnostic] = []

    def read(self, entity: str, name: str) -> Fact | None:
        found = self._type()
        if found is None:
            return None
        type_, scale = found
        low, high = self._bounds(type_, scale)
        fact = Fact(
            entity,
            name,
            type_,
            self._presence(type_),
            scale,
            self._values(type_),
            low,
            high,
            is_id=self._is_id(type_),
            unit=self._unit(type_),
            deprecated=self._shape.deprecated,
            selectivity=self._selectivity(),
            where=self._table.where_key(),
        )
        return self._with_default(fact)

    def _refuse(self, message: str, key: str, advice: str | None = None) -> None:
        self.findings.append(Diagnostic("VOC113", message, self._table.where(key), advice))

    def _type(self) -> tuple[FactType, int] | None:
        written = self._shape.type
        decimal = _DECIMAL.fullmatch(written)
        if decimal is not None:
            scale = int(decimal[1])
            if scale > MAX_DECIMAL_SCALE:
                message = f"a decimal has at most {MAX_DECIMAL_SCALE} decimal places"
                self._refuse(message, "type")
                return None
            return FactType.DECIMAL, scale
        if written not in _TYPES:
            self._refuse(f"no type {quoted(written)}", "type", one_of(written, _TYPES))
            return None
        return _TYPES[written], 0

    def _presence(self, type_: FactType) -> Presence:
        """The one thing the declaration says about absence."""
        said = [key for key in ("required", "default", "optional") if self._says(key)]
        for key in said:
            if getattr(self._shape, key) is False and key != "default":
                self._refuse(f"`{key} = false` says nothing", key, "leave it out")
                return Presence.TOTAL
        if type_ is FactType.FLAG or type_.is_tags:
            if said:
                absent = "flag is false" if type_ is FactType.FLAG else "set of tags is empty"
                message = f"`{said[0]}` does not apply: an absent {absent}"
                self._refuse(message, said[0], "leave it out")
            return Presence.TOTAL
        if len(said) != 1:
            message = "the fact does not say what its absence means"
            if said:
                message = " and ".join(f"`{key}`" for key in said) + " exclude each other"
            advice = "say one of `required = true`, `default = ...`, `optional = true`"
            where = self._table.where_key(*said[1:2])
            self.findings.append(Diagnostic("VOC113", message, where, advice))
            return Presence.TOTAL
        return Presence(said[0])

    def _says(self, key: str) -> bool:
        return key in self._shape.model_fields_set

    def _values(self, type_: FactType) -> tuple[str, ...]:
        """The list of an enum."""
        values = self._shape.values
        if type_ is not FactType.ENUM:
            if values is not None:
                self._refuse("`values` belongs to an enum", "values")
            return ()
        if not values:
            where = self._table.where("values") if self._says("values") else self._table.where_key()
            message = "the enum has no values"
            self.findings.append(Diagnostic("VOC113", message, where, 'write `values = ["..."]`'))
            return ()
        seen: set[str] = set()
        for number, value in enumerate(values):
            if value in seen:
                where = self._table.where("values", number)
                message = f"the value {quoted(value)} is listed twice"
                self.findings.append(Diagnostic("VOC113", message, where))
            seen.add(value)
        return tuple(values)

    def _is_id(self, type_: FactType) -> bool:
        """Whether the fact names one person or thing."""
        if not self._says("id"):
            return False
        if self._shape.id is not True:
            self._refuse("`id = false` says nothing", "id", "leave it out")
        elif type_ not in (FactType.INT, FactType.STRING):
            self._refuse("`id` belongs to an `int` or a `string`", "id")
        elif self._says("min") or self._says("max"):
            self._refuse("an `id` has no bounds", "min" if self._says("min") else "max")
        return True

    def _unit(self, type_: FactType) -> str:
        """What a number counts."""
        unit = self._shape.unit
        if unit is None:
            return ""
        if not type_.is_number or self._shape.id:
            self._refuse("`unit` belongs to an `int` or a decimal that is no id", "unit")
        elif len(unit) > MAX_UNIT or not unit.isprintable() or len(unit.split()) != 1:
            message = f"`unit` is no word of at most {MAX_UNIT} characters"
            self._refuse(message, "unit", 'write it as "CNY" or "km/h", say')
        return unit

    def _selectivity(self) -> float | None:
        """The share of requests for which a literal over the fact holds."""
        written = self._shape.selectivity
        if written is None:
            return None
        advice = 'write it as a string, "0.05" say'
        if not isinstance(written, str):
            message = f"`selectivity` is {kind_of(written)}, not a string"
            self._refuse(message, "selectivity", advice)
            return None
        share = float(written) if _SHARE.fullmatch(written) else 0.0
        if not 0.0 < share <= 1.0:
            message = f"`selectivity` is {quoted(written)}, no decimal above 0 and up to 1"
            self._refuse(message, "selectivity", advice)
        return share

    def _bounds(self, type_: FactType, scale: int) -> tuple[int, int]:
        """The declared range of a number, in its smallest unit."""
        low, high = MIN_INT, MAX_INT
        said = [key for key in ("min", "max") if self._says(key)]
        if not type_.is_ordered:
            for key in said:
                self._refuse(f"`{key}` belongs to an `int`, a decimal or a `time`", key)
            return low, high
        for key in said:
            number = self._ordered(type_, scale, key)
            if number is not None and key == "min":
                low = number
            elif number is not None:
                high = number
        if low > high:
            self._refuse("`min` is greater than `max`", "min")
            return MIN_INT, MAX_INT
        return low, high

    def _ordered(self, type_: FactType, scale: int, key: str) -> int | None:
        """The value of a key of an ordered fact, as the integer it is kept as."""
        value: Any = getattr(self._shape, key)
        if type_ is not FactType.TIME:
            return self._number(type_, scale, key, value)
        if not isinstance(value, str):
            message = f"`{key}` of a `time` is {kind_of(value)}, not a string"
            self._refuse(message, key, 'write it as "2026-11-11T00:00:00+08:00", say')
            return None
        micros = instant(value)
        if micros is None:
            message = f"`{key}` is no time with an offset, to the microsecond"
            self._refuse(message, key, 'write it as "2026-11-11T00:00:00+08:00", say')
        return micros

    def _number(self, type_: FactType, scale: int, key: str, value: Any) -> int | None:
        is_int = isinstance(value, int) and not isinstance(value, bool)
        if type_ is FactType.INT and not is_int:
            self._refuse(f"`{key}` of an `int` is {kind_of(value)}, not an integer", key)
            return None
        if not is_int and not isinstance(value, str):
            message = f"`{key}` of a decimal is {kind_of(value)}, not a string"
            self._refuse(message, key, 'write it as a string, "19.90" say')
            return None
        number = scaled(value, scale)
        if number is None:
            message = f"`{key}` is no number of at most {scale} decimal places"
            self._refuse(message, key, 'write it as "19.90", say')
        elif not MIN_INT <= number <= MAX_INT:
            self._refuse(f"`{key}` does not fit 64 bits", key)
            return None
        return number

    def _with_default(self, fact: Fact) -> Fact:
        """The fact with its default, which must be one of its values."""
        value = self._shape.default
        if fact.presence is not Presence.DEFAULT:
            return fact
        if fact.type.is_ordered:
            value = self._ordered(fact.type, fact.scale, "default")
            if value is not None and not fact.low <= value <= fact.high:
                self._refuse("`default` lies outside the declared range", "default")
        elif not isinstance(value, str):
            message = f"`default` of `{fact.type_name}` is {kind_of(value)}, not a string"
            self._refuse(message, "default")
        elif fact.type is FactType.ENUM and fact.values and value not in fact.values:
            message = f"`default` is {quoted(value)}, which is none of the values"
            self._refuse(message, "default", one_of(value, fact.values))
        elif fact.type is FactType.TREE and not is_path(value):
            message = f"`default` is {quoted(value)}, which is no path"
            self._refuse(message, "default", "join segments that are not empty by `/`")
        return replace(fact, default=value)
