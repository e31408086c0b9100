"""Arrow structures are released exactly once, whatever happens to the batch."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from batch.counted import CountedArray, CountedStream, set_count, set_format
from batch.probes import PROGRAM

from rulec_runtime import ColumnError, FactError


def chunks(*values: list[Any]) -> pa.ChunkedArray:
    return pa.chunked_array(list(values))


def test_a_stream_is_released() -> None:
    source = CountedStream(chunks([1, 2], [3], [4, 5]))
    batch = PROGRAM.batch({"x.int": source})
    assert batch.n_rows == 5
    assert source.n_given == {"stream": 1, "schema": 1, "array": 3}
    source.assert_all_released()
    assert batch.resolve("int:1").tolist()


def test_an_array_is_released() -> None:
    source = CountedArray(pa.array(["a", "b"]).dictionary_encode())
    assert PROGRAM.batch({"x.string": source}).n_rows == 2
    assert source.n_given == {"schema": 1, "array": 1}
    source.assert_all_released()


def test_a_table_is_released() -> None:
    table = pa.table({"x.int": chunks([1, 2], [3]), "x.string": chunks(["a"], ["b", "c"])})
    source = CountedStream(table)
    assert PROGRAM.batch(source).n_rows == 3
    source.assert_all_released()


def test_one_piece_is_held_at_a_time() -> None:
    held: list[int] = []

    def look(_: Any) -> None:
        held.append(source.n_given["array"] - source.n_released["array"])

    source = CountedStream(chunks(*([number] for number in range(9))), array=look)
    PROGRAM.batch({"x.int": source})
    assert held == [1] * 9


FORMATS = (
    b"", None, b"x", b"ll", b"d", b"d:", b"d:5", b"d:5,", b"d:5,x", b"d:5,2,", b"d:5,2,7", b"d:,2",
    b"d:5,2,128,", b"d:99999,2", b"+", b"+w:3", b"+l", b"u", b"vu", b"tsu:UTC", b"+us:0", b"\xff",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMATS)
def test_strange_formats(text: bytes | None) -> None:
    source = CountedArray(pa.array([1, 2]), schema=set_format(text))
    with pytest.raises(ColumnError, match=r"x.int"):
        PROGRAM.batch({"x.int": source})
    source.assert_all_released()


COUNTS = [
    ("length", -1), ("length", 3), ("length", 2**62), ("length", 2**63 - 1), ("offset", -1),
    ("offset", 2**63 - 1), ("n_buffers", 0), ("n_buffers", 3), ("n_buffers", -1), ("buffers", 0),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [item for item in COUNTS if item != ("length", 3)])
def test_strange_counts(field: str, value: int) -> None:
    source = CountedArray(pa.array([1, 2]), array=set_count(field, value))
    with pytest.raises(ColumnError, match="contradict the type"):
        PROGRAM.batch({"x.int": source})
    source.assert_all_released()


@pytest.mark.parametrize(
    ("field", "value"),
    [*COUNTS[:1], *COUNTS[2:6], ("n_children", 0), ("n_children", 2), ("children", 0)],
)
def test_strange_tables(field: str, value: int) -> None:
    record = pa.RecordBatch.from_arrays([pa.array([1, 2])], ["x.int"])
    source = CountedArray(record, array=set_count(field, value))
    with pytest.raises(ColumnError):
        PROGRAM.batch(source)
    source.assert_all_released()


@pytest.mark.parametrize(
    ("field", "value"), [("n_children", 0), ("n_children", 2), ("children", 0)]
)
def test_strange_lists(field: str, value: int) -> None:
    source = CountedArray(pa.array([[1], [2]]), array=set_count(field, value))
    with pytest.raises(ColumnError):
        PROGRAM.batch({"x.tags": source})
    source.assert_all_released()


def test_bad_values_release_everything() -> None:
    source = CountedStream(chunks(["web"], ["red"], ["blue"]))
    with pytest.raises(FactError, match="2 rows are bad"):
        PROGRAM.batch({"x.enum": source})
    source.assert_all_released()


def test_wrong_types_release_everything() -> None:
    for source in (CountedStream(chunks([1.5], [2.5])), CountedArray(pa.array([1.5]))):
        with pytest.raises(ColumnError, match="float64"):
            PROGRAM.batch({"x.int": source})
        source.assert_all_released()
    table = CountedStream(pa.table({"x.int": [1], "x.nothing": [2]}))
    with pytest.raises(ColumnError, match=r"x\.nothing"):
        PROGRAM.batch(table)
    table.assert_all_released()


@pytest.mark.parametrize("when", [("schema", 0), ("array", 0), ("array", 2)])
def test_streams_that_fail(when: tuple[str, int]) -> None:
    def fail(what: str) -> bool:
        return (what, source.n_given["array"]) == when

    source = CountedStream(chunks([1], [2], [3]), fail=fail)
    with pytest.raises(ColumnError, match="a stream that can be read"):
        PROGRAM.batch({"x.int": source})
    source.assert_all_released()


def test_readers_that_raise() -> None:
    schema = pa.schema([("x.int", pa.int64())])

    def batches() -> Any:
        yield pa.record_batch([[1]], schema=schema)
        raise RuntimeError("the line is down")

    source = CountedStream(pa.RecordBatchReader.from_batches(schema, batches()))
    with pytest.raises(ColumnError, match="the line is down"):
        PROGRAM.batch(source)
    source.assert_all_released()


class Fixed:
    """Answers the Arrow methods with whatever it was given."""

    def __init__(self, **answers: Any) -> None:
        for name, answer in answers.items():
            setattr(self, f"__arrow_c_{name}__", lambda answer=answer: answer)


def test_capsules_that_are_none() -> None:
    schema, array = pa.array([1]).__arrow_c_array__()
    for source in (
        Fixed(stream=None), Fixed(stream=schema), Fixed(array=None), Fixed(array=(schema,)),
        Fixed(array=(array, schema)), Fixed(array=(1, 2)),
    ):  # fmt: skip
        with pytest.raises(ColumnError, match="what the Arrow C data interface describes"):
            PROGRAM.batch({"x.int": source})


def test_capsules_that_were_read_before() -> None:
    stream = Fixed(stream=chunks([1, 2]).__arrow_c_stream__())
    array = Fixed(array=pa.array([1, 2]).__arrow_c_array__())
    for source in (stream, array):
        assert PROGRAM.batch({"x.int": source}).n_rows == 2
        with pytest.raises(ColumnError, match="read before"):
            PROGRAM.batch({"x.int": source})
