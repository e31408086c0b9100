"""The page says what the rounds say: goals, figures, voids, and what is not shown."""

from __future__ import annotations

from typing import Any

from benchmarks.report import report

NINE = [0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1]


def rounds(ns: float, spread: float = 1.0) -> dict[str, Any]:
    """Nine rounds of a million pieces around some nanoseconds a piece."""
    seconds = [ns * 1e-9 * 1_000_000 * (1 + (one - 1) * spread) for one in NINE]
    return {"n": 1_000_000, "seconds": seconds, "cpu_seconds": seconds}


def raw(**cell: Any) -> dict[str, Any]:
    machine = {
        "processor": "Some CPU",
        "cores": 2,
        "caches": {"L2": "1024K"},
        "memory_bytes": 2**34,
        "python": "CPython 3.11",
        "system": "Linux",
        "load": 0.1,
        "command": ["python", "-m", "benchmarks"],
    }
    world = {"candidates": 46.0, "candidates_to_winner": 7.0, "no_winner": 0.1}
    shared = {"family": "dense", "order": "specific", "n_rules": 10_000, "world": world}
    return {
        "machine": machine,
        "limits": {"latency_8MiB_ns": 20.0, "bandwidth_GBps": 12.5},
        "versions": {"rulec": "0.1.0"},
        "method": "9 interleaved rounds.",
        "cells": [shared | {"without": {}} | cell],
    }


def engine(**figures: dict[str, Any]) -> dict[str, Any]:
    compiled = {
        "seconds": {"parse": 2.0, "factor": 0.25},
        "total_seconds": 2.5,
        "after_parsing_seconds": 0.5,
        "peak_bytes": 2**27,
        "artifact_bytes": 1_234_567,
    }
    return raw(
        rounds=figures,
        compile=compiled,
        file={
            "expected_candidates": 50.0,
            "expected_up_to_winner": 8.0,
            "sections": {"terms": 400_000},
        },
        row_bytes=512.0,
        kernel_row_bytes={"item": 80.0, "seller": 72.0},
        threads={"speed_up": "not verified"},
        without={"JSON": "this build reads no JSON"},
    )


def test_goals_are_met_or_missed_by_how_much() -> None:
    page = report(
        engine(**{"dict, 256 requests": rounds(400), "dict, 20,000 requests": rounds(1500)}), None
    )
    row = (
        "| dense, a call from a dict, 256 requests | 10,000 | 500 | 400 (400-400) | - | 20.0 | - |"
    )
    assert f"{row} - | met |" in page
    assert "| 750 | 1,500 (1,500-1,500) | - | 20.0 | - | 2.0x the goal |" in page
    assert "| dense, compile after parsing | 10,000 | 1 s | 0.50 s | - | - | - | met |" in page
    assert "item 80, seller 72" in page
    assert "this build reads no JSON" in page
    assert "20 ns in 8MiB" in page


def test_rulec_stands_against_the_best_rival() -> None:
    figures = {
        "rulec: from dict": rounds(500),
        "slow: from dict": rounds(9_000),
        "good: from dict": rounds(5_000),
    }
    page = report(None, raw(rounds=figures, batch_rows=20_000, without={"bad": "void: 1 of 9"}))
    assert "| rulec against the best rival | 10.0x (good) |" in page
    assert page.index("| rulec |") < page.index("| good |") < page.index("| slow |")
    assert "- 10,000 rules, bad: void: 1 of 9." in page


def test_what_overlaps_is_not_shown_and_a_faster_rival_is_named() -> None:
    close = {"rulec: from dict": rounds(500), "good: from dict": rounds(500)}
    assert "| not shown (good) |" in report(None, raw(rounds=close, batch_rows=1))
    beaten = {"rulec: from dict": rounds(900), "good: from dict": rounds(300)}
    assert "| good is 3.0x faster |" in report(None, raw(rounds=beaten, batch_rows=1))


def test_a_goal_is_the_kernels_and_stands_beside_the_call_and_the_best_rival() -> None:
    own = engine(**{"kernel, 64 requests": rounds(20), "profiles, 64 requests": rounds(120)})
    figures = {"rulec: own form": rounds(120), "good: own form": rounds(9_000)}
    page = report(own, raw(rounds=figures, batch_rows=20_000))
    row = "| dense, winner by profiles, 64 requests | 10,000 | 25 | 20.0 (20.0-20.0) | 120 | 20.0 |"
    assert f"{row} 9,000 (good) | met |" in page
    assert "| dense, a call by profiles | 10,000 | 100 | 120 (120-120) |" in page


def test_the_bar_is_met_where_the_quartiles_show_it() -> None:
    figures = {
        "rulec: from dict": rounds(500),
        "good: from dict": rounds(20_000),
        "rulec: batch from raw columns": rounds(500),
        "NumPy bitsets: batch from raw columns": rounds(10_000),
        "polars: batch from raw columns": rounds(600),
    }
    page = report(None, raw(rounds=figures, batch_rows=20_000))
    assert "| from dict | 10,000 | 2,000,000 | 50,000 (good) | 40.0x | 25x | met |" in page
    row = "| batch from raw columns | 10,000 | 2,000,000 | 100,000 (NumPy bitsets) | 20.0x | 50x |"
    assert f"{row} missed |" in page


def test_whoever_shared_the_processor_is_named() -> None:
    shared = rounds(400)
    shared["cpu_seconds"] = [one / 2 for one in shared["seconds"]]
    page = report(engine(**{"dict, 256 requests": shared, "empty loop": rounds(9)}), None)
    assert "| others had the processor | dict, 256 requests |" in page


def test_the_real_sets_are_on_the_page() -> None:
    road = raw(rounds={"dataco: batch": rounds(250)}) | {
        "rounds": {"dataco: batch": rounds(250)},
        "without": {"open_food": "void: 1 of 9 winners are not the oracle's"},
    }
    road["method"] = "9 rounds."
    page = report(None, None, road)
    assert "| dataco: batch | 4,000,000 | 250 (250-250) |" in page
    assert "No row: open_food: void" in page
