"""Run the benchmarks and write docs/benchmarks.

    python -m benchmarks [--sizes 100,1000,10000,100000] [--families dense,sparse]
                         [--orders specific] [--parts engine,peers] [--quick] [--out FOLDER]

In: what to run. Out: engine.json, peers.json, results.md and plots in the folder. Each world runs
in a process of its own, so that no engine meets another world's memory; in it, everyone runs in the
same rounds. A process that fails or outlasts its time loses its world only, and stderr says so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.engine import REPOSITORY
from benchmarks.machine import limits, machine, versions
from benchmarks.plots import draw
from benchmarks.report import report

OUT: Final = REPOSITORY / "docs" / "benchmarks"
PARTS: Final = {"engine": "benchmarks.bench_engine", "peers": "benchmarks.bench_peers"}
PACKAGES: Final = (
    *("rulec", "numpy", "pyarrow", "zen-engine", "common-expression-language", "cedarpy"),
    *("rule-engine", "durable_rules", "json-logic-qubit", "clipspy", "pyroaring"),
    *("polars", "duckdb"),
)
SIZES: Final = (100, 1_000, 10_000, 100_000)
LONGEST: Final = 3 * 3_600


@dataclass(frozen=True)
class Run:
    """What is asked for."""

    sizes: Sequence[int]
    families: Sequence[str]
    orders: Sequence[str]
    parts: Sequence[str]
    rounds: int
    round_seconds: float
    new_rows: int
    batch_rows: int
    rivals: str | None
    out: Path

    @property
    def method(self) -> str:
        return (
            f"{self.rounds} interleaved rounds of {self.round_seconds} s each; median, and "
            "quartiles in parentheses."
        )


def cells(run: Run, part: str) -> Iterator[dict[str, Any]]:
    """Every world of one part, smallest first."""
    for size in sorted(run.sizes):
        for family in run.families:
            for order in run.orders:
                arguments = ["--family", family, "--size", str(size), "--order", order]
                arguments += ["--rounds", str(run.rounds)]
                arguments += ["--round-seconds", str(run.round_seconds)]
                if part == "engine":
                    arguments += ["--new-rows", str(run.new_rows)]
                else:
                    arguments += ["--batch-rows", str(run.batch_rows)]
                    arguments += ["--rivals", run.rivals] if run.rivals else []
                print(f"{part}: {family}, {order}, {size:,} rules", file=sys.stderr, flush=True)
                start = time.perf_counter()
                cell = _cell([PARTS[part], *arguments])
                took = f"{time.perf_counter() - start:.0f} s"
                print(f"  {took}" if cell else "  failed", file=sys.stderr, flush=True)
                if cell:
                    yield cell


def _cell(command: Sequence[str]) -> dict[str, Any] | None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
            timeout=LONGEST,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(f"  {error}", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(run: Run) -> dict[str, dict[str, Any]]:
    """The raw file of each part, written as soon as it is complete."""
    run.out.mkdir(parents=True, exist_ok=True)
    found: dict[str, dict[str, Any]] = {}
    of_machine, of_memory = machine(), limits()
    for part in run.parts:
        found[part] = {
            "schema": f"rulec.bench.{part}",
            "version": 1,
            "machine": of_machine,
            "limits": of_memory,
            "versions": versions(list(PACKAGES)),
            "method": run.method,
            "cells": list(cells(run, part)),
        }
        text = json.dumps(found[part], indent=1) + "\n"
        (run.out / f"{part}.json").write_text(text, "utf-8")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, report, draw."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--families", default="dense,sparse")
    parser.add_argument("--orders", default="specific")
    parser.add_argument("--parts", default="engine,peers")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--round-seconds", type=float, default=0.1)
    parser.add_argument("--new-rows", type=int, default=1_000_000)
    parser.add_argument("--batch-rows", type=int, default=20_000)
    parser.add_argument("--rivals", help="modules of benchmarks/peers; all where it is left out")
    parser.add_argument("--quick", action="store_true", help="one small world, under a minute")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args(arguments)
    if given.quick:
        given.sizes, given.families, given.round_seconds = "300", "dense", 0.01
        given.new_rows, given.batch_rows = 0, 2_000
    run = Run(
        sizes=[int(size) for size in given.sizes.split(",")],
        families=given.families.split(","),
        orders=given.orders.split(","),
        parts=given.parts.split(","),
        rounds=given.rounds,
        round_seconds=given.round_seconds,
        new_rows=given.new_rows,
        batch_rows=given.batch_rows,
        rivals=given.rivals,
        out=given.out,
    )
    found = measure(run)
    page = run.out / "results.md"
    page.write_text(report(found.get("engine"), found.get("peers")), "utf-8")
    if "peers" in found:
        draw(found["peers"], run.out)
    print(page)


if __name__ == "__main__":
    main()
