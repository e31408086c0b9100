"""Arrow structures are released exactly once, whatever happens to the batch.

Structures of pyarrow are wrapped here: their `release` is replaced by one that counts and then
calls the original, on the structure as it was; in between, it can be damaged.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from batch.probes import PROGRAM

from rulec_runtime import ColumnError, FactError

RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
CALL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
TELL = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)


class ArrowSchema(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


class ArrowArray(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.c_void_p),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


class ArrowStream(ctypes.Structure):
    _fields_ = (
        ("get_schema", ctypes.c_void_p),
        ("get_next", ctypes.c_void_p),
        ("get_last_error", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


Damage = Callable[[Any], object]
Record = type[ArrowSchema] | type[ArrowArray]


class Counted:
    """Carries an Arrow object and counts what is handed out and what is released."""

    def __init__(self, source: Any, **damage: Damage) -> None:
        self.source = source
        self.damage = damage
        self.n_given: Counter[str] = Counter()
        self.n_released: Counter[str] = Counter()
        self.kept: list[Any] = []

    def count(self, what: str, structure: Any) -> None:
        """Replaces `release` by a counting one, once the structure is as it is handed out."""
        original, undamaged = RELEASE(structure.release), bytes(structure)

        def release(address: int) -> None:
            self.n_released[what] += 1
            ctypes.memmove(address, undamaged, len(undamaged))
            original(address)

        callback = RELEASE(release)
        self.kept += [original, callback]
        self.n_given[what] += 1
        structure.release = ctypes.cast(callback, ctypes.c_void_p).value
        self.damage.get(what, lambda _: None)(structure)

    def wrapped(self, call: int, what: str, kind: Record) -> int:
        """A function of a stream that counts what the original one fills."""
        original = CALL(call)

        def fill(stream: int, out: int) -> int:
            if "fail" in self.damage and self.damage["fail"](what):
                return 5
            code = int(original(stream, out))
            structure = kind.from_address(out)
            if not code and structure.release:
                self.count(what, structure)
            return code

        callback = CALL(fill)
        self.kept += [original, callback]
        address = ctypes.cast(callback, ctypes.c_void_p).value
        assert address is not None
        return address

    def assert_all_released(self) -> None:
        assert self.n_given == self.n_released
        assert self.n_given


class CountedStream(Counted):
    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        capsule = self.source.__arrow_c_stream__(requested_schema)
        stream = ArrowStream.from_address(pointer(capsule, b"arrow_array_stream"))
        stream.get_schema = self.wrapped(stream.get_schema, "schema", ArrowSchema)
        stream.get_next = self.wrapped(stream.get_next, "array", ArrowArray)
        self.count("stream", stream)
        return capsule


class CountedArray(Counted):
    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        schema, array = self.source.__arrow_c_array__(requested_schema)
        self.count("schema", ArrowSchema.from_address(pointer(schema, b"arrow_schema")))
        self.count("array", ArrowArray.from_address(pointer(array, b"arrow_array")))
        return schema, array


def pointer(capsule: object, name: bytes) -> int:
    """Where the structure of a capsule stands."""
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return int(get(capsule, name))


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


def set_format(text: bytes | None) -> Damage:
    def damage(schema: Any) -> None:
        schema.format = text

    return damage


def set_count(field: str, value: int) -> Damage:
    def damage(array: Any) -> None:
        setattr(array, field, value)

    return damage


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
