"""Raw files to tables: docs/benchmarks/results.md.

In: engine.json, peers.json and road.json as `python -m benchmarks` writes them. Out: Markdown.
Every number is a median of rounds with its quartiles; a ratio whose quartiles overlap says `not
shown`; a goal stands beside what was measured, met or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from benchmarks.bench_peers import FROM_COLUMNS, FROM_DICT, OWN_COLUMNS, OWN_FORM, RULEC
from benchmarks.figures import Cells, cells_by_world, crowded, engines, figures_of, short
from benchmarks.goals import bars, goals
from benchmarks.machine import line
from rulec.bench.rounds import Figure, ratio

__all__ = ["report"]


_HOW_TO_READ_GOALS: Final = """\
*Measured* is the kernel's own time, by a loop in C, where *from Python* has a figure; else it is
the call, or the batch, from Python. *Memory* is one load that waits for the one before it, in
memory of the size that the road walks through: a decision is a chain of a few such loads, of which
several requests of a batch may wait at once. A rival's figure is by its own form where the goal is
by profiles, else from the same dict or columns."""
_HOW_TO_READ_THE_BAR: Final = """\
Dense, most specific first, like with like: the request's dict in and the winner out, or raw columns
in and winners out, conversion counted for everyone. Requests a second."""


def report(
    engine: Mapping[str, Any] | None,
    peers: Mapping[str, Any] | None,
    road: Mapping[str, Any] | None = None,
) -> str:
    """The whole page."""
    first = engine or peers or road
    assert first is not None, "nothing was measured"
    lines = ["# Measured", "", *_header(first)]
    lines += _goals(engine, peers)
    lines += _real(road)
    if engine is not None:
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
    made_by = " ".join(raw["machine"]["command"])
    yield f"{raw.get('method', 'Interleaved rounds.')} Made by `{made_by}`."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "| --- |" + " ---: |" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _goals(engine: Mapping[str, Any] | None, peers: Mapping[str, Any] | None) -> Iterator[str]:
    limits = (engine or peers or {}).get("limits")
    rows = list(goals(cells_by_world(engine), cells_by_world(peers), limits))
    if rows:
        yield from ("", "## Goals", "")
        head = ["", "rules", "goal, ns", "measured, ns", "from Python, ns", "memory, ns"]
        yield from _table([*head, "best rival, ns", ""], rows)
        yield ""
        yield _HOW_TO_READ_GOALS
    against = list(bars(cells_by_world(peers)))
    if against:
        yield from ("", "## The bar", "")
        yield _HOW_TO_READ_THE_BAR
        yield ""
        yield from _table(["", "rules", "rulec", "rival", "times", "bar", ""], against)


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


def _mean(cell: dict[str, Any], name: str) -> str:
    return f"{cell['world'][name]:,.1f}" if "world" in cell else "-"


def _row_bytes(cell: dict[str, Any]) -> str:
    own = cell.get("kernel_row_bytes", {})
    return ", ".join(f"{name} {value:,.0f}" for name, value in own.items()) or "-"


def _slowest(seconds: Mapping[str, float]) -> str:
    first = sorted(seconds.items(), key=lambda item: -item[1])[:4]
    return ", ".join(f"{name} {value:.2f}" for name, value in first)


def _catalogue_rows(cell: dict[str, Any]) -> str:
    return f"{cell['catalogue']['rows']:,}" if "catalogue" in cell else "-"


_FACTS: Final[tuple[tuple[str, Callable[[dict[str, Any]], str]], ...]] = (
    ("candidates a request", lambda cell: _mean(cell, "candidates")),
    ("candidates up to the winner", lambda cell: _mean(cell, "candidates_to_winner")),
    ("candidates the compiler expects", lambda c: f"{c['file']['expected_candidates']:,.1f}"),
    ("up to the winner, it expects", lambda c: f"{c['file']['expected_up_to_winner']:,.1f}"),
    ("bytes of the artifact", lambda cell: f"{cell['compile']['artifact_bytes']:,}"),
    ("bytes a row of the kernel", _row_bytes),
    ("bytes a profile, as Python keeps it", lambda cell: f"{cell['row_bytes']:,.0f}"),
    ("rows of the catalogue", _catalogue_rows),
    ("compile, s", lambda cell: f"{cell['compile']['total_seconds']:.2f}"),
    ("compile after parsing, s", lambda c: f"{c['compile']['after_parsing_seconds']:.2f}"),
    ("slowest stages, s", lambda cell: _slowest(cell["compile"]["seconds"])),
    ("peak memory of the compiler, MiB", lambda c: f"{c['compile']['peak_bytes'] / 2**20:,.0f}"),
    ("two threads, columns bound", lambda cell: cell["threads"]["speed_up"]),
    ("others had the processor", lambda cell: "; ".join(crowded(cell)) or "-"),
    ("no row", lambda cell: "; ".join(f"{k}: {v}" for k, v in cell["without"].items()) or "-"),
)


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


def _real(road: Mapping[str, Any] | None) -> Iterator[str]:
    """The real sets, row by row."""
    if road is None:
        return
    yield from ("", "## Real traffic", "")
    yield "The examples over their recorded rows; the first ones of each were put to the oracle."
    yield ""
    figures = figures_of(road)
    rows = [[name, short(1e9 / of.median), _ns(of)] for name, of in figures.items()]
    yield from _table(["", "rows/s", "ns a row"], rows)
    for name, reason in road.get("without", {}).items():
        yield from ("", f"No row: {name}: {reason}.")


def _without(cells: Cells) -> Iterator[str]:
    yield "Without a row:"
    yield ""
    seen = dict.fromkeys(
        f"- {size:,} rules, {name}: {reason}."
        for size, cell in cells.items()
        for name, reason in cell["without"].items()
    )
    yield from seen or ["- nobody."]
    few = [
        f"- {size:,} rules, {name}: batches of {n_rows:,} rows."
        for size, cell in cells.items()
        for name, n_rows in cell.get("rows_a_batch", {}).items()
    ]
    if few:
        yield from ("", "Too slow for whole batches:", "", *few)


def _ns(of: Figure) -> str:
    return f"{short(of.median)} ({short(of.low)}-{short(of.high)})"


def _rate(of: Figure) -> str:
    return f"{short(1e9 / of.median)} ({short(1e9 / of.high)}-{short(1e9 / of.low)})"
