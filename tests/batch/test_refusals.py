"""Every column and value that is refused, and the words it is refused with."""

from __future__ import annotations

import datetime as dt
import pickle
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from batch.probes import FACTS, PROGRAM, REQUIRED, probe

from rulec_runtime import ColumnError, FactError, PointError

STRICT = probe(*FACTS, REQUIRED)
NAN = float("nan")


def lists_with_ends(*ends: int) -> pa.Array:
    """Lists of three values whose ends nobody checked: they are written afterwards."""
    written = np.zeros(len(ends), "i4")
    inner = pa.array([1, 2, 3], pa.int32())
    buffers = [None, pa.py_buffer(written)]
    array = pa.Array.from_buffers(pa.list_(pa.int32()), len(ends) - 1, buffers, children=[inner])
    written[:] = ends
    return array


def texts_with_ends(content: bytes, *ends: int) -> pa.Array:
    """Texts whose ends and bytes nobody checked."""
    written = np.zeros(len(ends), "i4")
    buffers = [None, pa.py_buffer(written), pa.py_buffer(content)]
    array = pa.Array.from_buffers(pa.utf8(), len(ends) - 1, buffers)
    written[:] = ends
    return array


def codes(indexes: list[int | None], words: list[str | None]) -> pa.Array:
    """A dictionary column whose indexes nobody checked."""
    return pa.DictionaryArray.from_arrays(pa.array(indexes, pa.int8()), words, safe=False)


TYPES: dict[str, tuple[str, Any, str]] = {
    "a range": ("int", range(2), "given the object `range\\(0, 2\\)`"),
    "None": ("int", None, "given the object `None`"),
    "a text": ("int", "abc", "given the string `'abc'`"),
    "two dimensions": ("int", np.zeros((2, 3)), "`float64` of 2x3"),
    "no dimension": ("int", np.array(3), "of no dimension"),
    "floats for an int": ("int", np.array([1.0]), "column of ints, given an array `float64`"),
    "flags for an int": ("int", np.array([True]), "`bool`"),
    "ints for a flag": ("flag", np.array([1, 0]), "a column of flags, given an array `int64`"),
    "float16": ("decimal", np.array([1], "f2"), "`float16`"),
    "long double": ("decimal", np.array([1], "g"), "array `"),
    "complex": ("decimal", np.array([1j]), "`complex128`"),
    "datetime64": ("int", np.array(["2026-01-01"], "M8[s]"), "`datetime64"),
    "records": ("int", np.zeros(1, [("a", "i4")]), "array `"),
    "text for an int": ("int", np.array(["1"]), "a column of ints"),
    "ints for tags": ("tags", np.array([1]), "a column of lists of ints"),
    "a pair for an int": ("int", (np.array([0, 1]), np.array([1])), "a pair of arrays"),
    "a triple": ("tags", (np.array([0]),) * 3, "given the list"),
    "a pair of lists": ("tags", ([0, 1], [1]), "an array of one dimension, given `list`"),
    "float offsets": ("tags", (np.array([0.0]), np.array([1])), "one more than rows"),
    "no offsets": ("tags", (np.array([], "i4"), np.array([1])), "one more than rows"),
    "float values": ("tags", (np.array([0, 1]), np.array([1.0])), "`float64`"),
    "flag values": ("tags", (np.array([0, 1]), np.array([True])), "`bool`"),
    "offsets that descend": ("tags", (np.array([0, 2, 1]), np.arange(3)), "3 values .*in row 1"),
    "offsets below zero": ("tags", (np.array([-1, 1]), np.arange(3)), "first in row 0"),
    "offsets too far": ("tags", (np.array([0, 4]), np.arange(3)), "outside its 3 values"),
    "offsets above int64": ("tags", (np.array([0, 2**64 - 1], "u8"), np.arange(3)), "in row 0"),
    "arrow floats": ("int", pa.array([1.0]), "the Arrow type `float64`"),
    "arrow half floats": ("decimal", pa.array([np.float16(1)]), "`float16`"),
    "arrow timestamps": ("int", pa.array([dt.datetime(2026, 1, 1)]), "without a time zone`"),  # noqa: DTZ001
    "arrow dates": ("int", pa.array([dt.date(2026, 1, 1)]), "`date`"),
    "arrow binary": ("string", pa.array([b"a"]), "`binary`"),
    "arrow lists of text": ("tags", pa.array([["a"]]), "`list of utf8`"),
    "arrow lists of lists": ("tags", pa.array([[[1]]]), "`list of list of int64`"),
    "arrow codes for tags": ("tags", pa.array([1]).dictionary_encode(), "`dictionary of int64`"),
    "arrow codes of another type": ("int", codes([0], ["a"]), "`dictionary of utf8`"),
    "arrow structs": ("int", pa.array([{"a": 1}]), "`struct`"),
    "arrow runs": (
        "int",
        pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array([1])),
        "`run_end_encoded`",
    ),
    "decimals for an int": ("int", pa.array([Decimal(1)]), "decimal\\(1,0\\)"),
    "places below zero": ("decimal", pa.array([Decimal(100)], pa.decimal128(5, -2)), "5,-2"),
    "list ends that descend": ("tags", lists_with_ends(0, 2, 1), "first in row 1"),
    "list ends too far": ("tags", lists_with_ends(0, 4), "outside its"),
    "list ends below zero": ("tags", lists_with_ends(-1, 2), "outside its"),
    "text ends that descend": ("string", texts_with_ends(b"abc", 0, 3, 1), "outside its"),
    "text ends below zero": ("string", texts_with_ends(b"abc", 0, -1), "counts that contradict"),
    "codes too far": ("string", codes([0, 1, 2], ["a"]), "`1` of 1 .2 rows are bad., .* row 1"),
    "codes below zero": ("string", codes([0, -1], ["a"]), "the index `-1` of 1"),
}  # fmt: skip

