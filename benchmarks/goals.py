"""What was promised, beside what was measured: the goals of the engine and the bar of the rivals.

In: the cells of engine.json and peers.json. Out: rows of two tables. A goal stands beside the
figure it speaks of, the same by a call from Python, what the machine's memory allows, and the best
rival. A bar is met where rulec is that many times as fast as the best rival and the quartiles say
so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.bench_peers import FROM_COLUMNS, FROM_DICT, OWN_FORM, RULEC
from benchmarks.figures import Cells, World, figures_of, short
from rulec.bench.rounds import NOT_SHOWN, Figure

__all__ = ["bars", "goals"]

Footprint = Callable[[Mapping[str, Any]], float]
"""Bytes that a road walks through, of a cell."""


def _rows(n: int) -> Footprint:
    """The rows of so many requests, each with rows of its own, and the records they lead to."""

    def of(cell: Mapping[str, Any]) -> float:
        own = sum(cell.get("kernel_row_bytes", {}).values())
        return n * own + _program(cell)

    return of


def _program(cell: Mapping[str, Any]) -> float:
    """Terms, definitions and bindings: what a decision reads behind its rows."""
    sizes = cell["file"]["sections"]
    return float(sum(sizes.get(name, 0) for name in ("terms", "definitions", "bindings")))


def _catalogue(cell: Mapping[str, Any]) -> float:
    rows = cell.get("catalogue", {}).get("rows", 0)
    return float(rows * cell.get("kernel_row_bytes", {}).get("item", 0)) + _program(cell)


@dataclass(frozen=True)
class Goal:
    """One line of the table, by size."""

    family: str
    what: str
    kernel: str | None
    """The contestant that the goal speaks of, where Python has no part in it."""
    call: str | None
    """The contestant that asks the same from Python."""
    goals: Mapping[int, float]
    """Nanoseconds by the number of rules."""
    footprint: Footprint
    rival_road: str | None = None


GOALS: Final = (
    Goal("dense", "winner by profiles, 64 requests", "kernel, 64 requests", "profiles, 64 requests",
         {1_000: 15, 10_000: 25, 100_000: 60}, _rows(64), OWN_FORM),
    Goal("dense", "winner by profiles, 20,000 requests", "kernel, 20,000 requests",
         "profiles, 20,000 requests", {1_000: 45, 10_000: 90, 100_000: 350}, _rows(20_000),
         OWN_FORM),
    Goal("sparse", "winner by profiles, 64 requests", "kernel, 64 requests",
         "profiles, 64 requests", {1_000: 15, 10_000: 20, 100_000: 25, 10**6: 40}, _rows(64),
         OWN_FORM),
    Goal("sparse", "winner by profiles, 20,000 requests", "kernel, 20,000 requests",
         "profiles, 20,000 requests", {1_000: 40, 10_000: 45, 100_000: 60, 10**6: 120},
         _rows(20_000), OWN_FORM),
    Goal("dense", "catalogue of cold item rows", "kernel, catalogue of cold item rows", None,
         {1_000: 100, 10_000: 110, 100_000: 120, 10**6: 350}, _catalogue),
    Goal("dense", "raw columns, hot items", None, "batch, raw columns, hot rows",
         {1_000: 80, 10_000: 130, 100_000: 140, 10**6: 250}, _program, FROM_COLUMNS),
    Goal("dense", "raw columns, every item new", None, "batch, raw columns, new rows",
         {1_000: 110, 10_000: 200, 100_000: 600, 10**6: 800}, _program, FROM_COLUMNS),
    Goal("dense", "50 points of one request", "kernel, every point, 64 requests",
         "every point of a request, 64 requests", {1_000: 80, 10_000: 80, 100_000: 85, 10**6: 150},
         _rows(64)),
    Goal("dense", "a call by profiles", None, "profiles, 64 requests", {10_000: 100}, _rows(64),
         OWN_FORM),
    Goal("dense", "a call from a dict, 256 requests", None, "dict, 256 requests", {10_000: 500},
         _program, FROM_DICT),
    Goal("dense", "a call from a dict, 20,000 requests", None, "dict, 20,000 requests",
         {10_000: 750}, _program, FROM_DICT),
    Goal("dense", "open, verify, first decision", None, "open, verify, first decision",
         {100_000: 5e6, 10**6: 40e6}, lambda cell: cell["compile"]["artifact_bytes"]),
)  # fmt: skip
COMPILE_GOALS: Final = {1_000: 0.1, 10_000: 1.0, 100_000: 10.0}
"""Seconds after parsing, dense."""
BARS: Final = (
    (FROM_DICT, None, {1_000: 10, 10_000: 25, 100_000: 30}),
    (FROM_COLUMNS, "NumPy bitsets", {100: 2, 1_000: 10, 10_000: 50, 100_000: 50}),
)
"""A road, the rival it is held to (None: the best), and how many times as fast, by size."""


def goals(
    engine: Mapping[World, Cells], peers: Mapping[World, Cells], limits: Mapping[str, float] | None
) -> Iterator[Sequence[str]]:
    """The rows of the table of goals: what, rules, goal, measured, call, memory, rival, met."""
    for goal in GOALS:
        cells = engine.get((goal.family, "specific"), {})
        rivals = peers.get((goal.family, "specific"), {})
        for size, wanted in goal.goals.items():
            if size in cells:
                row = _row(goal, wanted, size, cells[size], rivals.get(size), limits)
                if row is not None:
                    yield row
    cells = engine.get(("dense", "specific"), {})
    for size, seconds in COMPILE_GOALS.items():
        if size in cells:
            took = cells[size]["compile"]["after_parsing_seconds"]
            row = f"{seconds:g} s", f"{took:.2f} s", "-", "-", "-", _met(took / seconds)
            yield "dense, compile after parsing", f"{size:,}", *row


def _row(
    goal: Goal,
    wanted: float,
    size: int,
    cell: Mapping[str, Any],
    rivals: Mapping[str, Any] | None,
    limits: Mapping[str, float] | None,
) -> Sequence[str] | None:
    figures = figures_of(cell)
    call = figures.get(goal.call or "")
    found = figures.get(goal.kernel) if goal.kernel is not None else call
    if found is None:
        return None
    return (
        f"{goal.family}, {goal.what}",
        f"{size:,}",
        f"{wanted:,.0f}",
        _shown(found),
        "-" if call is None or goal.kernel is None else short(call.median),
        _waits(goal.footprint(cell), limits),
        _rival(rivals, goal.rival_road),
        _met(found.median / wanted),
    )


def _met(share: float) -> str:
    return "met" if share <= 1 else f"{share:.1f}x the goal"


def _shown(of: Figure) -> str:
    return f"{short(of.median)} ({short(of.low)}-{short(of.high)})"


def _waits(n_bytes: float, limits: Mapping[str, float] | None) -> str:
    """A load that waits for the one before it, in memory of that size or the next larger one.

    >>> _waits(40_000, {"latency_32KiB_ns": 1.0, "latency_8MiB_ns": 20.0, "bandwidth_GBps": 9.0})
    '20.0'
    """
    walks = sorted(
        (_bytes(name.split("_")[1]), value)
        for name, value in (limits or {}).items()
        if name.startswith("latency")
    )
    if not walks:
        return "not measured"
    return short(next((value for size, value in walks if size >= n_bytes), walks[-1][1]))


def _bytes(text: str) -> int:
    units = {"KiB": 2**10, "MiB": 2**20}
    return int(text[:-3]) * units[text[-3:]]


def _rival(cell: Mapping[str, Any] | None, road: str | None) -> str:
    best = _best(figures_of(cell), road) if cell is not None and road is not None else None
    return "-" if best is None else f"{short(best[1].median)} ({best[0]})"


def _best(
    figures: Mapping[str, Figure], road: str, only: str | None = None
) -> tuple[str, Figure] | None:
    found = [
        (engine, of)
        for name, of in figures.items()
        for engine, _, ran in [name.partition(": ")]
        if ran == road and engine != RULEC and only in (None, engine)
    ]
    return min(found, key=lambda one: one[1].median) if found else None


def bars(peers: Mapping[World, Cells]) -> Iterator[Sequence[str]]:
    """The rows of the bar: road, rules, rulec, the rival, how many times, the bar, met."""
    cells = peers.get(("dense", "specific"), {})
    for road, only, wanted in BARS:
        for size, times in wanted.items():
            figures = figures_of(cells[size]) if size in cells else {}
            best, own = _best(figures, road, only), figures.get(f"{RULEC}: {road}")
            if best is None or own is None:
                continue
            rate = best[1].median / own.median
            shown = NOT_SHOWN if own.overlaps(best[1]) else f"{rate:.1f}x"
            is_met = rate >= times and shown != NOT_SHOWN
            yield (
                road,
                f"{size:,}",
                short(1e9 / own.median),
                f"{short(1e9 / best[1].median)} ({best[0]})",
                shown,
                f"{times}x",
                "met" if is_met else "missed",
            )
