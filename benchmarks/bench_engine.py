"""rulec's own paths over one made world.

    python -m benchmarks.bench_engine --family dense --size 1000 [--order specific]

In: a world. Out: one JSON object on stdout. Winners by profiles, dict and JSON over working sets of
64 to 20,000 distinct requests, each asked in random order; batches from raw columns, hot (20,000
rows again and again) and new (every row for the first time), with their columns bound, and by
profile ids; every point of a request; opening the file up to the first decision; bytes a row; two
threads.

A figure of a single call is the caller's, the loop around it in Python included (the row `empty
loop`). From a dict it is never less than a look at each object of the request (`touch every object
of a dict`), nor from JSON than `decoding JSON alone`. What the kernels alone take are the rows
`kernel, ...`, whose loops are in C (`kernel.py`): by the same rows that profiles keep, and over a
catalogue of item rows, every one of them cold.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.cells import Cell, checked_rules, world_of, world_options
from benchmarks.classes import rows_of, unique_rows
from benchmarks.domains import ENTITIES
from benchmarks.engine import Engine, artifact_path
from benchmarks.kernel import Kernel, library
from benchmarks.reference import winners_by_point
from benchmarks.requests import WORKING_SETS, Requests, made, made_items, stream
from benchmarks.rulesets import MAIN, points, points_of, rank_of
from benchmarks.scaling import scaling, threads
from benchmarks.touch import touch
from benchmarks.worlds import World
from rulec.bench.rounds import calls
from rulec_runtime import open as open_program

__all__ = ["measured"]

STREAM: Final = 65_536
DICT_SETS: Final = (256, *WORKING_SETS[1:])
"""Requests of which an interpreter's own caches hold most, and others."""
NEW_ROWS: Final = 1_000_000
NEW_STREAM: Final = 11
N_EVERYWHERE: Final = 40
"""Requests whose every point is checked."""
BATCH: Final = 20_000
ITEM_PART: Final = 250_000
"""Rows of a catalogue that are made at once."""
ITEMS_A_SHOPPER: Final = 20
"""Rows in a row that one shopper, seller and place ask about."""
ROW_OVERHEAD: Final = 128
"""Bytes around a row: its place, its list, what the allocator keeps."""
THREAD_SECONDS: Final = 0.2
MOST_FOR_CANDIDATES: Final = 100_000


def measured(
    world: World, n_rounds: int, round_seconds: float, new_rows: int, item_rows: int
) -> dict[str, Any]:
    """Every path of one world."""
    engine = Engine.of(world)
    cell = Cell.of(world)
    cell.notes["compile"] = json.loads(artifact_path(world).with_suffix(".json").read_text())
    cell.notes["file"] = _file(engine)
    if world.n_rules <= MOST_FOR_CANDIDATES:
        cell.notes["world"] = checked_rules(world, list(world.rules()), cell.requests)
    requests = made(world, WORKING_SETS[-1])
    everywhere = _Everywhere.of(cell, engine) if world.n_rules <= MOST_FOR_CANDIDATES else None
    _add_kernel(cell, engine, requests, everywhere, item_rows)
    _add_singles(cell, engine, requests, everywhere)
    _add_batches(cell, engine, requests, everywhere, new_rows)
    _add_open(cell, artifact_path(world))
    found = cell.measured(n_rounds, round_seconds)
    return found | {"threads": _two_threads(engine, requests, n_rounds)}


@dataclass(frozen=True)
class _Everywhere:
    """What every point of some requests is won by, for whoever answers all points at once."""

    requests: Requests
    winners: NDArray[np.int64]
    """`[n_points, n]`: ranks, by the program's points."""

    @classmethod
    def of(cls, cell: Cell, engine: Engine) -> _Everywhere:
        requests = cell.requests.take(slice(0, N_EVERYWHERE))
        found = winners_by_point(cell.world.rules(), requests, points_of, len(points()))
        places = [points().index(code) for code in engine.program.points]
        return cls(requests, found[places])

    def check(self, cell: Cell, name: str, ranks: NDArray[np.int64]) -> bool:
        """Whether every winner at every point is right; said if not."""
        n_wrong = int(np.sum(ranks != self.winners))
        cell.notes.setdefault("checked", {})[name] = self.winners.size
        if n_wrong:
            cell.without[name] = f"void: {n_wrong} of {self.winners.size} winners are wrong"
        return not n_wrong