VALUES: dict[str, tuple[str, Any, int, int, str]] = {
    "below the range": ("level", np.array([0, -1, 20, -7]), 1, 2, "the int `-1`"),
    "above the range": ("level", pa.array([21], pa.uint8()), 0, 1, "the int `21`"),
    "above int64": ("int", np.array([1, 2**63], "u8"), 1, 1, f"`{2**63}`"),
    "a tag above int64": (
        "tags",
        (np.array([0, 1, 3]), np.array([1, 2, 2**64 - 1], "u8")),
        1,
        1,
        f"a list with the int `{2**64 - 1}`",
    ),
    "a null tag": ("tags", pa.array([[1], None, [7, None]]), 2, 1, "a list with a null"),
    "tags all null": ("tags", pa.array([[], [None]], pa.list_(pa.null())), 1, 1, "with a null"),
    "outside an enum": ("enum", pa.array(["web", "purple", None, "red"]), 1, 2, "'purple'"),
    "outside an enum, wide": ("enum", np.array(["web", "紫"]), 1, 1, "'紫'"),
    "outside an enum, coded": ("enum", codes([0, 1, 1], ["web", "purple"]), 1, 2, "'purple'"),
    "no UTF-8": ("string", texts_with_ends(b"a\xc0\x80", 0, 1, 3), 1, 1, "the bytes"),
    "no UTF-8 in an enum": ("enum", texts_with_ends(b"\xed\xa0\x80", 0, 3), 0, 1, "the string"),
    "no UTF-8 in a decimal": ("decimal", texts_with_ends(b"1\xff", 0, 2), 0, 1, "the bytes"),
    "a lone surrogate": ("string", np.array(["ok", "\ud800"]), 1, 1, "the string"),
    "no code point": ("string", np.array([0x110000], "u4").view("U1"), 0, 1, "the bytes"),
    "NaN": ("decimal", np.array([1.0, NAN, NAN]), 1, 2, "the float `nan`"),
    "infinity": ("decimal", np.array([np.inf], "f4"), 0, 1, "the float `inf`"),
    "an inexact float": ("decimal", np.array([1.005]), 0, 1, "the float `1.005`"),
    "a float among many": ("decimal", np.array([2.0**60]), 0, 1, "the float"),
    "an inexact decimal": (
        "decimal",
        pa.array([Decimal("1.0"), Decimal("1.005")], pa.decimal128(38, 4)),
        1,
        1,
        "`1.0050`",
    ),
    "a wide decimal": (
        "decimal",
        pa.array([Decimal(10) ** 30], pa.decimal128(38, 2)),
        0,
        1,
        "the decimal",
    ),
    "a decimal above the range": (
        "price", pa.array([Decimal("10000.01")]), 0, 1, "`10000.01`",
    ),
    "units above int64": ("fine", np.array([9, 10]), 1, 1, "the int `10`"),
    "text of no decimal": ("decimal", np.array(["1", "1,5"]), 1, 1, "'1,5'"),
    "an object": ("int", np.array([1, "a", True, None], object), 1, 2, "the string `'a'`"),
    "an object's class": ("flag", np.array([True, 1], object), 1, 1, "the int `1`"),
    "a null": ("required", pa.array([1, None, None]), 1, 2, "given nothing"),
    "a null object": ("required", np.array([1, None], object), 1, 1, "given nothing"),
    "a null code": ("required", pa.array([1, None]).dictionary_encode(), 1, 1, "given nothing"),
    "a null word": (
        "required",
        pa.DictionaryArray.from_arrays([0, 1], pa.array([1, None])),
        1, 1, "given nothing",
    ),
    "all null": ("required", pa.nulls(4), 0, 4, "given nothing"),
}  # fmt: skip


