"""Plots of the raw files: cost against rules and against candidates, log-log, all engines.

In: peers.json. Out: SVG files beside it, the same bytes for the same figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt

from benchmarks.bench_peers import FROM_COLUMNS, FROM_DICT, RULEC
from benchmarks.figures import Cells, cells_by_world, engines, figures_of

__all__ = ["draw", "draw_own"]

_ROADS: Final = {FROM_DICT: "single", FROM_COLUMNS: "batch"}
_TITLES: Final = {FROM_DICT: "one request from its dict", FROM_COLUMNS: "a row of raw columns"}


def draw(peers: Mapping[str, Any], folder: Path) -> list[Path]:
    """Draw every world of the raw file; the files drawn."""
    mpl.rcParams["svg.hashsalt"] = "rulec"
    drawn: list[Path] = []
    for (family, order), cells in cells_by_world(peers).items():
        for road, word in _ROADS.items():
            for against in ("rules", "candidates"):
                path = folder / f"{family}-{order}-{word}-{against}.svg"
                roads = [(name, f"{name}: {road}", name == RULEC) for name in engines(cells, road)]
                _draw(cells, roads, against, f"{family}, {_TITLES[road]}", path)
                drawn.append(path)
    return drawn


_OWN: Final = {
    "kernel, 64 requests": "kernel by profiles, 64 requests",
    "kernel, 20,000 requests": "kernel by profiles, 20,000 requests",
    "kernel, catalogue of cold item rows": "kernel, cold item rows",
    "kernel, every point, 64 requests": "kernel, 50 points",
    "profiles, 64 requests": "call by profiles",
    "dict, 256 requests": "call from a dict",
    "batch, raw columns, new rows": "batch from raw columns",
}
"""The roads of rulec that are drawn, and what a reader calls them."""


def draw_own(engine: Mapping[str, Any], folder: Path) -> list[Path]:
    """Draw rulec's own roads, world by world, against rules and against candidates."""
    mpl.rcParams["svg.hashsalt"] = "rulec"
    drawn: list[Path] = []
    for (family, order), cells in cells_by_world(engine).items():
        for against in ("rules", "candidates"):
            known = {size: cell for size, cell in cells.items() if "world" in cell}
            chosen = cells if against == "rules" else known
            roads = [
                (said, name, name == "kernel, 64 requests")
                for name, said in _OWN.items()
                if any(name in cell["rounds"] for cell in chosen.values())
            ]
            path = folder / f"{family}-{order}-rulec-{against}.svg"
            _draw(chosen, roads, against, f"rulec, {family}", path)
            drawn.append(path)
    return drawn


def _draw(
    cells: Cells, roads: Sequence[tuple[str, str, bool]], against: str, title: str, path: Path
) -> None:
    """One line a road: what it is called, which contestant it is, whether it stands out."""
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    for said, name, is_own in roads:
        found = [
            (_place(size, cell, against), figures_of(cell)[name])
            for size, cell in cells.items()
            if name in cell["rounds"]
        ]
        places = [place for place, _ in found]
        medians = [of.median for _, of in found]
        spread = [
            [of.median - of.low for _, of in found],
            [of.high - of.median for _, of in found],
        ]
        axes.errorbar(
            places,
            medians,
            yerr=spread,
            label=said,
            marker="o",
            markersize=6 if is_own else 4,
            linewidth=2.5 if is_own else 1,
            color="black" if is_own else None,
            capsize=2,
        )
    axes.set(xscale="log", yscale="log", title=title, ylabel="nanoseconds, median and quartiles")
    axes.set_xlabel("rules" if against == "rules" else "candidates up to the winner")
    axes.grid(visible=True, which="major", alpha=0.3)
    figure.legend(loc="outside right center", fontsize="small")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _place(size: int, cell: Mapping[str, Any], against: str) -> float:
    if against == "rules":
        return size
    candidates: float = cell["world"]["candidates_to_winner"]
    return max(candidates, 0.1)
