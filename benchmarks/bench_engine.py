"""rulec's own paths over one made world.

    python -m benchmarks.bench_engine --family dense --size 1000 [--order specific] [--quick]

In: a world. Out: one JSON object on stdout. Winners by profiles, dict and JSON over working sets of
64 to 20,000 distinct requests, each asked in random order; batches from raw columns, hot (20,000
rows again and again) and new (every row for the first time), and with their columns bound; every
point of a request; opening the file up to the first decision; bytes a row; two threads.

A figure of a single call is the caller's, the loop around it in Python included (the row `empty
loop`). What the kernel alone takes shows in `batch, columns bound`, since its loop is in C.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.cells import Cell, checked_rules
from benchmarks.engine import Engine, artifact_path
from benchmarks.requests import WORKING_SETS, Requests, made, stream
from benchmarks.rulesets import MAIN
from benchmarks.scaling import scaling, threads
from benchmarks.worlds import World
from rulec.bench.rounds import N_ROUNDS, ROUND_SECONDS, calls
from rulec_runtime import open as open_program

__all__ = ["measured"]

STREAM: Final = 65_536
DICT_SETS: Final = (256, *WORKING_SETS[1:])
NEW_ROWS: Final = 1_000_000
NEW_STREAM: Final = 11
BATCH: Final = 20_000
THREAD_SECONDS: Final = 0.2
MOST_FOR_CANDIDATES: Final = 100_000


def measured(world: World, n_rounds: int, round_seconds: float, new_rows: int) -> dict[str, Any]:
    """Every path of one world."""
    engine = Engine.of(world)
    cell = Cell.of(world)
    cell.notes["compile"] = json.loads(artifact_path(world).with_suffix(".json").read_text())
    cell.notes["file"] = _file(engine)
    if world.n_rules <= MOST_FOR_CANDIDATES:
        cell.notes["world"] = checked_rules(world, list(world.rules()), cell.requests)
    requests = made(world, WORKING_SETS[-1])
    _add_singles(cell, engine, requests)
    _add_batches(cell, engine, requests, new_rows)
    _add_open(cell, artifact_path(world))
    found = cell.measured(n_rounds, round_seconds)
    return found | {"threads": _two_threads(engine, requests, n_rounds)}


def _file(engine: Engine) -> dict[str, Any]:
    """Bytes of the file by section, and what the compiler expects a request to cost."""
    cost = engine.program.manifest["cost"]
    return {
        "sections": {name: size for name, (_, size) in engine.program.section_sizes().items()},
        **cost,
        "expected_candidates": sum(cost["expected_candidates"].values()),
    }


def _add_singles(cell: Cell, engine: Engine, requests: Requests) -> None:
    before = _resident_bytes()
    profiles = engine.profiles(requests)
    n_profiles = len({id(one) for own in profiles for one in own.values()})
    cell.notes["row_bytes"] = (_resident_bytes() - before) / n_profiles
    if cell.check("profiles", engine.winners_by_profiles(engine.profiles(cell.requests))):
        for n_distinct in WORKING_SETS:
            items = _in_order(cell.world, n_distinct, profiles)
            cell.add(f"profiles, {n_distinct:,} requests", calls(engine.loop_profiles(), items))
        items = _in_order(cell.world, WORKING_SETS[0], profiles)
        run = calls(engine.loop_points(), items)
        cell.add(f"every point of a request, {WORKING_SETS[0]} requests", run)
    if cell.check("dict", engine.winners_by_dict(cell.requests)):
        for n_distinct in DICT_SETS:
            facts = _in_order(cell.world, n_distinct, requests.dicts)
            cell.add(f"dict, {n_distinct:,} requests", calls(engine.loop_dicts(), facts))
    loop = engine.loop_json()
    if loop is None:
        cell.without["JSON"] = "this build reads no JSON"
    else:
        for n_distinct in DICT_SETS:
            facts = _in_order(cell.world, n_distinct, requests.dicts)
            cell.add(f"JSON, {n_distinct:,} requests", calls(loop, _texts(facts)))
    cell.add("empty loop", calls(_pass, profiles))


def _in_order(world: World, n_distinct: int, items: Sequence[Any]) -> list[Any]:
    return [items[number] for number in stream(world, n_distinct, STREAM).tolist()]


def _texts(facts: Sequence[Any]) -> list[bytes]:
    """Each request as JSON; equal numbers of a stream share one text."""
    texts: dict[int, bytes] = {}
    for one in facts:
        if id(one) not in texts:
            texts[id(one)] = json.dumps(one).encode()
    return [texts[id(one)] for one in facts]


def _pass(part: Sequence[Any]) -> None:
    for _ in part:
        pass


def _add_batches(cell: Cell, engine: Engine, requests: Requests, new_rows: int) -> None:
    if not cell.check("batch", engine.winners_by_batch(cell.requests)):
        return
    program, points = engine.program, engine.program.points
    table = requests.table
    bound = program.batch(table)

    cell.add_batch(
        "batch, raw columns, hot rows", BATCH, lambda: program.batch(table).resolve(MAIN)
    )
    cell.add_batch("batch, columns bound, hot rows", BATCH, lambda: bound.resolve(MAIN))
    cell.add_batch("batch, columns bound, every point", BATCH, lambda: bound.resolve_points(points))
    if new_rows:
        fresh = made(cell.world, new_rows, NEW_STREAM).table
        tables = [fresh.slice(first, BATCH) for first in range(0, new_rows, BATCH)]
        waiting = cycle(tables)
        cell.add_batch(
            "batch, raw columns, new rows",
            BATCH,
            lambda: program.batch(next(waiting)).resolve(MAIN),
        )


def _add_open(cell: Cell, path: Path) -> None:
    facts = cell.requests.dicts[0]

    def first_decision(n: int) -> None:
        for _ in range(n):
            open_program(path).resolve(MAIN, facts)

    cell.add("open, verify, first decision", first_decision)


def _two_threads(engine: Engine, requests: Requests, n_rounds: int) -> dict[str, Any]:
    """How batches scale over two threads, each with its own rows."""
    batch = engine.program.batch(requests.table)

    def run(n: int) -> None:
        for _ in range(n):
            batch.resolve(MAIN)

    n = max(1, round(THREAD_SECONDS / threads(run, 1, 1)[0]))
    one: list[float] = []
    many: list[tuple[float, float]] = []
    for _ in range(n_rounds):
        one.append(threads(run, n, 1)[0])
        many.append(threads(run, n, 2))
    return {
        "what": "batch, columns bound, hot rows: two threads against one",
        "speed_up": scaling(one, many, 2),
        "one_seconds": statistics.median(one),
        "two": many,
    }


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--family", default="dense")
    parser.add_argument("--size", type=int, default=1_000)
    parser.add_argument("--order", default="specific")
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--round-seconds", type=float, default=ROUND_SECONDS)
    parser.add_argument("--new-rows", type=int, default=NEW_ROWS)
    given = parser.parse_args()
    world = World(given.family, given.size, given.order)
    print(json.dumps(measured(world, given.rounds, given.round_seconds, given.new_rows)))


if __name__ == "__main__":
    np.seterr(all="raise")
    main()
