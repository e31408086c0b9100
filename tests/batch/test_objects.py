"""NumPy arrays beside the plain ones: masks, bytes, objects, Python lists, odd layouts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from batch.probes import PROGRAM, batch_decisions, check_column, decisions, probe
from engine.handmade_world import Fact
from hypothesis import given
from hypothesis import strategies as st

from rulec_runtime import ColumnError, FactError

WORDS = ["Berlin", "", "杭州", "other", "Berlin"]
MASK = [False, True, False, False, True]
LABELS = probe(Fact("labels", "tags_string", words=("new", "杭州", "")))

MASKED: dict[str, tuple[str, Any]] = {
    "ints": ("int", np.array([0, 2**31, 100, -3, 7], ">i8")),
    "flags": ("flag", np.array([True, True, False, True, True])),
    "floats": ("decimal", np.array([19.9, np.nan, -0.5, 0, np.inf], "f4")),
    "text": ("string", np.array(WORDS)),
    "bytes": ("string", np.array([word.encode() for word in WORDS])),
    "objects": ("string", np.array(WORDS, object)),
    "codes of nothing": ("enum", np.array(["web", "purple", "web", "应用", ""])),
}


@pytest.mark.parametrize(("fact", "array"), MASKED.values(), ids=MASKED)
def test_what_a_mask_hides_is_absent(fact: str, array: Any) -> None:
    values = [v.decode() if isinstance(v, bytes) else v for v in array.tolist()]
    values = [round(v, 2) if isinstance(v, float) else v for v in values]
    hidden = [None if is_hidden else v for v, is_hidden in zip(values, MASK, strict=True)]
    column = np.ma.masked_array(array, MASK)
    check_column(fact, column, hidden)
    check_column(fact, column[::-2], hidden[::-2])
    shown = np.ma.masked_array(array[[0, 2, 3]])
    check_column(fact, shown, [hidden[row] for row in (0, 2, 3)])


def test_a_mask_hides_a_required_value() -> None:
    program = probe(Fact("level", "int", "required", cuts=(1,)))
    with pytest.raises(FactError, match=r"row 1: .* given nothing"):
        program.batch({"x.level": np.ma.masked_array([1, 2], [False, True])})


def test_masked_tags() -> None:
    values = np.ma.masked_array([7, 77, 7], [False, True, False])
    check_column("tags", (np.array([0, 1, 1]), values), [[7], []])
    with pytest.raises(FactError, match=r"row 1: .*a list with a null"):
        PROGRAM.batch({"x.tags": (np.array([0, 1, 3]), values)})
    with pytest.raises(ColumnError, match="one more than rows"):
        PROGRAM.batch({"x.tags": (np.ma.masked_array([0, 1], [True, False]), values)})


@pytest.mark.parametrize("n_bytes", [6, 7, 20])
def test_bytes_are_utf8(n_bytes: int) -> None:
    words = [*WORDS[:3], "🛒", ""]
    column = np.array([word.encode() for word in words], f"S{n_bytes}")
    check_column("string", column, words)
    check_column("string", column[::-1], words[::-1])
    check_column("string", np.array([b"", b""], "S0"), ["", ""])
    check_column("decimal", np.array([b"19.90", b"-0.5"]), ["19.90", "-0.5"])
    with pytest.raises(FactError, match=r"row 1: .*the bytes"):
        PROGRAM.batch({"x.string": np.array([b"Berlin", b"\xff\xfe"])})


LISTS: dict[str, list[Any]] = {
    "flag": [True, None, False],
    "int": [1, None, 2**63 - 1, -(2**63), np.int8(3)],
    "decimal": [1, "1.5", Decimal("-0.50"), 0.25, None],
    "string": ["Berlin", None, "杭州"],
    "tags": [[7, 77], None, [], (1, 7), {77}, np.array([7, 100])],
}


@pytest.mark.parametrize("fact", LISTS)
def test_lists_of_python_values(fact: str) -> None:
    values = LISTS[fact]
    asked = [list(map(int, v)) if isinstance(v, np.ndarray) else v for v in values]
    expected = decisions(PROGRAM, [{"x": {fact: value}} for value in asked])
    assert batch_decisions(PROGRAM, {f"x.{fact}": values}) == expected
    column = np.empty(len(values), object)
    column[:] = values
    assert batch_decisions(PROGRAM, {f"x.{fact}": column}) == expected
    check_column(fact, [], [])


LABELLED = [["new"], [], ["杭州", "other", ""], ["new", "new"], []]


@pytest.mark.parametrize("dtype", ["U5", ">U5", "S8", "O"])
@pytest.mark.parametrize("ends", ["i1", ">i2", "u4", "u8"])
def test_labels(dtype: str, ends: str) -> None:
    flat = [label for labels in LABELLED for label in labels]
    values = np.array([label.encode() for label in flat] if dtype == "S8" else flat, dtype)
    offsets = np.cumsum([0, *map(len, LABELLED)]).astype(ends)
    expected = decisions(LABELS, [{"x": {"labels": labels}} for labels in LABELLED])
    assert batch_decisions(LABELS, {"x.labels": (offsets, values)}) == expected
    assert batch_decisions(LABELS, {"x.labels": LABELLED}) == expected


@pytest.mark.parametrize("ends", [[0, 3], [2, 1], [-1, 1], [0, 2, 1]])
def test_offsets_of_objects(ends: list[int]) -> None:
    with pytest.raises(ColumnError, match="outside its 2 values, first in row"):
        LABELS.batch({"x.labels": (np.array(ends), np.array(["new", "b"], object))})


def test_fortran_order_and_fields() -> None:
    table = np.asfortranarray(np.arange(12).reshape(4, 3))
    check_column("int", table[:, 1], table[:, 1].tolist())
    check_column("int", table[2], table[2].tolist())
    with pytest.raises(ColumnError, match="4x3"):
        PROGRAM.batch({"x.int": table})


def test_a_list_that_changes_while_it_is_read() -> None:
    class Growing:
        def __index__(self) -> int:
            values.append(1)
            return 100

    values: list[Any] = [0, Growing(), 5]
    assert PROGRAM.batch({"x.int": values}).n_rows == 3


@given(
    st.lists(
        st.sampled_from(["", "Berlin", "Berlin ", "berlin", "杭州", "b", "a" * 30]), max_size=30
    )
)
def test_neighbours_that_repeat(words: list[str]) -> None:
    for fact in ("string", "fallback"):
        check_column(fact, np.array(words, "U30"), words)
        check_column(fact, np.array([word.encode() for word in words], "S30"), words)
