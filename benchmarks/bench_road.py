"""How fast is the road, from columns and from dicts to winners?

    python benchmarks/bench_road.py [--rounds 9] [--out docs/benchmarks/road.json]

In: the real order lines (`RULEC_DATA`, default ../shared/data) and examples/dataco. Out: one JSON
object with every round, and a table of medians and quartiles on stdout.

The contestants run in turn, A B C A B C ..., in one process, after one round that is not counted:
`replay` reads the Parquet file, maps its columns and resolves every point of every line; `batch`
has its columns ready and resolves every point; `batch, one point` resolves one; `dict` resolves one
point of 5,000 lines given as dicts, one call each.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

import rulec
from rulec.driver import compile_folder
from rulec.traffic.replay import Traffic, replay
from rulec_runtime import from_bytes

REPOSITORY = Path(__file__).resolve().parent.parent
N_DICTS = 5_000
POINT = "Price.quote"


def contestants(data: Path) -> dict[str, tuple[int, Callable[[], object]]]:
    """Rows a round, and the round, by name."""
    compiled = compile_folder(REPOSITORY / "examples" / "dataco")
    if compiled.artifact is None or compiled.ruleset is None:
        raise rulec.RuleSetError(compiled.findings)
    program, ruleset = from_bytes(compiled.artifact), compiled.ruleset
    file = data / "dataco_order_lines.parquet"
    traffic = Traffic.open(file, ruleset)
    table = pa.Table.from_batches(traffic.batches()).combine_chunks()
    facts = traffic.columns.facts(table.to_batches()[0])
    batch = program.batch(facts)
    requests = _requests({path: column.slice(0, N_DICTS) for path, column in facts.items()})

    def by_dict() -> None:
        for request in requests:
            program.resolve(POINT, request)

    return {
        "replay, all points": (batch.n_rows, lambda: replay(program, Traffic.open(file, ruleset))),
        "bind columns": (batch.n_rows, lambda: program.batch(facts)),
        "batch, all points": (batch.n_rows, lambda: batch.resolve_points(program.points)),
        "batch, one point": (batch.n_rows, lambda: batch.resolve(POINT)),
        "dict, one point": (len(requests), by_dict),
    }


def _requests(facts: dict[str, pa.Array]) -> list[dict[str, dict[str, object]]]:
    rows = zip(*(column.to_pylist() for column in facts.values()), strict=True)
    requests: list[dict[str, dict[str, object]]] = []
    for row in rows:
        request: dict[str, dict[str, object]] = {}
        for path, value in zip(facts, row, strict=True):
            entity, _, fact = path.partition(".")
            request.setdefault(entity, {})[fact] = value
        requests.append(request)
    return requests


def measure(n_rounds: int, data: Path) -> dict[str, object]:
    """Every round of every contestant, in seconds."""
    runs = contestants(data)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(n_rounds + 1):
        for name, (_, run) in runs.items():
            start = time.perf_counter()
            run()
            if number:
                seconds[name].append(time.perf_counter() - start)
    return {
        "schema": "rulec.bench.road",
        "version": 1,
        "machine": {"processor": _processor(), "python": platform.python_version()},
        "versions": {"numpy": np.__version__, "pyarrow": pa.__version__},
        "rows": {name: rows for name, (rows, _) in runs.items()},
        "seconds": seconds,
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def show(result: dict[str, object]) -> None:
    """Print medians and quartiles as rows a second and nanoseconds a row."""
    seconds, rows = result["seconds"], result["rows"]
    assert isinstance(seconds, dict)
    assert isinstance(rows, dict)
    print("| | rows/s, median | quartiles | ns a row |\n| --- | ---: | ---: | ---: |")
    for name, rounds in seconds.items():
        low, middle, high = statistics.quantiles(rounds, n=4)
        rates = [rows[name] / value for value in (middle, high, low)]
        print(
            f"| {name} | {rates[0]:,.0f} | {rates[1]:,.0f} - {rates[2]:,.0f} "
            f"| {1e9 / rates[0]:,.0f} |"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    folder = Path(os.environ.get("RULEC_DATA", REPOSITORY.parent / "shared" / "data"))
    measured = measure(arguments.rounds, folder)
    show(measured)
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(json.dumps(measured, indent=1) + "\n")
