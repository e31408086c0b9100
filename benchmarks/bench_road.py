"""How fast is the road over real traffic, from columns and from dicts to winners?

    python -m benchmarks.bench_road [--rounds 9] [--out docs/benchmarks/road.json] [EXAMPLE ...]

In: the examples over real data that is there (`RULEC_DATA`, default ../shared/data). Out: one JSON
object with every round, and a table of medians and quartiles on stdout.

The contestants run in interleaved rounds (`rulec.bench.rounds`), each doing its whole work once:
`replay` reads the Parquet file, maps its columns and resolves every point of every row; `bind`
reads columns into a batch; `batch` has its columns ready; `dict` resolves one point of 5,000 rows
given as dicts, one call each.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

import rulec
from benchmarks.engine import REPOSITORY
from benchmarks.machine import machine, versions
from rulec.bench.rounds import N_ROUNDS, Contestant, Measured, figure, measure
from rulec.driver import compile_folder
from rulec.traffic.replay import Traffic, replay
from rulec.traffic.rows import requests_of
from rulec_runtime import from_bytes

__all__ = ["contestants"]

N_DICTS: Final = 5_000
EXAMPLES: Final = {
    "dataco": "dataco_order_lines.parquet",
}
"""Rule sets of examples/ and their traffic."""


def contestants(example: str, file: Path) -> list[Contestant]:
    """The roads of one example; a piece is a row."""
    compiled = compile_folder(REPOSITORY / "examples" / example)
    if compiled.artifact is None or compiled.ruleset is None:
        raise rulec.RuleSetError(compiled.findings)
    program, ruleset = from_bytes(compiled.artifact), compiled.ruleset
    traffic = Traffic.open(file, ruleset)
    table = pa.Table.from_batches(traffic.batches()).combine_chunks()
    facts = dict(traffic.columns.facts(table.to_batches()[0]))
    batch = program.batch(facts)
    requests = requests_of({path: column.slice(0, N_DICTS) for path, column in facts.items()})
    point = program.points[0]

    def by_dict(n: int) -> None:
        for request in requests[:n]:
            program.resolve(point, request)

    n_rows = batch.n_rows
    roads: dict[str, Callable[[], object]] = {
        "replay, all points": lambda: replay(program, Traffic.open(file, ruleset)),
        "bind columns": lambda: program.batch(facts),
        "batch, all points": lambda: batch.resolve_points(program.points),
        "batch, one point": lambda: batch.resolve(point),
    }
    found = [
        Contestant(f"{example}: {name}", _whole(run), n_rows, n_rows) for name, run in roads.items()
    ]
    return [
        *found,
        Contestant(f"{example}: dict, one point", by_dict, len(requests), len(requests)),
    ]


def _whole(run: Callable[[], object]) -> Callable[[int], object]:
    """All rows at once: the only number of pieces a round asks for."""
    return lambda _: run()


def measured(examples: Sequence[str], data: Path, n_rounds: int) -> dict[str, Any]:
    """Every round of every road of the examples whose traffic is there."""
    there = [name for name in examples if (data / EXAMPLES[name]).exists()]
    if not there:
        raise SystemExit(f"no traffic of {', '.join(examples)} in {data}: set RULEC_DATA")
    roads = [road for name in there for road in contestants(name, data / EXAMPLES[name])]
    found = measure(roads, n_rounds)
    return {
        "schema": "rulec.bench.road",
        "version": 2,
        "machine": machine(),
        "versions": versions(["rulec", "numpy", "pyarrow"]),
        "rounds": {
            name: {"n": of.n, "seconds": of.seconds, "cpu_seconds": of.cpu_seconds}
            for name, of in found.items()
        },
    }


def show(result: dict[str, Any]) -> None:
    """Print medians and quartiles as rows a second and nanoseconds a row."""
    print("| | rows/s, median | quartiles | ns a row |\n| --- | ---: | ---: | ---: |")
    for name, of in result["rounds"].items():
        one = figure(Measured(of["n"], of["seconds"]))
        rates = [1e9 / value for value in (one.median, one.high, one.low)]
        print(
            f"| {name} | {rates[0]:,.0f} | {rates[1]:,.0f} - {rates[2]:,.0f} | {one.median:,.0f} |"
        )


def main() -> None:
    """Measure, show, keep."""
    parser = argparse.ArgumentParser()
    parser.add_argument("examples", nargs="*", metavar="EXAMPLE", help=", ".join(EXAMPLES))
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    data = Path(os.environ.get("RULEC_DATA", REPOSITORY.parent / "shared" / "data"))
    unknown = set(given.examples) - set(EXAMPLES)
    if unknown:
        parser.error(f"no example {', '.join(sorted(unknown))}: there is {', '.join(EXAMPLES)}")
    result = measured(given.examples or list(EXAMPLES), data, given.rounds)
    show(result)
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
