"""What do forked workers cost beside one? And what does it cost to open a program?

    python benchmarks/bench_fork.py FILE [--workers 8] [--rounds 9] [--out fork.json]

In: a compiled program, the larger the better. Out: one JSON object with every round, and a table.

Memory is the proportional set size of /proc/PID/smaps_rollup (Linux): a page that n processes share
counts as 1/n in each. Every worker resolves each point, so that whatever it writes is its own by
then. Time is that of `open` in the page cache: read and verified, mapped and verified, and up to
the first decision.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rulec_runtime import Program, RulecError
from rulec_runtime import open as open_program


def pss_kib(process: int) -> int:
    """The proportional set size of a process, in KiB."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss: *(\d+) kB$", text, re.MULTILINE)
    if found is None:
        raise OSError("this system does not tell the proportional set size")
    return int(found[1])


def ask(program: Program) -> None:
    """Resolve every point once, for a request that gives what is required."""
    values: dict[str, Any] = {"time": "2026-01-01T00:00:00Z", "string": "x"}
    for point in program.points:
        facts: dict[str, dict[str, Any]] = {entity.name: {} for entity in program.entities}
        for entity in program.entities:
            for spec in entity.facts:
                if spec.values:
                    facts[entity.name][spec.name] = spec.values[0]
                elif spec.type_name.startswith(("int", "decimal")):
                    facts[entity.name][spec.name] = max(spec.low, 1) // 10**spec.scale + 1
                elif spec.type_name in values:
                    facts[entity.name][spec.name] = values[spec.type_name]
        try:
            program.resolve(point, facts, as_of=values["time"])
        except RulecError as error:
            raise SystemExit(f"bench_fork: the made request does not fit: {error}") from error


def forked_kib(program: Program, n_workers: int) -> list[int]:
    """The memory of the parent and of each of its workers, all of them alive."""
    gc.collect()
    gc.freeze()  # what the parent holds is not touched, and so not copied, by a worker's collector
    ready_in, ready_out = os.pipe()
    over_in, over_out = os.pipe()
    workers = []
    for _ in range(n_workers):
        worker = os.fork()
        if not worker:
            os.close(over_out)
            ask(program)
            os.write(ready_out, b"x")
            os.read(over_in, 1)
            os._exit(0)
        workers.append(worker)
    for _ in workers:
        os.read(ready_in, 1)
    sizes = [pss_kib(process) for process in (os.getpid(), *workers)]
    os.close(over_out)
    for worker in workers:
        os.waitpid(worker, 0)
    gc.unfreeze()
    return sizes


def timed(call: Callable[[], object], n_rounds: int) -> list[float]:
    """Milliseconds of each round, after one that is not counted."""
    call()
    rounds = []
    for _ in range(n_rounds):
        start = time.perf_counter()
        kept = call()
        rounds.append((time.perf_counter() - start) * 1e3)
        del kept
    return rounds


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    before = pss_kib(os.getpid())
    program = open_program(options.file)
    ask(program)
    alone = pss_kib(os.getpid())
    sizes = forked_kib(program, options.workers)

    def first_decision() -> None:
        ask(open_program(options.file))

    times = {
        "open": timed(lambda: open_program(options.file), options.rounds),
        "open, mapped": timed(lambda: open_program(options.file, shared=True), options.rounds),
        "open, first decisions": timed(first_decision, options.rounds),
    }
    result = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "file_bytes": options.file.stat().st_size,
        "kib_before": before,
        "kib_alone": alone,
        "kib_each": sizes,
        "ms": times,
    }
    print(f"{result['file_bytes']:>12,} bytes of program")
    print(f"{alone - before:>12,} KiB to hold it and decide, {before:,} KiB before")
    print(f"{sum(sizes):>12,} KiB in all for 1 + {options.workers} processes")
    print(f"{(sum(sizes) - alone) // options.workers:>12,} KiB a worker more")
    for name, rounds in times.items():
        quartiles = statistics.quantiles(rounds, n=4)
        print(f"{quartiles[1]:>12.2f} ms {name} [{quartiles[0]:.2f} .. {quartiles[2]:.2f}]")
    if options.out is not None:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
