"""How fast is the road, from columns and from dicts to winners?

    python benchmarks/bench_road.py [--set dataco] [--rounds 9] [--out docs/benchmarks/road.json]

In: real data (`RULEC_DATA`, default ../shared/data) and the example of that name; for a set with a
`make_traffic.py`, what that makes of the data. Out: one JSON object with every round, and a table
of medians and quartiles on stdout.

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
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

import rulec
from rulec.driver import compile_folder
from rulec.traffic.decide import Question
from rulec.traffic.recording import Traffic
from rulec.traffic.replay import replay
from rulec.traffic.times import TimeColumn
from rulec_runtime import from_bytes

REPOSITORY = Path(__file__).resolve().parent.parent
N_DICTS = 5_000


@dataclass(frozen=True)
class RealSet:
    """One example over real data."""

    point: str
    """The one that is asked alone."""
    recorded: str | None = None
    """The recorded file that is the traffic; None where the example makes it."""
    time_column: str | None = None


SETS = {
    "dataco": RealSet("Price.quote", recorded="dataco_order_lines.parquet"),
    "online_retail": RealSet("Price.quote", time_column="invoice_ts"),
    "open_food": RealSet("Label.warnings"),
}


def contestants(name: str, file: Path) -> dict[str, tuple[int, Callable[[], object]]]:
    """Rows a round, and the round, by name."""
    point, column = SETS[name].point, SETS[name].time_column
    compiled = compile_folder(REPOSITORY / "examples" / name)
    if compiled.artifact is None or compiled.ruleset is None:
        raise rulec.RuleSetError(compiled.findings)
    program, ruleset = from_bytes(compiled.artifact), compiled.ruleset
    extra = () if column is None else (column,)
    traffic = Traffic.open(file, ruleset, extra)
    table = pa.Table.from_batches(traffic.batches()).combine_chunks()
    rows = table.to_batches()[0]
    facts = traffic.columns.facts(rows)
    times = None if column is None else TimeColumn.of(column, None, traffic.columns)
    as_of = None if times is None else times.times(rows)
    batch = program.batch(facts, as_of)
    requests = _requests({path: column.slice(0, N_DICTS) for path, column in facts.items()})
    day = None if as_of is None else "2011-11-11T00:00:00Z"

    def by_replay() -> None:
        opened = Traffic.open(file, ruleset, extra)
        replay(opened, Question(program, opened.columns, as_of=times))

    def by_dict() -> None:
        for request in requests:
            program.resolve(point, request, None, day)

    return {
        "replay, all points": (batch.n_rows, by_replay),
        "bind columns": (batch.n_rows, lambda: program.batch(facts, as_of)),
        "batch, all points": (batch.n_rows, lambda: batch.resolve_points(program.points)),
        "batch, one point": (batch.n_rows, lambda: batch.resolve(point)),
        "dict, one point": (len(requests), by_dict),
    }


def traffic_of(name: str, data: Path, scratch: Path) -> Path:
    """The traffic of a set: the recorded file, or what its example makes of the data."""
    recorded = SETS[name].recorded
    if recorded is not None:
        return data / recorded
    maker = REPOSITORY / "examples" / name / "make_traffic.py"
    file = scratch / f"{name}.parquet"
    subprocess.run([sys.executable, str(maker), str(data), str(file)], check=True)
    return file


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


def measure(n_rounds: int, name: str, file: Path) -> dict[str, object]:
    """Every round of every contestant, in seconds."""
    runs = contestants(name, file)
    seconds: dict[str, list[float]] = {contestant: [] for contestant in runs}
    for number in range(n_rounds + 1):
        for contestant, (_, run) in runs.items():
            start = time.perf_counter()
            run()
            if number:
                seconds[contestant].append(time.perf_counter() - start)
    return {
        "schema": "rulec.bench.road",
        "version": 1,
        "set": name,
        "machine": {"processor": _processor(), "python": platform.python_version()},
        "versions": {"numpy": np.__version__, "pyarrow": pa.__version__},
        "rows": {contestant: rows for contestant, (rows, _) in runs.items()},
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
    parser.add_argument("--set", choices=SETS, default="dataco")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    folder = Path(os.environ.get("RULEC_DATA", REPOSITORY.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as scratch:
        traffic = traffic_of(arguments.set, folder, Path(scratch))
        measured = measure(arguments.rounds, arguments.set, traffic)
    show(measured)
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(json.dumps(measured, indent=1) + "\n")