def _file(engine: Engine) -> dict[str, Any]:
    """Bytes of the file by section, and what the compiler expects a request to cost."""
    cost = engine.program.manifest["cost"]
    return {
        "sections": {name: size for name, (_, size) in engine.program.section_sizes().items()},
        **cost,
        "expected_candidates": sum(cost["expected_candidates"].values()),
    }


def _add_kernel(
    cell: Cell,
    engine: Engine,
    requests: Requests,
    everywhere: _Everywhere | None,
    item_rows: int,
) -> None:
    """The loops in C: no figure of them where there is no compiler."""
    path = artifact_path(cell.world)
    if library() is None:
        cell.without["kernel"] = "no C compiler"
        return
    table = json.loads(path.with_suffix(".classes").read_text("utf-8"))
    kernel, point = Kernel(path.read_bytes()), engine.program.points.index(MAIN)
    rows, numbers = unique_rows(table, requests)
    kernel.add_all(rows, keeps_facts=True)
    checked, places = unique_rows(table, cell.requests)
    first = [kernel.add(entity, own, keeps_facts=True) for entity, own in enumerate(checked)]
    asked = places + np.array(first, dtype=np.uint32)
    for name, is_raw in (("kernel", False), ("kernel, facts", True)):
        if not cell.check(name, engine.ranks_of(kernel.winners(asked, point, is_raw=is_raw))):
            return
    digests = [kernel.every_point_of(row) for row in asked[:N_EVERYWHERE]]
    has_points = everywhere is None or _same_digests(cell, engine, everywhere, digests)
    cell.notes["kernel_row_bytes"] = {
        name: kernel.row_bytes(entity) for entity, name in enumerate(ENTITIES)
    }
    for n_distinct in WORKING_SETS:
        hot = np.ascontiguousarray(numbers[stream(cell.world, n_distinct, STREAM)])
        cell.add(f"kernel, {n_distinct:,} requests", kernel.resolving(hot, point))
        cell.add(f"kernel, rows alone, {n_distinct:,} requests", kernel.rows_alone(hot))
        cell.add(f"kernel, to the first match, {n_distinct:,} requests", kernel.identifying(hot))
        if has_points:
            cell.add(f"kernel, every point, {n_distinct:,} requests", kernel.every_point(hot))
        cell.add(f"kernel, facts, {n_distinct:,} requests", kernel.raw(hot, point))
    if item_rows:
        _add_catalogue(cell, kernel, table, numbers, point, item_rows)


def _same_digests(
    cell: Cell, engine: Engine, everywhere: _Everywhere, digests: Sequence[int]
) -> bool:
    """Whether the decisions of all points of each request add up to the right ones."""
    numbers = {
        (decision.point, rank_of(decision.code)): decision.number
        for decision in engine.program.decisions
    }
    expected = [
        sum(
            numbers[point, rank]
            for point, rank in zip(engine.program.points, ranks.tolist(), strict=True)
        )
        for ranks in everywhere.winners.T
    ]
    n_wrong = sum(one != other for one, other in zip(digests, expected, strict=True))
    if n_wrong:
        reason = f"void: {n_wrong} of {len(digests)} requests are decided wrongly"
        cell.without["kernel, every point"] = reason
    return not n_wrong


