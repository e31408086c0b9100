"""`on_bad="mark"`: refused rows are told apart, counted by fact and reason, and change no other."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from batch.probes import FACTS, PROGRAM, REQUIRED, decisions, probe
from engine.handmade import artifact_of
from engine.handmade_world import Entity, Fact, Point, World
from engine.made_shop import dated_shop
from hypothesis import given
from hypothesis import strategies as st
from roads import Road, write_ruleset

from rulec_runtime import AssumptionError, Batch, ColumnError, FactError, from_bytes
from rulec_runtime.artifact import Artifact
from rulec_runtime.refusals import Refusal

STRICT = probe(*FACTS, REQUIRED)
DATED = from_bytes(artifact_of(dated_shop()))


def counts(batch: Batch) -> dict[tuple[str | None, str], tuple[int, int]]:
    return {(one.fact, one.reason): (one.n_rows, one.first_row) for one in batch.refusals}


def check_rows(columns: dict[str, Any], rows: list[dict[str, Any]], refused: list[int]) -> Batch:
    """Rows that are not refused are decided as on their own; the others are marked."""
    batch = STRICT.batch(columns, on_bad="mark")
    sound = [row for row in range(len(rows)) if row not in refused]
    expected = decisions(STRICT, [{"x": rows[row]} for row in sound])
    found = batch.resolve_points(STRICT.points)
    assert found[:, sound].tolist() == expected
    assert (found[:, refused] == STRICT.refused).all()
    assert batch.refused_rows.tolist() == refused
    for point, numbers in zip(STRICT.points, found, strict=True):
        assert (batch.resolve(point) == numbers).all()
    assert batch.identify().tolist() == [-2 if row in refused else -1 for row in range(len(rows))]
    return batch


def test_every_reason() -> None:
    rows = [
        {"level": 5, "enum": "web", "price": "1.00", "required": 1, "tags": [7]},
        {"level": 21, "enum": "red", "price": "1.005", "required": None, "tags": [7, None]},
        {"level": 5, "enum": "web", "price": "1.00", "required": 1, "tags": [7]},
        {"level": -1, "enum": None, "price": "abc", "required": 0, "tags": [77]},
    ]
    columns = {f"x.{name}": pa.array([row[name] for row in rows]) for name in rows[0]}
    batch = check_rows(columns, rows, [1, 3])
    assert counts(batch) == {
        ("x.level", "out of range"): (2, 1),
        ("x.enum", "no declared word"): (1, 1),
        ("x.price", "no decimal of its scale"): (2, 1),
        ("x.required", "missing"): (1, 1),
        ("x.tags", "null among tags"): (1, 1),
    }
    assert batch.tolerated == ()
    assert not batch.refused_rows.flags.writeable
    objects = {name: column.to_pylist() for name, column in columns.items()}
    assert counts(check_rows(objects, rows, [1, 3])) == counts(batch)


OBJECTS: dict[str, tuple[str, Any, str]] = {
    "an int": ("int", "a", "of another type"),
    "a flag for an int": ("int", True, "of another type"),
    "a wide int": ("int", 2**63, "out of range"),
    "a level": ("level", 21, "out of range"),
    "a text for a flag": ("flag", "yes", "of another type"),
    "a text": ("string", 3, "of another type"),
    "a surrogate": ("string", "\ud800", "no Unicode"),
    "a word": ("enum", "red", "no declared word"),
    "a float": ("price", 1.005, "no decimal of its scale"),
    "a decimal": ("price", Decimal(10**9), "out of range"),
    "no decimal at all": ("price", [1], "of another type"),
    "no tags": ("tags", 7, "of another type"),
    "a text among tags": ("tags", [7, "7"], "of another type"),
    "a wide tag": ("tags", [2**64], "out of range"),
    "bytes": ("string", b"Berlin", "of another type"),
}


@pytest.mark.parametrize(("fact", "value", "reason"), OBJECTS.values(), ids=OBJECTS)
def test_reasons_of_objects(fact: str, value: Any, reason: str) -> None:
    good = {"flag": True, "tags": [77], "string": "Berlin", "enum": "web"}.get(fact, 1)
    batch = PROGRAM.batch({f"x.{fact}": [good, value, good, None]}, on_bad="mark")
    assert counts(batch) == {(f"x.{fact}", reason): (1, 1)}
    expected = decisions(PROGRAM, [{"x": {fact: one}} for one in (good, good, None)])
    assert batch.resolve_points(PROGRAM.points)[:, [0, 2, 3]].tolist() == expected
    with pytest.raises(FactError, match=r"row 1: .*\(1 row is bad\)"):
        PROGRAM.batch({f"x.{fact}": [good, value, good, None]})


def test_a_program_without_bad_rows() -> None:
    batch = PROGRAM.batch({"x.int": np.arange(3)}, on_bad="mark")
    assert batch.refused_rows.tolist() == []
    assert batch.refusals == batch.tolerated == ()
    assert PROGRAM.refused == -1


@given(st.lists(st.tuples(st.integers(-3, 23), st.sampled_from(["web", "red", None]))))
def test_marked_rows_are_those_that_alone_are_refused(rows: list[tuple[int, str | None]]) -> None:
    refused = []
    for row, (level, word) in enumerate(rows):
        try:
            PROGRAM.match({"x": {"level": level, "enum": word}})
        except FactError:
            refused.append(row)
    columns = {
        "x.level": np.array([level for level, _ in rows], "i4"),
        "x.enum": pa.array([word for _, word in rows], pa.utf8()),
    }
    batch = PROGRAM.batch(columns, on_bad="mark")
    assert batch.refused_rows.tolist() == refused
    sound = [row for row in range(len(rows)) if row not in refused]
    asked = [{"x": {"level": rows[row][0], "enum": rows[row][1]}} for row in sound]
    found = batch.resolve_points(PROGRAM.points)[:, sound].tolist()
    assert found == decisions(PROGRAM, asked)
    if refused:
        with pytest.raises(FactError, match=f"row {refused[0]}: "):
            PROGRAM.batch(columns)


def test_rows_are_kept_over_chunks_and_slabs() -> None:
    n_rows = 200_000
    levels = np.arange(n_rows) % 21
    bad = [0, 1023, 1024, 65_535, 65_536, 131_073, n_rows - 1]
    levels[bad] = 21
    pieces = pa.chunked_array([levels[:70_000], levels[70_000:70_001], levels[70_001:]])
    for column in (levels, pieces):
        batch = PROGRAM.batch({"x.level": column}, on_bad="mark")
        assert batch.refused_rows.tolist() == bad
        assert np.flatnonzero(batch.resolve("level:0") == -1).tolist() == bad
    all_bad = PROGRAM.batch({"x.level": np.full(n_rows, -1, "i1")}, on_bad="mark")
    assert all_bad.refused_rows.tolist() == list(range(n_rows))
    assert (all_bad.identify() == -2).all()


def test_what_is_no_rows_fault_is_raised() -> None:
    with pytest.raises(FactError, match=r"`x.required`: expected a column"):
        STRICT.batch({"x.int": np.arange(3)}, on_bad="mark")
    codes = pa.DictionaryArray.from_arrays(pa.array([0, 7], pa.int8()), ["a"], safe=False)
    with pytest.raises(ColumnError, match="the index `7` of 1"):
        PROGRAM.batch({"x.string": codes}, on_bad="mark")
    with pytest.raises(ColumnError, match="`float64`"):
        PROGRAM.batch({"x.int": np.ones(3)}, on_bad="mark")
    with pytest.raises(ValueError, match="expected `raise` or `mark`, given the string `'drop'`"):
        PROGRAM.batch({"x.int": np.arange(3)}, on_bad="drop")


MOMENTS = [dt.datetime(1970, 1, 1, 0, 0, n, tzinfo=dt.UTC) for n in range(2)]
TIMES: dict[str, tuple[Any, str]] = {
    "objects": ([MOMENTS[0], None, MOMENTS[1]], "missing"),
    "texts": (["1970-01-01T00:00:00Z", "now", "1970-01-01T00:00:01Z"], "no time"),
    "others": ([MOMENTS[0], 3, MOMENTS[1]], "of another type"),
    "arrow": (pa.array([0, None, 1], pa.timestamp("s", "UTC")), "missing"),
    "arrow nanoseconds": (pa.array([0, 1, 10**9], pa.timestamp("ns", "UTC")), "no time"),
    "datetime64": (np.array(["1970-01-01", "NaT", "1970-01-01T00:00:01"], "M8[s]"), "missing"),
    "masked micros": (np.ma.masked_array([0, 0, 10**6], [0, 1, 0]), "missing"),
}


@pytest.mark.parametrize(("times", "reason"), TIMES.values(), ids=TIMES)
def test_times(times: Any, reason: str) -> None:
    facts = {"seller": {"isTMSeller": True}, "item": {"price": 1, "tags": [4199]}}
    columns = {
        "seller.isTMSeller": np.array([True] * 3),
        "item.price": np.array([1] * 3),
        "item.tags": (np.array([0, 1, 2, 3]), np.array([4199] * 3)),
    }
    batch = DATED.batch(columns, times, on_bad="mark")
    assert counts(batch) == {("as_of", reason): (1, 1)}
    sound = [DATED.identify(facts, moment) for moment in MOMENTS]
    names = (*batch.identities, "platform")
    assert [names[number] for number in batch.identify()[[0, 2]]] == sound
    assert len(set(sound)) == 2
    assert batch.identify()[1] == -2


ASSUMING = {
    "vocabulary.toml": """
