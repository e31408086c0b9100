"""Damage programs in a process of its own, with little memory to spare: no crash, no hang.

    python tests/fuzz/open_damaged.py SEED N_EXECUTIONS FILE...

Prints one JSON object: how many were refused by each check, and accepted. Each execution has its
own chance, `SEED + its number`, and a second to end; memory is bounded by what the process has when
it starts and half a gibibyte.
"""

from __future__ import annotations

import collections
import json
import random
import resource
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.damage import judged

from rulec_runtime import from_bytes

MAX_MORE_BYTES = 512 * 1024**2
MAX_SECONDS = 10


def _bound_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + MAX_MORE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def main() -> None:
    """Damage, open, use."""
    seed, n_executions = int(sys.argv[1]), int(sys.argv[2])
    contents = [Path(name).read_bytes() for name in sys.argv[3:]]
    _bound_memory()
    counts: collections.Counter[str] = collections.Counter()
    for number in range(seed, seed + n_executions):
        chance = random.Random(number)
        signal.alarm(MAX_SECONDS)
        try:
            counts[judged(from_bytes, chance.choice(contents), chance)] += 1
        except BaseException:
            sys.stderr.write(f"execution {number} failed\n")
            raise
    signal.alarm(0)
    sys.stdout.write(json.dumps(dict(counts.most_common())) + "\n")


if __name__ == "__main__":
    main()