def _add_catalogue(
    cell: Cell,
    kernel: Kernel,
    table: Any,
    numbers: NDArray[np.uint32],
    point: int,
    item_rows: int,
) -> None:
    """Item rows in the order of a catalogue, each met once a pass, under 64 requests' other rows.

    As many as fit in a third of the memory: the raw file says how many.
    """
    item = ENTITIES.index("item")
    budget = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") / 3
    n = min(item_rows, int(budget / (kernel.row_bytes(item) + ROW_OVERHEAD)))
    start = time.perf_counter()
    first: int | None = None
    for at in range(0, n, ITEM_PART):
        part = made_items(cell.world, at, min(ITEM_PART, n - at))
        number = kernel.add(item, rows_of("item", table, part))
        first = number if first is None else first
    others = numbers[np.arange(n) // ITEMS_A_SHOPPER % WORKING_SETS[0]]
    others[:, item] = np.arange(n, dtype=np.uint32) + np.uint32(first or 0)
    cell.notes["catalogue"] = {"rows": n, "fill_seconds": time.perf_counter() - start}
    cell.add("kernel, catalogue of cold item rows", kernel.resolving(others, point))


def _add_singles(
    cell: Cell, engine: Engine, requests: Requests, everywhere: _Everywhere | None
) -> None:
    before = _resident_bytes()
    profiles = engine.profiles(requests)
    n_profiles = len({id(one) for own in profiles for one in own.values()})
    cell.notes["row_bytes"] = (_resident_bytes() - before) / n_profiles
    if cell.check("profiles", engine.winners_by_profiles(engine.profiles(cell.requests))):
        for n_distinct in WORKING_SETS:
            items = _in_order(cell.world, n_distinct, profiles)
            cell.add(f"profiles, {n_distinct:,} requests", calls(engine.loop_profiles(), items))
        if everywhere is None or everywhere.check(
            cell, "every point of a request", engine.points_by_profiles(everywhere.requests)
        ):
            items = _in_order(cell.world, WORKING_SETS[0], profiles)
            run = calls(engine.loop_points(), items)
            cell.add(f"every point of a request, {WORKING_SETS[0]} requests", run)
    checked = engine.winners_by_resolver(engine.profiles(cell.requests))
    if cell.check("prepared point", checked):
        placed = engine.placed(profiles)
        for n_distinct in WORKING_SETS:
            items = _in_order(cell.world, n_distinct, placed)
            run = calls(engine.loop_resolver(), items)
            cell.add(f"prepared point, {n_distinct:,} requests", run)
    if cell.check("dict", engine.winners_by_dict(cell.requests)):
        for n_distinct in DICT_SETS:
            facts = _in_order(cell.world, n_distinct, requests.dicts)
            cell.add(f"dict, {n_distinct:,} requests", calls(engine.loop_dicts(), facts))
    _add_floor(cell, requests)
    loop = engine.loop_json()
    if loop is None:
        cell.without["JSON"] = "this build reads no JSON"
    else:
        for n_distinct in DICT_SETS:
            facts = _in_order(cell.world, n_distinct, requests.dicts)
            texts = _texts(facts)
            cell.add(f"JSON, {n_distinct:,} requests", calls(loop, texts))
            cell.add(f"decoding JSON alone, {n_distinct:,} requests", _decoding(texts))
    cell.add("empty loop", calls(_pass, profiles))


def _add_floor(cell: Cell, requests: Requests) -> None:
    """What a call from a dict cannot go below: a look at each object that the caller made."""
    look = touch()
    if look is None:
        cell.without["touch every object of a dict"] = "no C compiler, or no headers of Python"
        return

    def loop(part: Sequence[Any]) -> None:
        for facts in part:
            look(facts)

    for n_distinct in DICT_SETS:
        facts = _in_order(cell.world, n_distinct, requests.dicts)
        cell.add(f"touch every object of a dict, {n_distinct:,} requests", calls(loop, facts))


def _decoding(texts: Sequence[bytes]) -> Callable[[int], None]:
    """Decoding alone, as `resolve_json` has it done."""
    decode = msgspec.json.Decoder(float_hook=Decimal).decode

    def loop(part: Sequence[bytes]) -> None:
        for text in part:
            decode(text)

    return calls(loop, texts)


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


def _add_batches(
    cell: Cell,
    engine: Engine,
    requests: Requests,
    everywhere: _Everywhere | None,
    new_rows: int,
) -> None:
    if not cell.check("batch", engine.winners_by_batch(cell.requests)):
        return
    program = engine.program
    table = requests.table
    bound = program.batch(table)

    cell.add_batch(
        "batch, raw columns, hot rows", BATCH, lambda: program.batch(table).resolve(MAIN)
    )
    cell.add_batch("batch, columns bound, hot rows", BATCH, lambda: bound.resolve(MAIN))
    if everywhere is None or everywhere.check(
        cell, "batch, every point", engine.points_by_batch(everywhere.requests)
    ):
        name = "batch, columns bound, every point"
        cell.add_batch(name, BATCH, lambda: bound.resolve_points(program.points))
    if cell.check("batch, profile ids", engine.winners_by_ids(cell.requests)):
        kept = engine.ids(requests)
        for n_distinct in WORKING_SETS:
            numbers = stream(cell.world, n_distinct, BATCH)
            ids = {entity: of[numbers] for entity, of in kept.items()}
            cell.add_batch(
                f"batch, profile ids, {n_distinct:,} requests",
                BATCH,
                lambda ids=ids: program.batch(ids).resolve(MAIN),  # type: ignore[misc]
            )
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
    parser = world_options("rulec's own paths over one made world")
    parser.add_argument("--new-rows", type=int, default=NEW_ROWS)
    parser.add_argument("--item-rows", type=int, default=0)
    given = parser.parse_args()
    rows = given.new_rows, given.item_rows
    print(json.dumps(measured(world_of(given), given.rounds, given.round_seconds, *rows)))


if __name__ == "__main__":
    np.seterr(all="raise")
    main()
