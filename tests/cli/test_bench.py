"""`rulec bench`: what it prints, what it keeps, and when it fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rulec.bench import measure
from rulec.bench.rounds import Figure

SHOP = Path(__file__).resolve().parents[2] / "examples" / "tmall"
Run = Callable[..., tuple[int, str, str]]
ROADS = ("profiles", "dict", "batch from columns", "batch, columns ready, every point")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds too short to say anything about speed, which no test asks about."""
    monkeypatch.setattr("rulec.cli.bench.ROUND_SECONDS", 0.0005)
    monkeypatch.setattr(measure, "N_CALLS", 200)


@pytest.fixture
def kept(run: Run, tmp_path: Path) -> Path:
    """What `--json` wrote."""
    code, out, err = run("bench", SHOP, "--requests", 40, "--repeat", 3, "--json")
    assert (code, err) == (0, "")
    path = tmp_path / "base.json"
    path.write_text(out, "utf-8")
    return path


def test_a_table_for_people(run: Run) -> None:
    code, out, err = run("bench", SHOP, "--requests", 40, "--repeat", 3)
    assert (code, err) == (0, "")
    assert "tmall, 16 definitions" in out
    assert "40 made from the rules, seed 1" in out
    assert all(f"\n{name} " in out for name in ("calibration", *ROADS))
    assert "p99.9" in out


def test_one_object_for_programs(kept: Path) -> None:
    found = json.loads(kept.read_text("utf-8"))
    assert (found["schema"], found["version"]) == ("rulec.bench", 2)
    assert set(found["ratios"]) == set(ROADS)
    for road in ROADS:
        figure, ratio = found["figures"][road], found["ratios"][road]
        assert 0 < figure["low"] <= figure["median"] <= figure["high"]
        assert 0 < ratio["low"] <= ratio["median"] <= ratio["high"]
    assert found["memory"]["artifact_bytes"] > 10_000
    expected = found["expected"]
    assert 0 < expected["up_to_winner"] <= expected["candidates"]
    assert expected["matches"] > 0
    counted = found["measured"]
    assert 0 < counted["up_to_winner"] <= counted["candidates"]
    assert 0 < counted["matches"] < 16
    for percentiles in found["calls"].values():
        assert 0 < percentiles["p50"] <= percentiles["p99"] <= percentiles["p99.9"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Makes the next benches find every ratio at a median, whatever they measured."""

    def tell(median: float) -> None:
        def found(*arguments: Any) -> measure.Bench:
            ratio = Figure(median - 0.1, median, median + 0.1)
            return replace(measure.bench(*arguments), ratios=dict.fromkeys(ROADS, ratio))

        monkeypatch.setattr("rulec.cli.bench.bench", found)

    return tell


@pytest.mark.parametrize(
    ("now", "option", "code", "line"),
    [
        (20.0, "10%", 1, "dict: 100.0% slower, more than allowed"),
        (20.0, "100%", 0, "dict: 100.0% slower"),
        (5.0, "10%", 0, "dict: 50.0% faster"),
        (10.1, "0%", 0, "dict: not shown (+1.0%)"),
    ],
)
def test_ratios_are_compared(
    run: Run,
    told: Callable[[float], None],
    tmp_path: Path,
    now: float,
    option: str,
    code: int,
    line: str,
) -> None:
    asked = ("bench", SHOP, "--requests", 40, "--repeat", 1)
    base = tmp_path / "base.json"
    told(10.0)
    base.write_text(run(*asked, "--json")[1], "utf-8")
    told(now)
    compared = ("--compare", base, "--fail-slower", option)
    exit_code, out, err = run(*asked, *compared)
    assert (exit_code, err) == (code, "")
    assert f"\n{line}\n" in out
    exit_code, out, err = run(*asked, *compared, "--json")
    assert exit_code == code
    assert json.loads(out)["schema"] == "rulec.bench"
    assert err.count("\n") == len(ROADS)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"schema": "other"}, "no `rulec.bench` of version 2"),
        ({"version": 1}, "no `rulec.bench` of version 2"),
        ({"requests": {"from": "made from the rules, seed 1", "n": 41}}, "`n` was 41, is 40"),
    ],
)
def test_a_base_of_something_else_is_refused(
    run: Run, kept: Path, change: dict[str, object], reason: str
) -> None:
    kept.write_text(json.dumps(json.loads(kept.read_text("utf-8")) | change), "utf-8")
    code, _, err = run("bench", SHOP, "--requests", 40, "--repeat", 3, "--compare", kept)
    assert code == 2
    assert reason in err


@pytest.mark.parametrize("text", ["", "[]", "{", '"x"'])
def test_a_base_that_is_no_bench_is_refused(run: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "base.json"
    path.write_text(text, "utf-8")
    code, _, err = run("bench", SHOP, "--requests", 5, "--repeat", 1, "--compare", path)
    assert code == 2
    assert "cannot compare with" in err


def test_recorded_traffic_is_asked_instead(run: Run, tmp_path: Path) -> None:
    table = pa.table(
        {
            "item.tags": pa.array([[4199], [], None], pa.list_(pa.int64())),
            "item.price": pa.array([1999, 100, 5], pa.int64()),
            "seller.isTMSeller": [True, False, True],
            "order.amount": pa.array([1, 2, 3], pa.int64()),
        }
    )
    path = tmp_path / "traffic.parquet"
    pq.write_table(table, path)
    code, out, err = run("bench", SHOP, path, "--repeat", 1)
    assert (code, err) == (0, "")
    assert "requests     3 traffic.parquet" in out


def test_traffic_without_rows_is_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "traffic.parquet"
    pq.write_table(pa.table({"item.price": pa.array([], pa.int64())}), path)
    code, _, err = run("bench", SHOP, path)
    assert code == 2
    assert "has no rows" in err


@pytest.mark.parametrize("share", ["10", "x%", "-1%", "%"])
def test_a_share_is_written_with_its_sign(run: Run, share: str) -> None:
    code, _, err = run("bench", SHOP, "--fail-slower", share)
    assert code == 2
    assert "write 10%" in err


def test_a_broken_rule_set_shows_its_findings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "vocabulary.toml").write_text("[entity.buyer]\n", "utf-8")
    code, out, _ = run("bench", tmp_path)
    assert code == 1
    assert "SYN009" in out
