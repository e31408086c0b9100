"""Arrow structures that lie as far as they can be found out: an error, never a crash.

Values, ends, sizes, codes and views are written over arrays that pyarrow made, after it looked.
Counts are damaged on the way out, by `Counted`.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from batch.counted import CountedArray, set_count, set_format
from batch.probes import PROGRAM
from hypothesis import example, given
from hypothesis import strategies as st

from rulec_runtime import ColumnError, FactError

WORDS = ["Berlin", "", "杭州", "a word that is longer than a view", "x" * 40]


def overwritten(array: pa.Array, number: int, content: bytes) -> pa.Array:
    """The array with the start of one of its buffers replaced, after pyarrow looked at it."""
    written = [None if one is None else np.frombuffer(one, "u1").copy() for one in array.buffers()]
    made = [None if one is None else pa.py_buffer(one) for one in written]
    children = [array.values] if hasattr(array, "values") else []
    found = pa.Array.from_buffers(
        array.type, len(array), made[: array.type.num_buffers], children=children
    )
    target = written[number]
    assert target is not None
    target[: len(content)] = np.frombuffer(content, "u1")
    return found


def views(*fields: tuple[int, int, int]) -> pa.Array:
    """Long views - length, buffer, place - into one buffer of 40 bytes."""
    rows = [
        np.array([length, 0x20202020, buffer, place], "<u4").tobytes()
        for length, buffer, place in fields
    ]
    array = pa.array(["x" * 40] * len(fields), pa.string_view())
    data = array.buffers()[2].slice(0, 40)
    return pa.Array.from_buffers(
        pa.string_view(), len(fields), [None, pa.py_buffer(b"".join(rows)), data]
    )


def test_views_within_their_buffers() -> None:
    rows = PROGRAM.batch({"x.string": views((40, 0, 0), (13, 0, 27), (0, 9, 9), (12, 99, 99))})
    assert rows.n_rows == 4


@pytest.mark.parametrize(
    "field",
    [
        (41, 0, 0), (13, 0, 28), (13, 1, 0), (13, 2**31, 0), (13, 2**32 - 1, 0), (13, 0, 2**31),
        (13, 0, 2**32 - 1), (2**31 - 1, 0, 2**31 - 1), (2**31, 0, 0), (2**32 - 1, 0, 0),
    ],
)  # fmt: skip
def test_views_that_lead_out(field: tuple[int, int, int]) -> None:
    with pytest.raises(ColumnError, match=r"a string outside its buffers .*, first in row 1"):
        PROGRAM.batch({"x.string": views((40, 0, 0), field)})
    codes = pa.DictionaryArray.from_arrays(pa.array([0, 0, 1, None]), views((40, 0, 0), field))
    with pytest.raises(ColumnError, match="first in row 2"):
        PROGRAM.batch({"x.string": codes}, on_bad="mark")
    lists = pa.ListArray.from_arrays([0, 1, 2], views((40, 0, 0), field))
    with pytest.raises(ColumnError):
        PROGRAM.batch({"x.tags": lists})


def test_list_views_that_lead_out() -> None:
    lists = pa.array([[1, 2], [7], [77]], pa.list_view(pa.int32()))
    for number, content in ((1, [0, 9, 3]), (1, [0, -1, 3]), (2, [2, 5, 1]), (2, [2, -1, 1])):
        bad = overwritten(lists, number, np.array(content, "i4").tobytes())
        with pytest.raises(ColumnError, match=r"a list outside its 4 values .*, first in row 1"):
            PROGRAM.batch({"x.tags": bad}, on_bad="mark")


def test_many_views_of_the_same_values() -> None:
    """Each row names the same values: what they hold together need not fit in any buffer."""
    n_rows, values = 1000, pa.array(range(1000), pa.int32())
    sizes = pa.py_buffer(np.full(n_rows, 1000, "i4"))
    places = pa.py_buffer(np.zeros(n_rows, "i4"))
    kind = pa.list_view(pa.int32())
    lists = pa.Array.from_buffers(kind, n_rows, [None, places, sizes], children=[values])
    batch = PROGRAM.batch({"x.tags": lists})
    assert batch.resolve("tags=77:1").tolist() == [batch.resolve("tags=77:1")[0]] * n_rows


def test_fixed_lists_of_fewer_values() -> None:
    lists = pa.array([[1, 2], [7, 77]], pa.list_(pa.int32(), 2))
    for length in (2**40, 2**62):
        source = CountedArray(lists, array=set_count("length", length))
        with pytest.raises(ColumnError, match="contradict the type"):
            PROGRAM.batch({"x.tags": source})
        source.assert_all_released()
    for text in (b"+w:3", b"+w:999999999"):
        with pytest.raises(ColumnError, match="contradict the type"):
            PROGRAM.batch({"x.tags": CountedArray(lists, schema=set_format(text))})
    for text in (b"+w:", b"+w:-1", b"+w:2x", b"+w:9999999999"):
        with pytest.raises(ColumnError, match="the Arrow type"):
            PROGRAM.batch({"x.tags": CountedArray(lists, schema=set_format(text))})


ARRAYS: dict[str, pa.Array] = {
    "int": pa.array([1, None]),
    "string": pa.array(["a", None]),
    "enum": pa.array(["web", None], pa.string_view()),
    "tags": pa.array([[7], None]),
    "flag": pa.array([True, None]),
    "decimal": pa.array([1.5, None]),
}


@pytest.mark.parametrize("fact", ARRAYS)
def test_null_buffers(fact: str) -> None:
    for field, value in (("buffers", 0), ("n_buffers", 0), ("n_buffers", 1), ("n_buffers", -1)):
        source = CountedArray(ARRAYS[fact], array=set_count(field, value))
        with pytest.raises(ColumnError, match="contradict the type"):
            PROGRAM.batch({f"x.{fact}": source})
        source.assert_all_released()


def test_nulls_without_bits() -> None:
    source = CountedArray(pa.array([1, 2]), array=set_count("null_count", 1))
    with pytest.raises(ColumnError, match="contradict the type"):
        PROGRAM.batch({"x.int": source})
    unknown = CountedArray(pa.array([1, 2]), array=set_count("null_count", -1))
    assert PROGRAM.batch({"x.int": unknown}).n_rows == 2


def test_columns_that_nest_too_deep() -> None:
    lists = pa.array([[[["a"]]]])
    with pytest.raises(ColumnError, match="`list of list of list of utf8`"):
        PROGRAM.batch({"x.tags": lists})
    structs = pa.array([{"int": {"int": 1}}])
    with pytest.raises(ColumnError, match="`struct`"):
        PROGRAM.batch({"x": structs})


TARGETS: dict[str, tuple[str, pa.Array, int, int]] = {
    "text ends": ("string", pa.array(WORDS), 1, 4 * 5),
    "large text ends": ("enum", pa.array(WORDS, pa.large_utf8()), 1, 8 * 5),
    "text": ("string", pa.array(WORDS), 2, 20),
    "views": ("string", pa.array(WORDS, pa.string_view()), 1, 16 * 5),
    "list ends": ("tags", pa.array([[7, 77], [], [1, 7, 7]]), 1, 4 * 4),
    "large list ends": ("tags", pa.array([[7], [1, 7]], pa.large_list(pa.int8())), 1, 8 * 3),
    "list places": ("tags", pa.array([[7], [1, 7]], pa.list_view(pa.int8())), 1, 4 * 2),
    "list sizes": ("tags", pa.array([[7], [1, 7]], pa.list_view(pa.int8())), 2, 4 * 2),
    "floats": ("decimal", pa.array([1.5, 2.5]), 1, 8 * 2),
    "decimals": ("fine", pa.array([Decimal(1), Decimal(2)], pa.decimal256(70, 30)), 1, 32 * 2),
    "bits": ("int", pa.array([1, None, 3]), 0, 1),
}
"""A buffer, and how many bytes of it may be anything: the last end of a text may not."""


@given(st.sampled_from(sorted(TARGETS)), st.binary(max_size=80))
@example("text ends", b"\xff" * 64)
@example("large text ends", bytes(8) + b"\x75" * 16)
@example("list sizes", b"\x7f" * 64)
def test_any_bytes_are_decided_or_refused(target: str, content: bytes) -> None:
    fact, whole, number, n_bytes = TARGETS[target]
    array = overwritten(whole, number, content[:n_bytes])
    for on_bad in ("raise", "mark"):
        try:
            batch = PROGRAM.batch({f"x.{fact}": array}, on_bad=on_bad)
        except (ColumnError, FactError) as error:
            found = str(error)
        else:
            found = f"x.{fact}"
            assert batch.resolve_points(PROGRAM.points).shape == (len(PROGRAM.points), len(array))
        assert f"x.{fact}" in found


@given(st.sampled_from(["i1", "u1", "i2", "u4", "i8", "u8"]), st.binary(max_size=64))
def test_any_codes_are_decided_or_refused(dtype: str, content: bytes) -> None:
    n = len(content) // np.dtype(dtype).itemsize
    indexes = np.frombuffer(content, dtype, n)
    codes = pa.DictionaryArray.from_arrays(pa.array(indexes), WORDS, safe=False)
    is_sound = all(0 <= int(index) < len(WORDS) for index in indexes)
    try:
        PROGRAM.batch({"x.string": codes}, on_bad="mark")
    except ColumnError:
        assert not is_sound
    else:
        assert is_sound
