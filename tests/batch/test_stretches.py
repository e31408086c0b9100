"""Columns read by the stretch: ints, tags, codes and flags, at the edges of their tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from batch.probes import batch_decisions, decisions, probe
from engine.handmade_world import Fact
from hypothesis import given
from hypothesis import strategies as st

from rulec_runtime import ColumnError, FactError

LEAST, MOST = -(2**63), 2**63 - 1
NUMBERS = (
    Fact("near", "int", "optional", cuts=(-3, 0, 1, 100)),
    Fact("one", "int", "optional", cuts=(7,)),
    Fact("far", "int", "optional", cuts=tuple(range(-50_000, 50_000, 2_500))),
    Fact("apart", "int", "optional", cuts=(0, 1, 2**40)),
    Fact("ends", "int", "optional", cuts=(LEAST, LEAST + 1, MOST)),
    Fact("bound", "int", "optional", low=-5, high=20, cuts=(0, 5)),
)
TAGS = (
    Fact("short", "tags_int", cuts=(-5, -4, 7, 77, 1_000)),
    Fact("single", "tags_int", cuts=(MOST,)),
    Fact("long", "tags_int", cuts=(LEAST, -1, 0, 5, 2**40, MOST)),
)
PROGRAM = probe(
    *NUMBERS, *TAGS, Fact("flag", "flag"), Fact("word", "string", "optional", words=("a", "b"))
)
BY_NAME = {fact.name: fact for fact in (*NUMBERS, *TAGS)}


def edges(fact: Fact) -> list[int]:
    """Values beside the cuts of a fact, and at the ends of int64."""
    found = {LEAST, LEAST + 1, MOST, MOST - 1, 0, -1}
    found |= {cut + step for cut in fact.cuts for step in (-1, 0, 1)}
    return sorted(value for value in found if LEAST <= value <= MOST)


def is_fine(fact: Fact, value: int) -> bool:
    return fact.low <= value <= fact.high


def expected(fact: Fact, values: Sequence[Any]) -> list[list[int]]:
    return decisions(PROGRAM, [{"x": {fact.name: value}} for value in values])


@pytest.mark.parametrize("fact", NUMBERS, ids=lambda fact: fact.name)
@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"])
def test_ints_beside_every_cut(fact: Fact, dtype: str) -> None:
    reach = np.iinfo(dtype)
    values = [
        value for value in edges(fact) if is_fine(fact, value) and reach.min <= value <= reach.max
    ]
    # More than a stretch of 256, more than a block of 1,024.
    places = np.arange(1_300) * 7 % len(values)
    single = np.array(expected(fact, values))
    found = batch_decisions(PROGRAM, {f"x.{fact.name}": np.array(values, dtype)[places]})
    assert found == single[:, places].tolist()


@pytest.mark.parametrize("fact", NUMBERS, ids=lambda fact: fact.name)
def test_hidden_ints_are_absent(fact: Fact) -> None:
    values = edges(fact)
    is_hidden = [not is_fine(fact, value) or row % 3 == 0 for row, value in enumerate(values)]
    rows = [None if hidden else value for value, hidden in zip(values, is_hidden, strict=True)]
    columns = [
        np.ma.masked_array(np.array(values, np.int64), is_hidden),
        pa.array(rows, pa.int64()),
    ]
    columns += [pa.array([0, *rows, 0], pa.int64()).slice(1, len(rows))]
    for column in columns:
        assert batch_decisions(PROGRAM, {f"x.{fact.name}": column}) == expected(fact, rows)


def test_ints_beyond_their_range_are_refused() -> None:
    fact = BY_NAME["bound"]
    values = [-6, -5, 0, 20, 21, LEAST, MOST, 5]
    column = np.array(values * 200, np.int64)
    batch = PROGRAM.batch({"x.bound": column}, on_bad="mark")
    wrong = [row for row, value in enumerate(values * 200) if not is_fine(fact, value)]
    assert batch.refused_rows.tolist() == wrong
    with pytest.raises(FactError, match=r"row 0: `x\.bound`: expected .*, given the int `-6` "):
        PROGRAM.batch({"x.bound": column})
    huge = np.array([1, 2**63, 2**64 - 1, MOST], np.uint64)
    for name, refused in (("near", [1, 2]), ("bound", [1, 2, 3]), ("ends", [1, 2])):
        assert PROGRAM.batch({f"x.{name}": huge}, on_bad="mark").refused_rows.tolist() == refused


@given(st.data())
def test_tags_at_the_edges(data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from(TAGS))
    row = st.lists(st.sampled_from(edges(fact)), max_size=20)
    rows = data.draw(st.lists(row, min_size=1, max_size=12))
    offsets = np.cumsum([0, *map(len, rows)])
    values = np.array([tag for tags in rows for tag in tags], np.int64)
    single = expected(fact, rows)
    columns = [(offsets, values), pa.array(rows, pa.list_(pa.int64()))]
    columns += [pa.array(rows, pa.large_list(pa.int64()))]
    columns += [pa.array([[7], *rows], pa.list_(pa.int64())).slice(1)]
    for column in columns:
        assert batch_decisions(PROGRAM, {f"x.{fact.name}": column}) == single


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
def test_tags_of_every_width(dtype: str) -> None:
    rows = [[], [7], [77, 7, 7], [1, 2, 3], [5, 0, 100], [77]] * 50
    offsets = np.cumsum([0, *map(len, rows)])
    values = np.array([tag for tags in rows for tag in tags], dtype)
    for name in ("short", "long"):
        assert batch_decisions(PROGRAM, {f"x.{name}": (offsets, values)}) == expected(
            BY_NAME[name], rows
        )


def test_tags_that_are_hidden_or_too_large_are_refused() -> None:
    offsets = np.arange(0, 9, 2)
    huge = np.array([7, 7, 2**63, 7, 7, 2**64 - 1, 77, 7], np.uint64)
    assert PROGRAM.batch({"x.short": (offsets, huge)}, on_bad="mark").refused_rows.tolist() == [
        1,
        2,
    ]
    hidden = np.ma.masked_array(np.full(8, 7), np.arange(8) == 5)
    assert PROGRAM.batch({"x.short": (offsets, hidden)}, on_bad="mark").refused_rows.tolist() == [2]
    rows: list[Any] = [[7], None, [], [77, None], None, [7]]
    batch = PROGRAM.batch({"x.short": pa.array(rows, pa.list_(pa.int64()))}, on_bad="mark")
    assert batch.refused_rows.tolist() == [3]
    fine = [[] if row is None or None in row else row for row in rows]
    found = batch.resolve_points(PROGRAM.points)
    single = np.array(expected(BY_NAME["short"], fine))
    kept = [row for row in range(6) if row != 3]
    assert (found[:, kept] == single[:, kept]).all()


@pytest.mark.parametrize("offsets", [[0, 3, 2, 4], [0, 2, 9], [-1, 2], [2, 1], [0, 2**40]])
def test_lists_that_leave_their_values_are_refused(offsets: list[int]) -> None:
    with pytest.raises(ColumnError, match="offsets and indexes within its values"):
        PROGRAM.batch({"x.short": (np.array(offsets), np.array([7, 77, 7, 7]))})


def test_codes_outside_their_dictionary_are_refused() -> None:
    words = pa.array(["a", None, "b", "c"])
    codes = np.arange(1_100) % 4
    column = pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), words)
    single = decisions(PROGRAM, [{"x": {"word": word}} for word in words.to_pylist()])
    found = batch_decisions(PROGRAM, {"x.word": column})
    assert found == np.array(single)[:, codes].tolist()
    for code in (-1, 4, 127, -128):
        codes = np.zeros(300, np.int8)
        codes[299] = code
        broken = pa.DictionaryArray.from_arrays(pa.array(codes), words, safe=False)
        with pytest.raises(ColumnError, match="offsets and indexes within its values"):
            PROGRAM.batch({"x.word": broken}, on_bad="mark")


def test_flags_of_any_place() -> None:
    rows = [True, None, False, True, None] * 70
    column = pa.array([None, *rows]).slice(1)
    single = decisions(PROGRAM, [{"x": {"flag": value}} for value in rows])
    assert batch_decisions(PROGRAM, {"x.flag": column}) == single
