"""Random Arrow columns: one of the many types that can carry the same values, cut and padded.

In: a fact and its values, as the oracle reads them. Out: a Hypothesis strategy of chunked arrays
that mean these values. Each chunk is a slice of an array with values that belong to no row, and has
a dictionary of its own, which holds words that no row uses and a null.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from rulec.vocabulary.model import Fact, FactType

INTEGERS = [pa.int8(), pa.uint8(), pa.int16(), pa.uint16()]
INTEGERS += [pa.int32(), pa.uint32(), pa.int64(), pa.uint64()]
TEXTS = [pa.utf8(), pa.large_utf8(), pa.string_view()]
LISTS = [pa.list_, pa.large_list, pa.list_view, pa.large_list_view]
UNITS = {"s": 1_000_000, "ms": 1000, "us": 1}


@dataclass(frozen=True)
class Shape:
    """How a column is stored; None: not in that way."""

    values: pa.DataType
    codes: pa.DataType | None
    """Of each value."""
    lists: Callable[[pa.DataType], pa.DataType] | None
    list_codes: pa.DataType | None
    """Of each list."""


def integers_for(values: Sequence[int]) -> list[pa.DataType]:
    """The integer types that hold all of these."""
    found = []
    for kind in INTEGERS:
        bits, is_signed = kind.bit_width, pa.types.is_signed_integer(kind)
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if is_signed else (0, 2**bits - 1)
        if all(low <= value <= high for value in values):
            found.append(kind)
    return found


def types_for(fact: Fact, values: Sequence[Any]) -> list[pa.DataType]:
    """The types that hold all of a fact's values that are there."""
    match fact.type:
        case FactType.FLAG:
            return [pa.bool_()]
        case FactType.INT | FactType.TAGS_INT:
            return integers_for(values)
        case FactType.DECIMAL:
            wide = [pa.decimal128(38, fact.scale), pa.decimal256(60, fact.scale + 9)]
            return [*wide, pa.utf8(), pa.string_view()]
        case FactType.TIME:
            units = [unit for unit, n in UNITS.items() if all(value % n == 0 for value in values)]
            return [pa.timestamp(unit, zone) for unit in units for zone in ("UTC", "+08:00")]
        case _:
            return TEXTS


@st.composite
def shapes(draw: DrawFn, fact: Fact, values: Sequence[Any]) -> Shape:
    """One of the shapes that hold these values; of tags, every value of every row."""
    codes = st.none() | st.sampled_from(INTEGERS)
    is_tags = fact.type in (FactType.TAGS_INT, FactType.TAGS_STRING)
    there = [value for value in values if value is not None]
    flat = [tag for tags in there for tag in tags] if is_tags else there
    kind = draw(st.sampled_from(types_for(fact, flat)))
    if fact.type is FactType.FLAG:
        return Shape(kind, None, None, None)
    if not is_tags:
        return Shape(kind, draw(codes), None, None)
    return Shape(kind, draw(codes), draw(st.sampled_from(LISTS)), draw(codes))


def stored(fact: Fact, kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    """Scalars, or tags, as an array without codes."""
    if fact.type is FactType.DECIMAL:
        values = [None if v is None else Decimal(v).scaleb(-fact.scale) for v in values]
        if not pa.types.is_decimal(kind):
            values = [None if v is None else f"{v:f}" for v in values]
    if fact.type is FactType.TIME:
        n = UNITS[kind.unit]
        counts = [None if v is None else v // n for v in values]
        return pa.array(counts, pa.int64()).cast(kind)
    return pa.array(values, kind)


def coded(
    draw: DrawFn,
    index: pa.DataType | None,
    store: Callable[[Sequence[Any]], pa.Array],
    values: Sequence[Any],
) -> pa.Array:
    """The values as `store` makes an array of them; or codes into one of all of them and a null."""
    if index is None:
        return store(values)
    order = draw(st.permutations(range(len(values) + 1)))
    words = [*values, None]
    places = [order.index(row) for row in range(len(values))]
    is_hidden = draw(st.booleans())
    indexes = [
        None if is_hidden and value is None else place
        for value, place in zip(values, places, strict=True)
    ]
    return pa.DictionaryArray.from_arrays(
        pa.array(indexes, index), store([words[row] for row in order])
    )


def array_of(draw: DrawFn, fact: Fact, shape: Shape, values: Sequence[Any]) -> pa.Array:
    """An array of a shape; empty tags may be null."""
    lists = shape.lists
    if lists is None:
        return coded(draw, shape.codes, lambda some: stored(fact, shape.values, some), values)

    def store(rows: Sequence[Any]) -> pa.Array:
        flat = [tag for row in rows for tag in row or ()]
        array = coded(draw, shape.codes, lambda some: stored(fact, shape.values, some), flat)
        if shape.codes is None:
            return pa.array(rows, lists(shape.values))
        ends = [sum(len(row or ()) for row in rows[:end]) for end in range(len(rows) + 1)]
        is_null = pa.array([row is None for row in rows], pa.bool_())
        return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), array, mask=is_null)

    rows = [sorted(tags) if tags or draw(st.booleans()) else None for tags in values]
    return coded(draw, shape.list_codes, store, rows)


@st.composite
def columns(draw: DrawFn, fact: Fact, values: Sequence[Any]) -> pa.ChunkedArray:
    """A column in one to four pieces."""
    shape = draw(shapes(fact, values))
    cuts = sorted(draw(st.lists(st.integers(0, len(values)), max_size=3)))
    pieces = []
    for first, last in zip([0, *cuts], [*cuts, len(values)], strict=True):
        n_before, n_behind = draw(st.integers(0, 9)), draw(st.integers(0, 2))
        padded = [*(list(values) * 9)[:n_before], *values[first:last], *values[:n_behind]]
        n_before = len(padded) - len(values[:n_behind]) - (last - first)
        array = array_of(draw, fact, shape, padded)
        pieces.append(array[n_before : n_before + last - first])
    return pa.chunked_array(pieces)


@st.composite
def tables(draw: DrawFn, facts: Sequence[Fact], rows: Sequence[dict[str, Any]]) -> Any:
    """Facts by path as a table, a mapping, or a table of structs by entity."""
    found = {fact.path: draw(columns(fact, [row[fact.path] for row in rows])) for fact in facts}
    kind = draw(st.sampled_from(["table", "mapping", "structs"]))
    if kind == "mapping":
        return found
    if kind == "table":
        return pa.table(found)
    table = pa.table(found)
    batches = table.to_batches()
    if not batches:
        return table  # no rows to put into structs
    return pa.Table.from_batches([structs_of(facts, batch) for batch in batches])


def structs_of(facts: Sequence[Fact], batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch with one column of structs an entity."""
    entities = dict.fromkeys(fact.entity for fact in facts)
    packed = {}
    for entity in entities:
        own = [fact for fact in facts if fact.entity == entity]
        arrays = [batch.column(fact.path) for fact in own]
        packed[entity] = pa.StructArray.from_arrays(arrays, [fact.name for fact in own])
    return pa.RecordBatch.from_arrays(list(packed.values()), list(packed))
