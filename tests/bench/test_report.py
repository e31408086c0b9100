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
        file={"expected_candidates": 50.0, "expected_up_to_winner": 8.0},
        row_bytes=512.0,
        threads={"speed_up": "not verified"},
        without={"JSON": "this build reads no JSON"},
    )


def test_goals_are_met_or_missed_by_how_much() -> None:
    page = report(
        engine(**{"dict, 256 requests": rounds(400), "dict, 20,000 requests": rounds(1500)}), None
    )
    assert "| dense, dict, 256 requests | 10,000 | 500 | 400 (400-400) | met |" in page
    assert "| 750 | 1,500 (1,500-1,500) | 2.0x the goal |" in page
    assert "| compile after parsing, s | 10,000 | 1.0 | 0.50 | met |" in page
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
