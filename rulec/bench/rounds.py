"""Interleaved rounds: what makes a figure, and what makes a difference.

In: contestants, each a function that does `n` pieces of work, the next ones of its stream each
time. Out: seconds of every round, and figures from them: median and quartiles of nanoseconds a
piece.

The contestants run in turn, A B C A B C ..., in one process, after one turn that is not counted and
that says how many pieces each does a round: enough for the length asked, so that a slow contestant
and a fast one share the same minutes of the machine. Two figures whose quartiles overlap are not
shown to differ.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = [
    "NOT_SHOWN",
    "Contestant",
    "Figure",
    "Measured",
    "calls",
    "figure",
    "measure",
    "quartiles",
    "ratio",
    "relative",
]

N_ROUNDS: Final = 9
ROUND_SECONDS: Final = 0.1
NOT_SHOWN: Final = "not shown"


@dataclass(frozen=True, slots=True)
class Contestant:
    """One engine on one road. `run(n)` does the next `n` pieces of its work."""

    name: str
    run: Callable[[int], object]
    unit: int = 1
    """Pieces come in multiples of it: the rows of a batch, the points of a request."""
    most: int | None = None
    """No more pieces a round than this."""


@dataclass(slots=True)
class Measured:
    """Every round of one contestant: seconds of the wall and of the CPU, for `n` pieces each."""

    n: int
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """Nanoseconds a piece: the median of the rounds between their quartiles."""

    low: float
    median: float
    high: float

    def overlaps(self, other: Figure) -> bool:
        """Whether the quartiles of two figures meet.

        >>> Figure(1, 2, 3).overlaps(Figure(3, 4, 5)), Figure(1, 2, 3).overlaps(Figure(4, 5, 6))
        (True, False)
        """
        return self.low <= other.high and other.low <= self.high


def measure(
    contestants: Sequence[Contestant],
    n_rounds: int = N_ROUNDS,
    round_seconds: float = ROUND_SECONDS,
) -> dict[str, Measured]:
    """Run the contestants in turn; the garbage collector rests while one runs.

    What stood before the rounds is kept from the collector, which would walk it between all turns.
    """
    found = {one.name: Measured(_pieces(one, round_seconds)) for one in contestants}
    assert len(found) == len(contestants), "two contestants have one name"
    gc.collect()
    gc.freeze()
    for _ in range(n_rounds):
        for one in contestants:
            measured = found[one.name]
            gc.collect()
            gc.disable()
            try:
                cpu, wall = time.process_time(), time.perf_counter()
                one.run(measured.n)
                measured.seconds.append(time.perf_counter() - wall)
                measured.cpu_seconds.append(time.process_time() - cpu)
            finally:
                gc.enable()
    gc.unfreeze()
    return found


def _pieces(one: Contestant, round_seconds: float) -> int:
    """How many pieces fill a round: doubled until they are long enough to be believed."""
    n = one.unit
    most = one.most or 1 << 40
    while True:
        start = time.perf_counter()
        one.run(n)
        seconds = time.perf_counter() - start
        if seconds >= round_seconds / 4 or n >= most:
            break
        n = min(n * 4, most)
    wanted = n * round_seconds / max(seconds, 1e-9)
    return int(max(one.unit, min(most, wanted)) // one.unit * one.unit)


def figure(measured: Measured) -> Figure:
    """Median and quartiles, in nanoseconds a piece.

    >>> figure(Measured(1, [1e-9, 2e-9, 3e-9]))
    Figure(low=1.0, median=2.0, high=3.0)
    """
    return quartiles([1e9 * seconds / measured.n for seconds in measured.seconds])


def relative(measured: Measured, to: Measured) -> Figure:
    """The same as a multiple of what another contestant took in the same round.

    >>> relative(Measured(1, [4.0, 6.0, 2.0]), Measured(1, [2.0, 2.0, 2.0]))
    Figure(low=1.0, median=2.0, high=3.0)
    """
    turns = zip(measured.seconds, to.seconds, strict=True)
    return quartiles([(mine / measured.n) / (other / to.n) for mine, other in turns])


def quartiles(rounds: Sequence[float]) -> Figure:
    """Median and quartiles of at least one value."""
    if len(rounds) < 2:
        return Figure(rounds[0], rounds[0], rounds[0])
    low, median, high = statistics.quantiles(rounds, n=4)
    return Figure(low, median, high)


def ratio(slower: Figure, faster: Figure) -> str:
    """How many times faster one is, or that it is not shown.

    >>> ratio(Figure(9, 10, 11), Figure(1, 2, 3)), ratio(Figure(2, 3, 4), Figure(1, 2, 3))
    ('5.0x', 'not shown')
    """
    return NOT_SHOWN if slower.overlaps(faster) else f"{slower.median / faster.median:.1f}x"


def calls(loop: Callable[[Sequence[Any]], None], items: Sequence[Any]) -> Callable[[int], None]:
    """The next `n` items through a loop, from the start again at the end."""
    place = 0

    def run(n: int) -> None:
        nonlocal place
        while n > 0:
            part = items[place : place + n]
            loop(part)
            n -= len(part)
            place = (place + len(part)) % len(items)

    return run