@pytest.mark.parametrize(("fact", "column", "words"), TYPES.values(), ids=TYPES)
def test_columns_of_the_wrong_type(fact: str, column: Any, words: str) -> None:
    with pytest.raises(ColumnError, match=words) as caught:
        PROGRAM.batch({f"x.{fact}": column})
    assert caught.value.column == f"x.{fact}"


@pytest.mark.parametrize(("fact", "column", "row", "n_bad", "words"), VALUES.values(), ids=VALUES)
def test_bad_values(fact: str, column: Any, row: int, n_bad: int, words: str) -> None:
    n_rows = len(column[0]) - 1 if isinstance(column, tuple) else len(column)
    required = {} if fact == "required" else {"x.required": np.zeros(n_rows, "i4")}
    with pytest.raises(FactError) as caught:
        STRICT.batch({f"x.{fact}": column, **required})
    error = caught.value
    assert (error.entity, error.fact, error.row) == ("x", fact, row)
    assert error.given.endswith(f"({n_bad} {'row is' if n_bad == 1 else 'rows are'} bad)")
    assert words in str(error)


def test_bad_words_of_a_dictionary_that_no_row_uses() -> None:
    column = codes([0, None, 0], ["web", "purple"])
    assert PROGRAM.batch({"x.enum": column}).n_rows == 3


def test_rows_are_counted_over_chunks() -> None:
    column = pa.chunked_array([["web"], ["web", "red"], [], ["blue", "web"]])
    with pytest.raises(FactError, match=r"row 2: .*'red'` .2 rows are bad"):
        PROGRAM.batch({"x.enum": column})


def test_the_earliest_bad_row_is_told() -> None:
    columns = {"x.level": np.array([1, 2, 99]), "x.enum": np.array(["web", "red", "web"])}
    with pytest.raises(FactError, match=r"row 1: `x.enum`"):
        PROGRAM.batch(columns)


def test_names() -> None:
    with pytest.raises(ColumnError, match=r"did you mean `x.int`"):
        PROGRAM.batch({"x.imt": np.array([1])})
    with pytest.raises(ColumnError, match="undeclared name"):
        PROGRAM.batch({3: np.array([1])})
    with pytest.raises(ColumnError, match=r"did you mean `x.level`"):
        PROGRAM.batch(pa.table({"x.lewel": [1]}))
    with pytest.raises(ColumnError, match=r"`x.int`: expected one column of a name, given two"):
        PROGRAM.batch(pa.table([[1], [2]], ["x.int", "x.int"]))


def test_lengths() -> None:
    with pytest.raises(ColumnError, match=r"`x.level`: expected 2 rows, as `x.int` has, given 3"):
        PROGRAM.batch({"x.int": np.arange(2), "x.level": np.arange(3)})


@pytest.mark.parametrize("columns", [3, "abc", [np.arange(2)], np.arange(2), None])
def test_no_columns_at_all(columns: Any) -> None:
    with pytest.raises(ColumnError, match="expected a mapping of columns, or an Arrow table"):
        PROGRAM.batch(columns)


def test_arrow_objects_that_are_no_tables() -> None:
    with pytest.raises(ColumnError, match="a table of columns, given an array of `int64`"):
        PROGRAM.batch(pa.array([1, 2]))
    rows = pa.array([{"x.int": 1}, None])
    with pytest.raises(ColumnError, match="null as a whole"):
        PROGRAM.batch(pa.chunked_array([rows]))
    assert PROGRAM.batch(pa.chunked_array([rows[:1]])).n_rows == 1


def test_a_required_fact_needs_a_column() -> None:
    with pytest.raises(FactError, match=r"`x.required`: expected a column") as caught:
        STRICT.batch({"x.int": np.arange(3)})
    assert caught.value.row is None
    with pytest.raises(FactError):
        STRICT.batch({})


def test_points_and_pickling() -> None:
    batch = PROGRAM.batch({"x.int": np.arange(3)})
    with pytest.raises(PointError, match="did you mean `int:1`"):
        batch.resolve("int:11")
    with pytest.raises(PointError):
        batch.resolve_points(["int:1", "nothing"])
    with pytest.raises(TypeError, match="a batch cannot be pickled"):
        pickle.dumps(batch)
