"""Raw files to tables: docs/benchmarks/results.md.

In: engine.json and peers.json as `python -m benchmarks` writes them. Out: Markdown. Every number is
a median of rounds with its quartiles; a ratio whose quartiles overlap says `not shown`; a goal
stands beside what was measured, met or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from benchmarks.bench_peers import FROM_COLUMNS, FROM_DICT, OWN_COLUMNS, OWN_FORM, RULEC
from benchmarks.machine import line
from rulec.bench.rounds import Figure, Measured, figure, ratio

__all__ = ["cells_by_world", "engines", "figures_of", "report"]

World = tuple[str, str]
"""Family and order."""
Cells = Mapping[int, dict[str, Any]]

GOALS: Final = (
    ("dense", "profiles, 64 requests", {1_000: 15, 10_000: 25, 100_000: 60}),
    ("dense", "profiles, 20,000 requests", {1_000: 45, 10_000: 90, 100_000: 350}),
    ("sparse", "profiles, 64 requests", {1_000: 15, 10_000: 20, 100_000: 25, 1_000_000: 40}),
    ("sparse", "profiles, 20,000 requests", {1_000: 40, 10_000: 45, 100_000: 60, 1_000_000: 120}),
    ("dense", "batch, raw columns, hot rows", {1_000: 80, 10_000: 130, 100_000: 140, 10**6: 250}),
    ("dense", "batch, raw columns, new rows", {1_000: 110, 10_000: 200, 100_000: 600, 10**6: 800}),
    ("dense", "every point of a request, 64 requests", {1_000: 80, 10_000: 80, 100_000: 85}),
    ("dense", "dict, 256 requests", {10_000: 500}),
    ("dense", "dict, 20,000 requests", {10_000: 750}),
    ("dense", "open, verify, first decision", {100_000: 5_000_000, 1_000_000: 40_000_000}),
)
"""Nanoseconds a piece. Those by profiles and of every point are of the kernel alone: a call from
Python adds its own, which `empty loop` and the smallest world show."""
COMPILE_GOALS: Final = {1_000: 0.1, 10_000: 1.0, 100_000: 10.0}
"""Seconds after parsing, dense."""


def cells_by_world(raw: Mapping[str, Any]) -> dict[World, Cells]:
    """The cells of a raw file by world and, in it, by size."""
    found: dict[World, dict[int, dict[str, Any]]] = {}
    for cell in raw["cells"]:
        found.setdefault((cell["family"], cell["order"]), {})[cell["n_rules"]] = cell
    return {world: dict(sorted(cells.items())) for world, cells in sorted(found.items())}


def figures_of(cell: Mapping[str, Any]) -> dict[str, Figure]:
    """The figure of each contestant of a cell."""
    return {
        name: figure(Measured(of["n"], of["seconds"], of["cpu_seconds"]))
        for name, of in cell["rounds"].items()
    }


def engines(cells: Cells, road: str) -> list[str]:
    """Who ran a road at any size, rulec first, the others by their first figure."""
    found: dict[str, float] = {}
    for cell in cells.values():
        for name, one in figures_of(cell).items():
            engine, _, ran = name.partition(": ")
            if ran == road:
                found.setdefault(engine, one.median)
    return sorted(found, key=lambda engine: (engine != RULEC, found[engine]))


def report(engine: Mapping[str, Any] | None, peers: Mapping[str, Any] | None) -> str:
    """The whole page."""
    first = engine or peers
    assert first is not None, "nothing was measured"
    lines = ["# Measured", "", *_header(first)]
    if engine is not None:
        lines += ["", "## Goals", "", *_goals(cells_by_world(engine))]
        for world, cells in cells_by_world(engine).items():
            lines += ["", f"## rulec, {world[0]}, {_order(world[1])}", "", *_own(cells)]
    if peers is not None:
        for world, cells in cells_by_world(peers).items():
            for title, road, others in (
                ("One request a call", FROM_DICT, OWN_FORM),
                (f"Batches of {_batch_rows(cells)} rows", FROM_COLUMNS, OWN_COLUMNS),
            ):
                lines += ["", f"## {title}, {world[0]}, {_order(world[1])}"]
                for one in (road, others):
                    lines += ["", f"Requests a second, {one}:", "", *_rates(cells, one)]
            lines += ["", *_without(cells)]
    return "\n".join(lines).rstrip() + "\n"


def _batch_rows(cells: Cells) -> str:
    return " or ".join(dict.fromkeys(f"{cell['batch_rows']:,}" for cell in cells.values()))


def _order(order: str) -> str:
    return "most specific first" if order == "specific" else "random order"


def _header(raw: Mapping[str, Any]) -> Iterator[str]:
    yield f"Machine: {line(raw['machine'])}."
    limits = raw.get("limits")
    if limits:
        waits = ", ".join(
            f"{value:.0f} ns in {name.split('_')[1]}"
            for name, value in limits.items()
            if name.startswith("latency")
        )
        yield f"A load that waits for the one before it: {waits}. Reading in order, one thread:"
        yield f"{limits['bandwidth_GBps']:.1f} GB/s."
    else:
        yield "The machine's memory was not measured."
    yield ""
    yield "Versions: " + ", ".join(f"{name} {of}" for name, of in raw["versions"].items()) + "."
    yield ""
    yield f"{raw['method']} Made by `{' '.join(raw['machine']['command'])}`."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "| --- |" + " ---: |" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _goals(worlds: Mapping[World, Cells]) -> Iterator[str]:
    rows: list[list[str]] = []
    for family, name, goals in GOALS:
        cells = worlds.get((family, "specific"), {})
        for size, goal in goals.items():
            found = figures_of(cells[size]).get(name) if size in cells else None
            if found is not None:
                met = "met" if found.median <= goal else f"{found.median / goal:.1f}x the goal"
                rows.append([f"{family}, {name}", f"{size:,}", f"{goal:,}", _ns(found), met])
    for size, seconds in COMPILE_GOALS.items():
        cell = worlds.get(("dense", "specific"), {}).get(size)
        if cell is not None:
            took = cell["compile"]["after_parsing_seconds"]
            met = "met" if took <= seconds else f"{took / seconds:.1f}x the goal"
            rows.append(["compile after parsing, s", f"{size:,}", f"{seconds}", f"{took:.2f}", met])
    if not rows:
        yield "None is stated for these worlds."
        return
    yield from _table(["", "rules", "goal, ns", "measured, ns", ""], rows)
    yield ""
    yield "By profiles, and of every point, the goal is the kernel's; what is measured is a call"
    yield "from Python: `empty loop` and the smallest world tell how much of it is the call."


def _own(cells: Cells) -> Iterator[str]:
    figures = {size: figures_of(cell) for size, cell in cells.items()}
    names = dict.fromkeys(name for of in figures.values() for name in of)
    head = ["ns a piece", *(f"{size:,} rules" for size in cells)]
    rows = [
        [name, *(_ns(of[name]) if name in of else "-" for of in figures.values())] for name in names
    ]
    yield from _table(head, rows)
    yield ""
    yield from _table(["", *head[1:]], [[name, *map(of, cells.values())] for name, of in _FACTS])


_FACTS: Final[tuple[tuple[str, Callable[[dict[str, Any]], str]], ...]] = (
    ("candidates a request", lambda cell: _mean(cell, "candidates")),
    ("candidates up to the winner", lambda cell: _mean(cell, "candidates_to_winner")),
    ("candidates the compiler expects", lambda c: f"{c['file']['expected_candidates']:,.1f}"),
    ("up to the winner, it expects", lambda c: f"{c['file']['expected_up_to_winner']:,.1f}"),
    ("bytes of the artifact", lambda cell: f"{cell['compile']['artifact_bytes']:,}"),
    ("bytes a profile row", lambda cell: f"{cell['row_bytes']:,.0f}"),
    ("compile, s", lambda cell: f"{cell['compile']['total_seconds']:.2f}"),
    ("compile after parsing, s", lambda c: f"{c['compile']['after_parsing_seconds']:.2f}"),
    ("slowest stages, s", lambda cell: _slowest(cell["compile"]["seconds"])),
    ("peak memory of the compiler, MiB", lambda c: f"{c['compile']['peak_bytes'] / 2**20:,.0f}"),
    ("two threads, columns bound", lambda cell: cell["threads"]["speed_up"]),
    ("no row", lambda cell: "; ".join(f"{k}: {v}" for k, v in cell["without"].items()) or "-"),
)


def _mean(cell: dict[str, Any], name: str) -> str:
    return f"{cell['world'][name]:,.1f}" if "world" in cell else "-"


def _slowest(seconds: Mapping[str, float]) -> str:
    first = sorted(seconds.items(), key=lambda item: -item[1])[:4]
    return ", ".join(f"{name} {value:.2f}" for name, value in first)


def _rates(cells: Cells, road: str) -> Iterator[str]:
    figures = {
        size: {
            name.removesuffix(f": {road}"): of
            for name, of in figures_of(cell).items()
            if name.endswith(f": {road}")
        }
        for size, cell in cells.items()
    }
    rows = [
        [name, *(_rate(of[name]) if name in of else "-" for of in figures.values())]
        for name in engines(cells, road)
    ]
    rows.append(["rulec against the best rival", *map(_against_best, figures.values())])
    yield from _table(["", *(f"{size:,} rules" for size in cells)], rows)


def _against_best(figures: Mapping[str, Figure]) -> str:
    rivals = {name: of for name, of in figures.items() if name != RULEC}
    if RULEC not in figures or not rivals:
        return "-"
    best = min(rivals, key=lambda name: rivals[name].median)
    mine, other = figures[RULEC], rivals[best]
    if mine.median > other.median and not mine.overlaps(other):
        return f"{best} is {ratio(mine, other)} faster"
    return f"{ratio(other, mine)} ({best})"


def _without(cells: Cells) -> Iterator[str]:
    yield "Without a row:"
    yield ""
    seen = dict.fromkeys(
        f"- {size:,} rules, {name}: {reason}."
        for size, cell in cells.items()
        for name, reason in cell["without"].items()
    )
    yield from seen or ["- nobody."]
    short = [
        f"- {size:,} rules, {name}: batches of {n_rows:,} rows."
        for size, cell in cells.items()
        for name, n_rows in cell.get("rows_a_batch", {}).items()
    ]
    if short:
        yield from ("", "Too slow for whole batches:", "", *short)


def _ns(of: Figure) -> str:
    return f"{_short(of.median)} ({_short(of.low)}-{_short(of.high)})"


def _rate(of: Figure) -> str:
    return f"{_short(1e9 / of.median)} ({_short(1e9 / of.high)}-{_short(1e9 / of.low)})"


def _short(value: float) -> str:
    """Three digits that mean something.

    >>> [_short(value) for value in (1.234, 56.78, 1234.5, 56789)]
    ['1.23', '56.8', '1,230', '56,800']
    """
    if value < 10:
        return f"{value:.2f}"
    if value < 100:
        return f"{value:.1f}"
    n_more = max(0, len(str(int(value))) - 3)
    return f"{round(value, -n_more):,.0f}"
