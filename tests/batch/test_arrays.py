"""NumPy columns mean what their values mean one by one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from batch.probes import PROGRAM, batch_decisions, check_column, decisions, probe
from engine.handmade_world import Fact
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import integer_dtypes, unsigned_integer_dtypes

from rulec_runtime import FactError

INTEGERS = ("i1", "u1", "<i2", ">i2", "u2", "<i4", ">i4", "u4", "<i8", ">i8", "u8")
WORDS = ["", "Berlin", "berlin", "杭州", "🛒", "🛒🛒", "é"]


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("fact", ["int", "decimal", "whole"])
def test_integers(fact: str, dtype: str) -> None:
    values = [0, 1, 9, 10, 19, 20, 99, 100, 127]
    values += [] if np.dtype(dtype).kind == "u" else [-1, -3, -4, -128]
    check_column(fact, np.array(values, dtype), values)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i8", "u8", ">u4"])
def test_tags(dtype: str) -> None:
    rows = [[], [7], [77, 7, 7], [1, 2, 3], [], [77]]
    values = np.array([tag for row in rows for tag in row], dtype)
    offsets = np.cumsum([0, *map(len, rows)])
    for offset_type in ("i4", "i8", "u8", ">u2"):
        check_column("tags", (offsets.astype(offset_type), values), rows)


def test_tags_that_leave_out_values() -> None:
    offsets, values = np.array([1, 2, 4]), np.array([7, 77, 7, 2**40, -5])
    check_column("tags", (offsets, values), [[77], [7, 2**40]])
    check_column("tags", (np.array([0]), np.array([], "i8")), [])
    check_column("tags", (np.array([0, 0]), np.array([], "i8")), [[]])


def test_flags() -> None:
    values = [True, False, False, True]
    check_column("flag", np.array(values), values)
    check_column("flag", np.array([2, 0, 0, 255], "u1").view(bool), values)


@pytest.mark.parametrize("fact", ["string", "fallback"])
@pytest.mark.parametrize("dtype", ["<U4", ">U4", "<U9"])
def test_text(fact: str, dtype: str) -> None:
    words = [word[:4] for word in WORDS]
    check_column(fact, np.array(words, dtype), words)


def test_text_of_no_width() -> None:
    check_column("string", np.array(["", ""], "U0"), ["", ""])
    check_column("enum", np.array(["web", "应用", "a store"]), ["web", "应用", "a store"])


def test_text_as_decimals() -> None:
    texts = ["19.9", "19.90", "-0.5", "0", "-0", "00019.900", "92233720368547758.07"]
    check_column("decimal", np.array(texts), texts)


NO_DECIMALS = ["", "-", ".", "1.", ".5", "1e3", "+1", " 1", "1 ", "1.2.3", "1.005", "--1", "1-"]
NO_DECIMALS += ["½", "1_0", "92233720368547758.08"]


@pytest.mark.parametrize("text", NO_DECIMALS)
def test_text_that_is_no_decimal(text: str) -> None:
    with pytest.raises(FactError, match=r"x.decimal"):
        PROGRAM.match({"x": {"decimal": text}})
    with pytest.raises(FactError, match=r"x.decimal"):
        PROGRAM.batch({"x.decimal": np.array(["1", text])})


def test_floats() -> None:
    values = [19.9, 0.1 + 0.2, -0.5, 0.0, -0.0, 1e9]
    check_column("decimal", np.array(values), values)
    check_column("decimal", np.array(values, ">f8"), values)


def test_objects() -> None:
    class Loud(str):
        __slots__ = ()

    cases: dict[str, list[Any]] = {
        "flag": [True, None, False],
        "int": [1, None, 2**63 - 1, -(2**63), np.int8(3)],
        "decimal": [1, "1.5", Decimal("-0.50"), 0.25, None, np.float64(19.9)],
        "string": ["Berlin", None, Loud("杭州"), "other"],
        "enum": ["web", None, "应用"],
        "fallback": [None, "b", "zz"],
    }
    for fact, values in cases.items():
        column = np.empty(len(values), object)
        column[:] = values
        check_column(fact, column, values)


def test_strided_and_read_only() -> None:
    numbers = np.arange(-10, 10, dtype="i2")
    numbers.setflags(write=False)
    check_column("int", numbers[::3], numbers[::3].tolist())
    check_column("int", numbers[::-1], numbers[::-1].tolist())
    wide = np.zeros(3, np.dtype([("pad", "u1"), ("number", "i4")]))
    wide["number"] = [0, 100, -3]
    check_column("int", wide["number"], [0, 100, -3])


def test_later_writes_change_nothing() -> None:
    numbers = np.array([0, 100, -3])
    offsets, tags = np.array([0, 1, 2, 2]), np.array([7, 77])
    batch = PROGRAM.batch({"x.int": numbers, "x.tags": (offsets, tags)})
    before = batch.resolve_points(PROGRAM.points)
    numbers[:], offsets[:], tags[:] = 5, 2**60, -5
    assert (batch.resolve_points(PROGRAM.points) == before).all()


@given(st.data(), integer_dtypes() | unsigned_integer_dtypes())
def test_any_integers(data: st.DataObject, dtype: np.dtype[Any]) -> None:
    limits = np.iinfo(dtype)
    low, high = max(int(limits.min), -(2**63)), min(int(limits.max), 2**63 - 1)
    values = data.draw(st.lists(st.integers(low, high) | st.integers(0, min(high, 120))))
    check_column("int", np.array(values, dtype), values)


@given(st.floats(width=32), st.integers(0, 18))
@example(float(np.float32(19.9)), 2)
@example(float(np.float32(16777216.0)), 0)
@example(float(np.float32(1e-45)), 18)
@example(float("nan"), 2)
def test_narrow_floats_keep_their_own_steps(number: float, scale: int) -> None:
    expected = narrow_decimal(np.float32(number), scale)
    column = np.array([number], np.float32)
    if expected is None:
        with pytest.raises(FactError, match=r"x.decimal"):
            probe(Fact("decimal", "decimal", "optional", scale=scale)).batch({"x.decimal": column})
        return
    fact = Fact("decimal", "decimal", "optional", scale=scale, cuts=(expected, expected + 1))
    program = probe(fact)
    request = {"x": {"decimal": f"{Decimal(expected).scaleb(-scale):f}"}}
    assert batch_decisions(program, {"x.decimal": column}) == decisions(program, [request])


def narrow_decimal(number: np.float32, scale: int) -> int | None:
    """The one count of 10^-scale whose nearest double lies within four floats of a float."""
    if not np.isfinite(number):
        return None
    low = high = number
    for _ in range(4):
        with np.errstate(over="ignore"):
            low = np.nextafter(low, np.float32(-np.inf))
            high = np.nextafter(high, np.float32(np.inf))
    nearest = round(Fraction(float(number)) * 10**scale)
    least, most = float(low), float(high)
    found = [n for n in range(nearest - 9, nearest + 10) if least <= n / 10**scale <= most]
    return found[0] if len(found) == 1 else None
