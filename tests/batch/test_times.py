"""Columns of times: every Arrow unit, text and objects; what has no zone is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from engine.handmade import artifact_of
from engine.handmade_world import Definition, Entity, Fact, Point, World, all_of

from rulec_runtime import ColumnError, FactError, from_bytes

CUT = 1_000_000
"""A second after 1970: a value from there on is late."""


def program(low: int = -(10**15), high: int = 10**15) -> Any:
    fact = Fact("at", "time", "optional", cuts=(CUT,), low=low, high=high)
    late = Definition("late", "business", ({"order": all_of(("at", 2, 2))},), ("p",))
    return from_bytes(artifact_of(World((Entity("order", (fact,)),), (Point("p"),), (late,))))


def late(column: Any) -> list[bool]:
    return [number == 0 for number in program().batch({"order.at": column}).identify()]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_every_unit_means_the_same(unit: str) -> None:
    second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    step = {"ns": 1000}.get(unit, 1)
    numbers = pa.array([None, 0, second - step, second, second + step, -second], pa.int64())
    column = numbers.cast(pa.timestamp(unit, "Europe/Berlin"))
    assert late(column) == [False, False, False, True, True, False]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns", "ps", "fs"])
def test_datetime64_counts_in_utc(unit: str) -> None:
    moments = ["1970-01-01T00:00:00.999999", "1970-01-01T00:00:01", "NaT", "1970-01-01T00:00:02"]
    is_fine = unit not in ("s", "ms")
    column = np.array(moments[not is_fine :], f"M8[{unit}]")
    assert late(column) == [False, True, False, True][not is_fine :]
    assert late(column[::-1]) == [True, False, True, False][: len(column)]
    assert late(column.astype(column.dtype.newbyteorder())) == late(column)
    hidden = np.ma.masked_array(column, [False] * (len(column) - 1) + [True])
    assert late(hidden) == [*late(column)[:-1], False]


@pytest.mark.parametrize("unit", ["m", "h", "D", "W", "M", "Y", "10s", "25ms", "3D", "6M"])
def test_coarse_datetime64(unit: str) -> None:
    wide = program(-(10**17), 10**17)
    column = np.array([-1, 0, 1, 200, 2400], "i8").view(f"M8[{unit}]")
    moments = [f"{moment}Z" for moment in column.astype("M8[us]")]
    asked = [wide.match({"order": {"at": moment}}).identity for moment in moments]
    batch = wide.batch({"order.at": column})
    assert [(*batch.identities, "platform")[n] for n in batch.identify()] == asked
    for far in (2**62, -(2**62)):
        bad = np.array([0, far], "i8").view(f"M8[{unit}]")
        assert program().batch({"order.at": bad}, on_bad="mark").refused_rows.tolist() == [1]


def test_text_and_objects() -> None:
    texts = ["1970-01-01T00:00:01Z", "1970-01-01T00:00:00.999999Z", "1970-01-01T01:00:01+01:00"]
    moment = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert late(pa.array(texts)) == [True, False, True]
    assert late(pa.array(texts).dictionary_encode()) == [True, False, True]
    assert late(np.array(texts)) == [True, False, True]
    assert late(np.array([moment, None, texts[1]], dtype=object)) == [True, False, False]


def test_nanoseconds_are_a_bad_value() -> None:
    column = pa.array([0, 1], pa.int64()).cast(pa.timestamp("ns", "UTC"))
    with pytest.raises(
        FactError, match=r"row 1: `order.at`: expected a time .* given the time `1E-9`"
    ):
        program().batch({"order.at": column})


@pytest.mark.parametrize(
    "numbers", [[2**63 - 1], [-(2**63)], [10**10]], ids=["greatest", "least", "outside"]
)
def test_what_leaves_the_range_is_a_bad_value(numbers: list[int]) -> None:
    column = pa.array(numbers, pa.int64()).cast(pa.timestamp("s", "UTC"))
    with pytest.raises(FactError, match="row 0"):
        program().batch({"order.at": column})


@pytest.mark.parametrize(
    "text", ["1970-01-01T00:00:01", "", "1970-02-30T00:00:00Z", "x" * 99, "1970-01-01T00:00:01.Z"]
)
def test_text_that_is_no_time_is_a_bad_value(text: str) -> None:
    for column in (pa.array([text]), np.array([text]), np.array([text], dtype=object)):
        with pytest.raises(FactError, match="row 0"):
            program().batch({"order.at": column})


REFUSED = {
    "arrow without a zone": pa.array([0], pa.timestamp("us")),
    "arrow dates": pa.array([0], pa.date32()),
    "arrow ints": pa.array([0]),
    "numpy spans": np.array([1], dtype="timedelta64[us]"),
    "numpy without a unit": np.array(["NaT"], dtype="datetime64"),
    "numpy ints": np.array([0]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_columns_without_a_zone_are_refused(case: str) -> None:
    with pytest.raises(ColumnError, match="times with a zone"):
        program().batch({"order.at": REFUSED[case]})


class Nanos(datetime):
    """A datetime with nanoseconds, as pandas has one."""

    nanosecond = 1


def test_a_request_finer_than_a_microsecond_is_refused() -> None:
    with pytest.raises(FactError):
        program().match({"order": {"at": Nanos(2026, 1, 1, tzinfo=UTC)}})


def test_times_of_the_calendar_agree_with_python() -> None:
    world = program()
    for year in (1, 4, 100, 400, 1600, 1900, 1969, 1970, 2000, 2024, 2100, 9999):
        for month, day in ((1, 1), (2, 28), (2, 29), (3, 1), (12, 31)):
            text = f"{year:04}-{month:02}-{day:02}T00:00:00Z"
            try:
                moment = datetime(year, month, day, tzinfo=UTC)
            except ValueError:
                with pytest.raises(FactError):
                    world.match({"order": {"at": text}})
                continue
            asked = []
            for value in (moment, text):
                try:
                    asked.append(world.match({"order": {"at": value}}).identity)
                except FactError as error:
                    asked.append(error.expected)
            assert asked[0] == asked[1], text
