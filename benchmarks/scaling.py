"""How work scales over threads, and whether the machine let it.

In: work that releases the GIL. Out: how many times the work of one thread several did. A thread
counts only where it had the CPU for 97 % of the time: on a machine that others share, nothing less
says anything about the work.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["NOT_VERIFIED", "scaling", "threads"]

NOT_VERIFIED: Final = "not verified"
CPU_SHARE: Final = 0.97


def threads(run: Callable[[int], object], n: int, n_threads: int) -> tuple[float, float]:
    """Seconds until `n_threads` threads have each done `n` pieces, and the least CPU share of one.

    The threads start together; what they do must release the GIL, or their shares tell that it
    does not.
    """
    gate = threading.Barrier(n_threads + 1)
    shares: list[float] = []

    def work() -> None:
        gate.wait()
        cpu, wall = time.thread_time(), time.perf_counter()
        run(n)
        shares.append((time.thread_time() - cpu) / (time.perf_counter() - wall))

    started = [threading.Thread(target=work) for _ in range(n_threads)]
    for thread in started:
        thread.start()
    gate.wait()
    start = time.perf_counter()
    for thread in started:
        thread.join()
    return time.perf_counter() - start, min(shares)


def scaling(one: Sequence[float], many: Sequence[tuple[float, float]], n_threads: int) -> str:
    """How many times the work of one thread several did, or that the machine was not theirs.

    >>> scaling([1.0, 1.0, 1.0], [(1.0, 0.99), (1.0, 0.98), (1.0, 1.0)], 2)
    '2.00x'
    >>> scaling([1.0], [(1.0, 0.99), (1.2, 0.80)], 2)
    'not verified'
    """
    if any(share < CPU_SHARE for _, share in many):
        return NOT_VERIFIED
    return f"{n_threads * statistics.median(one) / statistics.median(s for s, _ in many):.2f}x"