[entity.x]
kind = "context"
[entity.x.facts]
low = { type = "int", min = 0, max = 20, optional = true }
high = { type = "int", optional = true }
[[assume]]
implies = ["x.low >= 10", "x.high >= 10"]
[[assume]]
implies = ["x.high == 99", "x.low == 20"]
""",
    "platform.toml": """
[[ability]]
code = "a"
[[ability.point]]
code = "A.p"
default = "none"
""",
    "businesses/b.toml": """
code = "b"
owner = "b"
identity = "x.low >= 5"
""",
}


@pytest.fixture(scope="module")
def assuming(tmp_path_factory: pytest.TempPathFactory) -> Road:
    return Road(write_ruleset(tmp_path_factory.mktemp("assuming"), ASSUMING))


LOW = [0, 12, 12, 12, 21, 7, 12, 0]
HIGH = [99, 30, 3, 3, 99, None, 12, 99]


def test_broken_assumptions(assuming: Road) -> None:
    program = assuming.program
    columns = {"x.low": LOW, "x.high": HIGH}
    batch = program.batch(columns, on_bad="mark")
    assert batch.refused_rows.tolist() == [0, 2, 3, 4, 7]
    names = {0: "b", -1: "platform", -2: "refused"}
    assert [names[number] for number in batch.identify()] == [
        "refused", "b", "refused", "refused", "refused", "b", "b", "refused",
    ]  # fmt: skip
    for low, high, number in zip(LOW, HIGH, batch.identify(), strict=True):
        request = {"x": {"low": low, "high": high}}
        if number == -2 and low != 21:
            assumption = assuming.refuse(request)
            assert assumption in {refusal.reason for refusal in batch.refusals}
    assert sum(refusal.n_rows for refusal in batch.refusals) == 5
    assert Refusal("x.low", "out of range", 1, 4) in batch.refusals
    with pytest.raises(FactError, match="row 4"):
        program.batch(columns)
    with pytest.raises(AssumptionError, match="row 0"):
        program.batch({"x.low": LOW[:4], "x.high": HIGH[:4]})


def test_tolerated_values_count_as_absent(assuming: Road) -> None:
    """What a program does that is not strict, here asked of the batch itself."""
    columns = {"x.low": LOW, "x.high": HIGH, "x.lou": [1] * 8, "y.z": np.arange(3)}
    artifact = Artifact(assuming.artifact)
    batch = Batch(artifact, columns, is_strict=False)
    assert len(batch.refused_rows) == 0
    told = {(one.fact, one.reason): (one.n_rows, one.first_row) for one in batch.tolerated}
    assert told.pop(("x.low", "out of range")) == (1, 4)
    absent = [None if low == 21 else low for low in LOW]
    pairs = [{"x": {"low": low, "high": high}} for low, high in zip(absent, HIGH, strict=True)]
    broken = [row for row, request in enumerate(pairs) if assuming.is_refused(request)]
    assert sorted(told.values()) == [(2, 0), (2, 2)]
    assert broken == [0, 2, 3, 7]
    asked = Batch(artifact, {"x.low": absent, "x.high": HIGH}, is_strict=False)
    assert batch.identify().tolist() == asked.identify().tolist()
    with pytest.raises(FactError, match=r"row 6: .*'a'` .1 row is bad"):
        Batch(artifact, columns | {"x.low": [*LOW[:6], "a", 1]}, is_strict=False)
    marked = Batch(artifact, columns | {"x.low": [*LOW[:6], "a", 1]}, None, "mark", False)
    assert marked.refused_rows.tolist() == [6]


def test_a_required_fact_is_never_tolerated() -> None:
    fact = Fact("level", "int", "required", low=0, high=9, cuts=(5,))
    artifact = Artifact(artifact_of(World((Entity("x", (fact,)),), (Point("p"),), ())))
    with pytest.raises(FactError, match="row 1"):
        Batch(artifact, {"x.level": [3, 10]}, is_strict=False)
    words = Fact("enum", "enum", "default", words=("a", "b"), default_class=2)
    artifact = Artifact(artifact_of(World((Entity("x", (words,)),), (Point("p"),), ())))
    batch = Batch(artifact, pa.table({"x.enum": ["a", "c", "c"]}), is_strict=False)
    assert batch.tolerated == (Refusal("x.enum", "no declared word", 2, 1),)
