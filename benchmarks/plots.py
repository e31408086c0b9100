"""Plots of the raw files: cost against rules and against candidates, log-log, all engines.

In: peers.json. Out: SVG files beside it, the same bytes for the same figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt

from benchmarks.bench_peers import FROM_COLUMNS, FROM_DICT, RULEC
from benchmarks.report import Cells, cells_by_world, engines, figures_of

__all__ = ["draw"]

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
                _draw(cells, road, against, f"{family}, {_TITLES[road]}", path)
                drawn.append(path)
    return drawn


def _draw(cells: Cells, road: str, against: str, title: str, path: Path) -> None:
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    for name in engines(cells, road):
        found = [
            (_place(size, cell, against), figures_of(cell)[f"{name}: {road}"])
            for size, cell in cells.items()
            if f"{name}: {road}" in cell["rounds"]
        ]
        places = [place for place, _ in found]
        medians = [of.median for _, of in found]
        spread = [
            [of.median - of.low for _, of in found],
            [of.high - of.median for _, of in found],
        ]
        is_own = name == RULEC
        axes.errorbar(
            places,
            medians,
            yerr=spread,
            label=name,
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
