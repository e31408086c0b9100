"""rulec and its rivals over one made world, in the same rounds.

    python -m benchmarks.bench_peers --family dense --size 1000 [--rivals access_index,zen]

In: a world. Out: one JSON object on stdout. Single calls over 20,000 distinct requests, once from
the request's dict, the rival's own conversion counted, and once from the form it takes; batches of
20,000 rows, once from raw columns and once from the rival's own form. Every engine uses one thread.
A rival that is not installed, fails, is wrong, or is not run at this size has no row, and the
object says why.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks import peers
from benchmarks.cells import Cell, checked_rules, world_of, world_options
from benchmarks.engine import Engine
from benchmarks.requests import Requests, made, stream
from benchmarks.rulesets import MAIN
from benchmarks.worlds import Rule, World
from rulec.bench.rounds import calls

__all__ = ["FROM_COLUMNS", "FROM_DICT", "OWN_COLUMNS", "OWN_FORM", "RULEC", "measured"]

N_DISTINCT: Final = 20_000
STREAM: Final = 65_536
SMALL_BATCH: Final = 2_000
ROUND_AT_MOST: Final = 4.0
"""Seconds: a batch rival that needs more for 20,000 rows gets the first 2,000 of them."""
TRIED_UP_TO: Final = 20.0
"""Seconds that 20,000 rows may take, going by 2,000, for them to be tried at all: cost a row falls
with the batch."""
RULEC: Final = "rulec"
FROM_DICT: Final = "from dict"
OWN_FORM: Final = "own form"
FROM_COLUMNS: Final = "batch from raw columns"
OWN_COLUMNS: Final = "batch from own form"


def measured(
    world: World, names: Sequence[str], n_rounds: int, round_seconds: float, batch_rows: int
) -> dict[str, Any]:
    """Every engine over one world."""
    rules = list(world.rules())
    cell = Cell.of(world, rules)
    cell.notes["world"] = checked_rules(world, rules, cell.requests)
    cell.notes["build_seconds"] = {}
    cell.notes["batch_rows"] = batch_rows
    requests = made(world, N_DISTINCT)
    order = stream(world, N_DISTINCT, STREAM).tolist()
    _add_rulec(cell, requests, order)
    for name in names:
        try:
            found = peers.rival(name)
        except ImportError as error:
            cell.without[name] = f"not installed: {error}"
            continue
        if world.n_rules > found.most:
            cell.without[found.name] = f"not run beyond {found.most:,} rules: {found.why}"
            continue
        try:
            _add_rival(cell, found, name, rules, requests, order)
        except Exception as error:
            cell.without[found.name] = f"failed: {type(error).__name__}: {str(error)[:200]}"
    return cell.measured(n_rounds, round_seconds)


def _add_rulec(cell: Cell, requests: Requests, order: Sequence[int]) -> None:
    engine = Engine.of(cell.world)
    program = engine.program
    dicts = [requests.dicts[number] for number in order]
    if cell.check(f"{RULEC}: dict", engine.winners_by_dict(cell.requests)):
        cell.add(f"{RULEC}: {FROM_DICT}", calls(engine.loop_dicts(), dicts))
    if cell.check(f"{RULEC}: profiles", engine.winners_by_profiles(engine.profiles(cell.requests))):
        profiles = engine.profiles(requests)
        placed = engine.placed(profiles)
        own = [placed[number] for number in order]
        cell.add(f"{RULEC}: {OWN_FORM}", calls(engine.loop_resolver(), own))
    if cell.check(f"{RULEC}: batch", engine.winners_by_batch(cell.requests)):
        table = requests.table.slice(0, cell.notes["batch_rows"])
        bound = program.batch(table)
        n = len(bound)
        cell.add_batch(f"{RULEC}: {FROM_COLUMNS}", n, lambda: program.batch(table).resolve(MAIN))
        cell.add_batch(f"{RULEC}: {OWN_COLUMNS}", n, lambda: bound.resolve(MAIN))


def _add_rival(
    cell: Cell,
    found: Any,
    module: str,
    rules: Sequence[Rule],
    requests: Requests,
    order: Sequence[int],
) -> None:
    start = time.perf_counter()
    rival = found(cell.world, rules)
    cell.notes["build_seconds"][found.name] = time.perf_counter() - start
    if module in peers.BATCH:
        _add_batch_rival(cell, rival, requests)
        return
    sample = [rival.own(facts) for facts in cell.requests.dicts]
    if not cell.check_calls(found.name, rival.winner, sample):
        return
    dicts = [requests.dicts[number] for number in order]
    cell.add(f"{found.name}: {FROM_DICT}", calls(_from_dicts(rival), dicts))
    own = [rival.own(facts) for facts in requests.dicts]
    cell.add(f"{found.name}: {OWN_FORM}", calls(_own(rival), [own[number] for number in order]))


def _from_dicts(rival: peers.SingleRival) -> Callable[[Sequence[Any]], None]:
    winner, own = rival.winner, rival.own

    def loop(part: Sequence[Any]) -> None:
        for facts in part:
            winner(own(facts))

    return loop


def _own(rival: peers.SingleRival) -> Callable[[Sequence[Any]], None]:
    winner = rival.winner

    def loop(part: Sequence[Any]) -> None:
        for own in part:
            winner(own)

    return loop


def _add_batch_rival(cell: Cell, rival: peers.BatchRival, requests: Requests) -> None:
    if not cell.check(rival.name, rival.winners(rival.own(cell.requests.table))):
        return
    n_rows: int = cell.notes["batch_rows"]
    guess = _seconds(rival, requests, SMALL_BATCH) * n_rows / SMALL_BATCH
    if guess > TRIED_UP_TO or (
        guess > ROUND_AT_MOST and _seconds(rival, requests, n_rows) > ROUND_AT_MOST
    ):
        n_rows = SMALL_BATCH
        cell.notes.setdefault("rows_a_batch", {})[rival.name] = n_rows
    table = requests.table.slice(0, n_rows)
    own = rival.own(table)
    cell.add_batch(f"{rival.name}: {FROM_COLUMNS}", n_rows, lambda: rival.winners(rival.own(table)))
    cell.add_batch(f"{rival.name}: {OWN_COLUMNS}", n_rows, lambda: rival.winners(own))


def _seconds(rival: peers.BatchRival, requests: Requests, n_rows: int) -> float:
    start = time.perf_counter()
    rival.winners(rival.own(requests.table.slice(0, n_rows)))
    return time.perf_counter() - start


def main() -> None:
    parser = world_options("rulec and its rivals over one made world")
    parser.add_argument("--batch-rows", type=int, default=N_DISTINCT)
    parser.add_argument("--rivals", default=",".join((*peers.SINGLE, *peers.BATCH)))
    given = parser.parse_args()
    names = [name for name in given.rivals.split(",") if name]
    rounds = given.rounds, given.round_seconds
    print(json.dumps(measured(world_of(given), names, *rounds, given.batch_rows)))


if __name__ == "__main__":
    # One thread for everyone: polars reads this when it is first imported.
    os.environ["POLARS_MAX_THREADS"] = "1"
    main()
