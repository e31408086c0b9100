"""The plan: every record of the artifact, as rows of numbers.

In: nothing; `lay_out.py` makes it. `records` holds one list of rows a section of
`rulec_runtime.format`, in that module's field order; strings are still text.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, TypeAlias, overload

from rulec_runtime.format import SECTIONS, Record, Section

__all__ = ["Plan", "Row", "Rows", "Texts", "fields", "row"]

Row: TypeAlias = tuple[int, ...]
_BY_NAME: Final[Mapping[str, Section]] = {section.name: section for section in SECTIONS}
_TYPES: Final = {"u8": "B", "u32": "I", "u64": "Q", "i64": "q"}

_FIELDS = {
    section.name: tuple(
        field.name if field.count == 1 else f"{field.name}_{number}"
        for field in section.record.fields
        for number in range(field.count)
    )
    for section in SECTIONS
    if isinstance(section.record, Record)
}


_READ_ROW: Final = {
    name: (itemgetter(*names), len(names)) for name, names in _FIELDS.items() if len(names) > 1
}


class Rows(Sequence[Row]):
    """The rows of one section as one array: no object a number, and packed as they come.

    >>> rows = Rows("triggers")
    >>> rows.append((5, 2))
    >>> list(rows), rows.packed().hex()
    ([(5, 2)], '0500000002000000')
    """

    __slots__ = ("_numbers", "_width")

    def __init__(self, section: str) -> None:
        record = _BY_NAME[section].record
        fields = record.fields if isinstance(record, Record) else None
        types = {field.type for field in fields} if fields else {str(record)}
        self._width = sum(field.count for field in fields) if fields else 1
        (type_,) = types
        self._numbers = array(_TYPES[type_])

    def append(self, row: Row) -> None:
        """Add one row; `OverflowError` where a number does not fit."""
        assert len(row) == self._width
        self._numbers.extend(row)

    def extend(self, rows: Iterable[Row]) -> None:
        """Add some rows."""
        for row in rows:
            self.append(row)

    def extend_numbers(self, numbers: Iterable[int]) -> None:
        """Add rows of one number each."""
        assert self._width == 1
        self._numbers.extend(numbers)

    def extend_packed(self, content: bytes) -> None:
        """Add rows that are bytes already, as `packed` gives them."""
        added = array(self._numbers.typecode, content)
        if sys.byteorder == "big":
            added.byteswap()
        self._numbers.extend(added)

    def packed(self) -> bytes:
        """The bytes of the section."""
        if sys.byteorder == "little":
            return self._numbers.tobytes()
        swapped = self._numbers[:]
        swapped.byteswap()
        return swapped.tobytes()

    def __len__(self) -> int:
        return len(self._numbers) // self._width

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        start = range(len(self))[index] * self._width
        return tuple(self._numbers[start : start + self._width])

    def __iter__(self) -> Iterator[Row]:
        return zip(*[iter(self._numbers)] * self._width, strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


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
    read, n_fields = _READ_ROW[section]
    assert len(values) == n_fields, section
    numbers: Row = read(values)
    return numbers


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
