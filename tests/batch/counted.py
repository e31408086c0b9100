"""Arrow objects that count what is handed out and what is released, and can be damaged in between.

In: any object with an Arrow method, and what to do to its structures. Out: the same object again;
the `release` of each structure is replaced by one that counts and then calls the original, on the
structure as it was.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable
from typing import Any

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


def set_format(text: bytes | None) -> Damage:
    def damage(schema: Any) -> None:
        schema.format = text

    return damage


def set_count(field: str, value: int) -> Damage:
    def damage(array: Any) -> None:
        setattr(array, field, value)

    return damage
