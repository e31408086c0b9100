"""The plan: every record of the artifact, as rows of numbers.

In: nothing; `lay_out.py` makes it. `records` holds one list of rows a section of
`rulec_runtime.format`, in that module's field order; strings are still text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from rulec_runtime.format import SECTIONS, Record

__all__ = ["Plan", "Row", "Texts", "fields", "row"]

Row: TypeAlias = tuple[int, ...]

_FIELDS = {
    section.name: tuple(
        field.name if field.count == 1 else f"{field.name}_{number}"
        for field in section.record.fields
        for number in range(field.count)
    )
    for section in SECTIONS
    if isinstance(section.record, Record)
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What `emit` writes: rows by section, the texts they point to, and what people read."""

    texts: Sequence[str]
    records: Mapping[str, Sequence[Row]]
    n_products: int
    manifest: Mapping[str, Any]


def row(section: str, **values: int) -> Row:
    """One record of a section, by field name.

    >>> row("triggers", n=2, first=5)
    (5, 2)
    """
    assert values.keys() == set(_FIELDS[section]), section
    return tuple(values[name] for name in _FIELDS[section])


def fields(section: str) -> tuple[str, ...]:
    """The names of a section's fields, in the order of its rows; plain numbers are values."""
    return _FIELDS.get(section, ("value",))


class Texts:
    """The strings of an artifact, each once, numbered in the order they were first met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def all(self) -> list[str]:
        return list(self._numbers)
