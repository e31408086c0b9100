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


def coded(draw: DrawFn, array: pa.Array, index: pa.DataType) -> pa.Array:
    """Codes into a dictionary of the array's values, those no row has, and a null."""
    order = draw(st.permutations(range(len(array) + 1)))
    words = pa.concat_arrays([array, pa.nulls(1, array.type)])
    words = words.take(pa.array(order, pa.int64()))
    places = [order.index(row) for row in range(len(array))]
    is_hidden = draw(st.booleans())
    indexes = [
        None if is_hidden and not array[row].is_valid else place for row, place in enumerate(places)
    ]
    return pa.DictionaryArray.from_arrays(pa.array(indexes, index), words)


def array_of(draw: DrawFn, fact: Fact, shape: Shape, values: Sequence[Any]) -> pa.Array:
    """An array of a shape; empty tags may be null."""
    if shape.lists is None:
        array = stored(fact, shape.values, values)
        return coded(draw, array, shape.codes) if shape.codes else array
    rows = [sorted(tags) for tags in values]
    is_null = pa.array([not row and draw(st.booleans()) for row in rows], pa.bool_())
    flat = stored(fact, shape.values, [tag for row in rows for tag in row])
    if shape.codes:
        flat = coded(draw, flat, shape.codes)
    ends = [sum(map(len, rows[:row])) for row in range(len(rows) + 1)]
    lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat, mask=is_null)
    if not shape.codes:
        lists = lists.cast(shape.lists(shape.values))
    return coded(draw, lists, shape.list_codes) if shape.list_codes else lists


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
    batches = pa.table(found).to_batches() or [pa.record_batch(pa.table(found).schema)]
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
