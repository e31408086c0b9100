"""Run the benchmarks and write docs/benchmarks.

    python -m benchmarks [--sizes 100,1000,10000,100000] [--families dense,sparse]
                         [--orders specific,random] [--parts engine,peers,road] [--resume]
                         [--quick] [--out FOLDER]

In: what to run. Out: engine.json, peers.json, road.json, results.md and plots in the folder. Each
world runs in a process of its own, so that no engine meets another world's memory; in it, everyone
runs in the same rounds. A process that fails or outlasts its time loses its world only, and stderr
says so. What a part found is kept world by world (build/benchmarks/cells), so `--resume` goes on
where a run ended; the page is made of every part that the folder holds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.engine import CACHE, REPOSITORY, sources_hash
from benchmarks.machine import limits, machine, versions
from benchmarks.plots import draw, draw_own
from benchmarks.report import report

OUT: Final = REPOSITORY / "docs" / "benchmarks"
WORLDS: Final = {"engine": "benchmarks.bench_engine", "peers": "benchmarks.bench_peers"}
"""The parts that run world by world."""
ROAD: Final = "road"
PARTS: Final = (*WORLDS, ROAD)
PACKAGES: Final = (
    *("rulec", "numpy", "pyarrow", "zen-engine", "common-expression-language", "cedarpy"),
    *("rule-engine", "durable_rules", "json-logic-qubit", "clipspy", "pyroaring"),
    *("polars", "duckdb"),
)
SIZES: Final = (100, 1_000, 10_000, 100_000)
MOST_RANDOM: Final = {"engine": 10_000, "peers": 1_000}
"""Worlds in random order cost what others cost, so the largest are left to whoever asks."""
CATALOGUE_ROWS: Final = 5_000_000
LONGEST: Final = 1_200
"""Seconds until a world is given up."""


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
    item_rows: int
    batch_rows: int
    rivals: str | None
    is_resumed: bool
    out: Path

    @property
    def method(self) -> str:
        return (
            f"{self.rounds} interleaved rounds of {self.round_seconds} s each; median, and "
            "quartiles in parentheses."
        )

    def worlds(self, part: str) -> Iterator[tuple[int, str, str]]:
        """Size, family and order of every world of a part, the smallest first."""
        for size in sorted(self.sizes):
            for family in self.families:
                for order in self.orders:
                    is_default = self.orders == ["specific", "random"]
                    if order == "random" and is_default and size > MOST_RANDOM[part]:
                        continue
                    yield size, family, order

    def arguments(self, part: str, size: int, family: str, order: str) -> list[str]:
        """Of the process that measures one world."""
        named = {
            "--family": family,
            "--size": size,
            "--order": order,
            "--rounds": self.rounds,
            "--round-seconds": self.round_seconds,
        }
        if part == "peers":
            named["--batch-rows"] = self.batch_rows
            if self.rivals:
                named["--rivals"] = self.rivals
        else:
            named["--new-rows"] = self.new_rows
            if (family, order) == ("dense", "specific"):
                named["--item-rows"] = self.item_rows
        return [str(word) for pair in named.items() for word in pair]


def cells(run: Run, part: str) -> Iterator[dict[str, Any]]:
    """Every world of one part, smallest first."""
    for size, family, order in run.worlds(part):
        print(f"{part}: {family}, {order}, {size:,} rules", file=sys.stderr, flush=True)
        arguments = run.arguments(part, size, family, order)
        kept = CACHE / "cells" / f"{'-'.join((part, *arguments[1::2]))}-{sources_hash()}.json"
        start = time.perf_counter()
        if run.is_resumed and kept.exists():
            cell, took = json.loads(kept.read_text("utf-8")), "kept"
        else:
            cell = _cell([WORLDS[part], *arguments])
            took = f"{time.perf_counter() - start:.0f} s" if cell else "failed"
        print(f"  {took}", file=sys.stderr, flush=True)
        if cell:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(cell), "utf-8")
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


def measure(run: Run) -> None:
    """The raw file of each part, written as soon as it is complete."""
    run.out.mkdir(parents=True, exist_ok=True)
    of_machine, of_memory = machine(), limits()
    for part in WORLDS:
        if part in run.parts:
            found = {
                "schema": f"rulec.bench.{part}",
                "version": 2,
                "machine": of_machine,
                "limits": of_memory,
                "versions": versions(list(PACKAGES)),
                "method": run.method,
                "cells": list(cells(run, part)),
            }
            _path(run, part).write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    if ROAD in run.parts:
        _measure_road(run)


def _measure_road(run: Run) -> None:
    """The real sets, where there is data."""
    data = Path(os.environ.get("RULEC_DATA", REPOSITORY.parent / "shared" / "data"))
    if not data.is_dir():
        print("road: no real data, so no figures of it (RULEC_DATA)", file=sys.stderr)
        return
    print("road: the examples over real traffic", file=sys.stderr, flush=True)
    command = ["benchmarks.bench_road", "--rounds", str(run.rounds), "--out"]
    out = _path(run, ROAD).resolve()
    subprocess.run(
        [sys.executable, "-m", *command, str(out)],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        timeout=LONGEST,
        check=True,
    )


def _path(run: Run, part: str) -> Path:
    return run.out / f"{part}.json"


def write_page(run: Run) -> Path:
    """The page and the plots of everything that the folder holds."""
    raw: Mapping[str, dict[str, Any]] = {
        part: json.loads(_path(run, part).read_text("utf-8"))
        for part in PARTS
        if _path(run, part).exists()
    }
    page = run.out / "results.md"
    page.write_text(report(raw.get("engine"), raw.get("peers"), raw.get(ROAD)), "utf-8")
    if "peers" in raw:
        draw(raw["peers"], run.out)
    if "engine" in raw:
        draw_own(raw["engine"], run.out)
    return page


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, report, draw."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--families", default="dense,sparse")
    parser.add_argument("--orders", default="specific,random")
    parser.add_argument("--parts", default=",".join(PARTS), help="none: only make the page anew")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--round-seconds", type=float, default=0.1)
    parser.add_argument("--new-rows", type=int, default=1_000_000)
    parser.add_argument("--item-rows", type=int, default=CATALOGUE_ROWS)
    parser.add_argument("--batch-rows", type=int, default=20_000)
    parser.add_argument("--rivals", help="modules of benchmarks/peers; all where it is left out")
    parser.add_argument("--resume", action="store_true", help="keep worlds measured before")
    parser.add_argument("--quick", action="store_true", help="one small world, under a minute")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args(arguments)
    parts = [part for part in given.parts.split(",") if part and part != "none"]
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}: there is {', '.join(PARTS)}")
    if given.quick:
        given.sizes, given.families, given.orders = "300", "dense", "specific"
        given.round_seconds, given.new_rows, given.item_rows = 0.01, 0, 20_000
        given.batch_rows, parts = 2_000, [part for part in parts if part != ROAD]
    run = Run(
        sizes=[int(size) for size in given.sizes.split(",")],
        families=given.families.split(","),
        orders=given.orders.split(","),
        parts=parts,
        rounds=given.rounds,
        round_seconds=given.round_seconds,
        new_rows=given.new_rows,
        item_rows=given.item_rows,
        batch_rows=given.batch_rows,
        rivals=given.rivals,
        is_resumed=given.resume,
        out=given.out,
    )
    measure(run)
    print(write_page(run))


if __name__ == "__main__":
    main()
