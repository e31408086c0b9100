"""Recorded times: with a zone, or on the clock that columns.toml names."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from roads import write_ruleset

import rulec
from rulec.driver import compile_folder
from rulec.traffic.decide import Question
from rulec.traffic.recording import BATCH_ROWS, Traffic
from rulec.traffic.replay import replay
from rulec_runtime import from_bytes

RULES = {
    "vocabulary.toml": """
[entity.order]
kind = "context"
[entity.order.facts]
at = { type = "time", required = true }
""",
    "platform.toml": """
[[ability]]
code = "a"
[[ability.point]]
code = "p"
default = "none"
""",
    "businesses/late.toml": """
code = "late"
owner = "o"
identity = "order.at >= 2026-11-11T00:00:00+08:00"
[[bind]]
point = "p"
implementation = "i"
""",
    "columns.toml": """
[column."order.at"]
from = "time"
timezone = "Asia/Shanghai"
""",
}


def tally(folder: Path, times: pa.Array) -> dict[str, int]:
    compiled = compile_folder(write_ruleset(folder, RULES))
    assert compiled.artifact is not None
    assert compiled.ruleset is not None
    path = folder / "traffic.parquet"
    pq.write_table(pa.table({"time": times}), path)
    traffic = Traffic.open(path, compiled.ruleset)
    question = Question(from_bytes(compiled.artifact), traffic.columns)
    return replay(traffic, question).identities


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_clock_is_read_in_its_zone(tmp_path: Path, unit: str) -> None:
    days = [datetime(2026, 11, 10, 23, 59, 59), datetime(2026, 11, 11)]  # noqa: DTZ001
    found = tally(tmp_path, pa.array(days, pa.timestamp(unit)))
    assert found == {"platform": 1, "late": 1}


def test_a_clock_that_showed_a_time_twice_is_refused(tmp_path: Path) -> None:
    # Shanghai's summer time ended on 1991-09-15.
    twice = pa.array([datetime(1991, 9, 15, 1, 30)], pa.timestamp("us"))  # noqa: DTZ001
    with pytest.raises(rulec.ColumnError, match="showed once"):
        tally(tmp_path, twice)


def test_a_zone_on_top_of_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(rulec.ColumnError, match="without a time zone"):
        tally(tmp_path, pa.array([0], pa.timestamp("us", "UTC")))


def test_a_broken_assumption_names_the_row_of_the_file(tmp_path: Path) -> None:
    assume = "[[assume]]\nimplies = ['order.at > 2026-01-01T00:00:00Z', 'false']\n"
    vocabulary = RULES["vocabulary.toml"] + assume
    compiled = compile_folder(write_ruleset(tmp_path, RULES | {"vocabulary.toml": vocabulary}))
    assert compiled.artifact is not None
    assert compiled.ruleset is not None
    days = [datetime(2020, 1, 1)] * BATCH_ROWS + [datetime(2027, 1, 1)]  # noqa: DTZ001
    pq.write_table(pa.table({"time": pa.array(days)}), tmp_path / "traffic.parquet")
    traffic = Traffic.open(tmp_path / "traffic.parquet", compiled.ruleset)
    with pytest.raises(rulec.AssumptionError) as caught:
        replay(traffic, Question(from_bytes(compiled.artifact), traffic.columns))
    assert caught.value.row == BATCH_ROWS
