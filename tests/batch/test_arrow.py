"""Arrow columns mean what their values mean one by one, however they are cut and carried."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from batch.probes import PROGRAM, batch_decisions, check_column, decisions

INTEGERS = [pa.int8(), pa.uint8(), pa.int16(), pa.uint16()]
INTEGERS += [pa.int32(), pa.uint32(), pa.int64(), pa.uint64()]
TEXTS = [pa.utf8(), pa.large_utf8(), pa.string_view()]
LISTS = [pa.list_, pa.large_list, pa.list_view, pa.large_list_view]
NUMBERS = [0, None, 100, 5, None, None, 99, 1, 127]
WORDS = ["Berlin", None, "", "杭州", "x" * 40, "Berlin", "🛒", None]
TAGS = [[7, 77], None, [], [1, 7, 7], [77], [], None, [100]]
PAIRS = [[7, 77], None, [1, 7], [77, 77], None, [100, 5]]
AMOUNTS = [Decimal("19.90"), None, Decimal("-0.50"), Decimal("0.00"), Decimal("19.89")]

SMALL = [Decimal("0.10"), None, Decimal("-9.22"), Decimal("1.00")]


def cases() -> Iterator[tuple[str, pa.Array, list[Any]]]:
    """Every accepted type, with the values it carries."""
    yield "flag", pa.array([True, None, False, True], pa.bool_()), [True, None, False, True]
    for kind in INTEGERS:
        yield "int", pa.array(NUMBERS, kind), NUMBERS
        yield "decimal", pa.array(NUMBERS, kind), NUMBERS
        for index in INTEGERS:
            words = pa.DictionaryArray.from_arrays(
                pa.array([0, None, 2, 1, 3], index), ["Berlin", "zz", "杭州", None]
            )
            yield "string", words, ["Berlin", None, "杭州", "zz", None]
        for lists in LISTS:
            yield "tags", pa.array(TAGS, lists(kind)), TAGS
        yield "tags", pa.array(PAIRS, pa.list_(kind, 2)), PAIRS
    for kind in TEXTS:
        yield "string", pa.array(WORDS, kind), WORDS
        yield "fallback", pa.array(WORDS, kind), WORDS
        yield "decimal", pa.array(["1.50", None, "-3"], kind), ["1.50", None, "-3"]
        yield "enum", pa.array(["web", None, "应用"], kind), ["web", None, "应用"]
        codes = pa.array([0, None, 0], pa.int8())
        words = pa.DictionaryArray.from_arrays(codes, pa.array(["web"], kind))
        yield "enum", words, ["web", None, "web"]
    for wide in (
        pa.decimal32(9, 2),
        pa.decimal64(18, 2),
        pa.decimal128(38, 2),
        pa.decimal256(50, 2),
    ):
        yield "decimal", pa.array(AMOUNTS, wide), AMOUNTS
        yield "fine", pa.array(SMALL, wide), SMALL
    yield "decimal", pa.array(AMOUNTS, pa.decimal128(38, 18)), AMOUNTS
    yield "decimal", pa.array(AMOUNTS, pa.decimal128(38, 30)), AMOUNTS
    yield "decimal", pa.array(AMOUNTS, pa.decimal256(76, 70)), AMOUNTS
    yield "whole", pa.array([Decimal(7), None], pa.decimal128(20, 9)), [7, None]
    yield "decimal", pa.array([19.9, None, -0.5], pa.float64()), [19.9, None, -0.5]
    yield "decimal", pa.array([19.9, None, -0.5], pa.float32()), [19.9, None, -0.5]
    yield "int", pa.array([5, None, 5]).dictionary_encode(), [5, None, 5]
    for fact in ("flag", "int", "decimal", "string", "fallback", "tags"):
        yield fact, pa.nulls(3), [None] * 3
    yield "tags", pa.array([[], None], pa.list_(pa.null())), [[], None]
    yield "tags", pa.array([None, [], None], pa.list_(pa.int8(), 0)), [None, [], None]
    yield from coded_tags()


def coded_tags() -> Iterator[tuple[str, pa.Array, list[Any]]]:
    """Tags as codes: of each tag, of whole lists, of both."""
    ends = pa.array([0, 2, None, 2, 5, 6, 6, 7, 8], pa.int32())
    indexes = [1, 2, 0, 1, 1, 2, 2, 3]
    rows = [[7, 77], None, [], [1, 7, 7], [77], [], [77], [100]]
    for index in INTEGERS:
        tags = pa.DictionaryArray.from_arrays(pa.array(indexes, index), pa.array([1, 7, 77, 100]))
        yield "tags", pa.ListArray.from_arrays(ends, tags), rows
    few = pa.DictionaryArray.from_arrays(pa.array([2, 0], pa.int8()), pa.array(range(7, 700)))
    yield "tags", pa.ListArray.from_arrays([0, 1, 2], few), [[9], [7]]
    for lists in (pa.array(TAGS), pa.array(TAGS, pa.list_view(pa.int16())), pa.array(PAIRS)):
        coded = pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 3, 0], pa.uint8()), lists)
        values = lists.to_pylist()
        yield "tags", coded, [values[1], None, values[0], values[3], values[0]]
    both = pa.ListArray.from_arrays(pa.array([0, 2, 3], pa.int32()), few.take([0, 1, 1]))
    coded = pa.DictionaryArray.from_arrays(pa.array([1, 0, 1, None]), both)
    yield "tags", coded, [[7], [9, 7], [7], None]


CASES = list(cases())
NAMES = [f"{number}-{fact}-{array.type}" for number, (fact, array, _) in enumerate(CASES)]


class Struct:
    """Carries a table as one struct array."""

    def __init__(self, array: pa.StructArray) -> None:
        self.array = array

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        carried: tuple[object, object] = self.array.__arrow_c_array__(requested_schema)
        return carried


@pytest.mark.parametrize(("fact", "array", "values"), CASES, ids=NAMES)
def test_a_column(fact: str, array: pa.Array, values: list[Any]) -> None:
    check_column(fact, array, values)


@pytest.mark.parametrize(("fact", "array", "values"), CASES, ids=NAMES)
def test_slices_and_chunks(fact: str, array: pa.Array, values: list[Any]) -> None:
    n = len(values)
    for start in range(n):
        check_column(fact, array[start:], values[start:])
        check_column(fact, array[: n - start], values[: n - start])
    nothing = array[:0]
    chunks = pa.chunked_array([nothing, array[:1], nothing, array, array[1:], nothing])
    check_column(fact, chunks, [*values[:1], *values, *values[1:]])
    check_column(fact, pa.chunked_array([], array.type), [])
    check_column(fact, pa.nulls(0, array.type), [])


@pytest.mark.parametrize(("fact", "array", "values"), CASES, ids=NAMES)
def test_tables(fact: str, array: pa.Array, values: list[Any]) -> None:
    name = f"x.{fact}"
    twice = decisions(PROGRAM, [{"x": {fact: value}} for value in values * 2])
    once = [row[: len(values)] for row in twice]
    table = pa.table({name: pa.chunked_array([array, array])})
    record = pa.RecordBatch.from_arrays([array], [name])
    reader = pa.RecordBatchReader.from_batches(record.schema, [record, record[:0], record])
    assert batch_decisions(PROGRAM, table) == twice
    assert PROGRAM.batch(reader).resolve_points(PROGRAM.points).tolist() == twice
    assert batch_decisions(PROGRAM, record) == once
    whole = pa.StructArray.from_arrays([array], [name])
    for start in range(len(values)):
        tail = [row[start:] for row in once]
        assert batch_decisions(PROGRAM, record[start:]) == tail
        assert batch_decisions(PROGRAM, Struct(whole[start:])) == tail


def test_nulls_inside_slices_of_lists() -> None:
    values = pa.array([1, None, 7, 77], pa.int32())[2:]
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 2]), values)
    check_column("tags", lists, [[7], [77]])
    check_column("tags", lists[1:], [[77]])


def test_a_table_without_columns_has_rows() -> None:
    table = pa.table({"x": [1, 2, 3]}).drop_columns(["x"]).to_batches()
    record = pa.RecordBatch.from_struct_array(pa.array([{}, {}], pa.struct([])))
    assert not table or table[0].num_columns == 0
    assert batch_decisions(PROGRAM, record) == decisions(PROGRAM, [{}, {}])


def test_wide_decimals_rescale_exactly() -> None:
    digits = "9223372036854775807"
    for scale in range(19):
        value = Decimal(f"{digits}e-{scale}")
        array = pa.array([value, -value], pa.decimal128(38, scale))
        if scale == 0:
            check_column("whole", array, [value, -value])
        if scale == 18:
            check_column("fine", array, [value, -value])
    zeros = pa.array([Decimal("92233720368547758.07")], pa.decimal128(38, 18))
    check_column("decimal", zeros, [Decimal("92233720368547758.07")])
