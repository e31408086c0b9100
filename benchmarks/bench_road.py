"""How fast is the road over real traffic, from columns and from dicts to winners?

    python -m benchmarks.bench_road [--rounds 9] [--out docs/benchmarks/road.json] [EXAMPLE ...]

In: the examples and their real data (`RULEC_DATA`, default ../shared/data); for one with a
`make_traffic.py`, what that makes of the data. Out: one JSON object with every round, and a table
of medians and quartiles on stdout.

The contestants run in interleaved rounds (`rulec.bench.rounds`), each doing its whole work once:
`replay` reads the Parquet file, maps its columns and resolves every point of every row; `bind`
reads columns into a batch; `batch` has its columns ready; `dict` resolves one point of 5,000 rows
given as dicts, one call each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

import rulec
from benchmarks.engine import REPOSITORY
from benchmarks.machine import machine, versions
from rulec.bench.rounds import N_ROUNDS, Contestant, Measured, figure, measure
from rulec.check.tree import CheckedRuleSet
from rulec.driver import compile_folder
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import matching, resolve
from rulec.traffic.decide import Question
from rulec.traffic.recording import Traffic
from rulec.traffic.replay import replay
from rulec.traffic.rows import Request, requests_of
from rulec.traffic.times import TimeColumn
from rulec_runtime import Program, from_bytes

__all__ = ["contestants"]

N_DICTS: Final = 5_000
N_CHECKED: Final = 200
"""Rows that the oracle decides first."""
NOON: Final = "2011-11-11T12:00:00Z"
"""The time of single calls, where a program asks for one."""


@dataclass(frozen=True)
class RealSet:
    """One example over real data."""

    point: str
    """The one that is asked alone."""
    recorded: str | None = None
    """The recorded file that is the traffic; None where the example makes it."""
    time_column: str | None = None


EXAMPLES: Final = {
    "dataco": RealSet("Price.quote", recorded="dataco_order_lines.parquet"),
    "online_retail": RealSet("Price.quote", time_column="invoice_ts"),
    "open_food": RealSet("Label.warnings"),
}
"""Rule sets of examples/ and their traffic."""


def contestants(example: str, file: Path) -> tuple[list[Contestant], str | None]:
    """The roads of one example; a piece is a row. Where the oracle disagrees there are none."""
    point, column = EXAMPLES[example].point, EXAMPLES[example].time_column
    compiled = compile_folder(REPOSITORY / "examples" / example)
    if compiled.artifact is None or compiled.ruleset is None:
        raise rulec.RuleSetError(compiled.findings)
    program, ruleset = from_bytes(compiled.artifact), compiled.ruleset
    extra = () if column is None else (column,)
    traffic = Traffic.open(file, ruleset, extra)
    rows = pa.Table.from_batches(traffic.batches()).combine_chunks().to_batches()[0]
    facts = dict(traffic.columns.facts(rows))
    times = None if column is None else TimeColumn.of(column, None, traffic.columns)
    as_of = None if times is None else times.times(rows)
    batch = program.batch(facts, as_of)
    requests = requests_of({path: values.slice(0, N_DICTS) for path, values in facts.items()})
    day = None if as_of is None else NOON

    assert compiled.checked is not None
    asked = requests[:N_CHECKED]
    winners = program.batch(facts, as_of).resolve(point)[: len(asked)]
    n_wrong = _n_wrong(compiled.checked, program, point, asked, as_of, winners)
    if n_wrong:
        return [], f"void: {n_wrong} of {len(asked)} winners are not the oracle's"

    def by_replay() -> None:
        opened = Traffic.open(file, ruleset, extra)
        replay(opened, Question(program, opened.columns, as_of=times))

    def by_dict(n: int) -> None:
        for request in requests[:n]:
            program.resolve(point, request, None, day)

    n_rows = batch.n_rows
    roads: dict[str, Callable[[], object]] = {
        "replay, all points": by_replay,
        "bind columns": lambda: program.batch(facts, as_of),
        "batch, all points": lambda: batch.resolve_points(program.points),
        "batch, one point": lambda: batch.resolve(point),
    }
    found = [
        Contestant(f"{example}: {name}", _whole(run), n_rows, n_rows) for name, run in roads.items()
    ]
    n = len(requests)
    return [*found, Contestant(f"{example}: dict, one point", by_dict, n, n)], None


def _n_wrong(
    checked: CheckedRuleSet,
    program: Program,
    point: str,
    requests: Sequence[Request],
    as_of: Any,
    winners: Any,
) -> int:
    """How many winners of a batch, and of single calls, are not the oracle's."""
    vocabulary = checked.ruleset.vocabulary
    declared = next(one for one in checked.ruleset.points if one.code == point)
    n_wrong = 0
    for row, request in enumerate(requests):
        moment = None if as_of is None else int(as_of[row])
        facts = matching(checked, read_facts(vocabulary, request), moment)
        day = None if moment is None else datetime.fromtimestamp(moment / 1e6, UTC)
        right = resolve(facts, declared).code
        found = (
            program.decisions[winners[row]].code,
            program.resolve(point, request, None, day).code,
        )
        n_wrong += found != (right, right)
    return n_wrong


def traffic_of(example: str, data: Path, scratch: Path) -> Path:
    """The traffic of a set: the recorded file, or what its example makes of the data."""
    recorded = EXAMPLES[example].recorded
    if recorded is not None:
        return data / recorded
    maker = REPOSITORY / "examples" / example / "make_traffic.py"
    file = scratch / f"{example}.parquet"
    subprocess.run([sys.executable, str(maker), str(data), str(file)], check=True)
    return file


def _whole(run: Callable[[], object]) -> Callable[[int], object]:
    """All rows at once: the only number of pieces a round asks for."""
    return lambda _: run()


def measured(examples: Sequence[str], data: Path, n_rounds: int) -> dict[str, Any]:
    """Every round of every road of the examples."""
    if not data.is_dir():
        raise SystemExit(f"no real data in {data}: set RULEC_DATA")
    with tempfile.TemporaryDirectory() as scratch:
        files = {name: traffic_of(name, data, Path(scratch)) for name in examples}
        roads: list[Contestant] = []
        without: dict[str, str] = {}
        for name, file in files.items():
            own, reason = contestants(name, file)
            roads += own
            if reason is not None:
                without[name] = reason
        found = measure(roads, n_rounds)
    return {
        "schema": "rulec.bench.road",
        "version": 2,
        "machine": machine(),
        "versions": versions(["rulec", "numpy", "pyarrow"]),
        "without": without,
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
