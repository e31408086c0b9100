"""Raw cells to figures, and figures to words.

In: the cells of a raw file, as `python -m benchmarks` writes them. Out: by world and size; the
figure of each contestant; numbers with three digits that mean something; who did not have the
processor to itself.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any, Final

from benchmarks.bench_peers import RULEC
from benchmarks.scaling import CPU_SHARE
from rulec.bench.rounds import Figure, Measured, figure

__all__ = ["Cells", "World", "cells_by_world", "crowded", "engines", "figures_of", "short"]

World = tuple[str, str]
"""Family and order."""
Cells = Mapping[int, dict[str, Any]]
_DIGITS: Final = 3


def cells_by_world(raw: Mapping[str, Any] | None) -> dict[World, Cells]:
    """The cells of a raw file by world and, in it, by size."""
    found: dict[World, dict[int, dict[str, Any]]] = {}
    for cell in raw["cells"] if raw is not None else ():
        found.setdefault((cell["family"], cell["order"]), {})[cell["n_rules"]] = cell
    return {world: dict(sorted(cells.items())) for world, cells in sorted(found.items())}


def _measured(of: Mapping[str, Any]) -> Measured:
    return Measured(of["n"], of["seconds"], of["cpu_seconds"])


def figures_of(cell: Mapping[str, Any]) -> dict[str, Figure]:
    """The figure of each contestant of a cell."""
    return {name: figure(_measured(of)) for name, of in cell["rounds"].items()}


def crowded(cell: Mapping[str, Any]) -> list[str]:
    """Who had the processor for less than 97 % of the median round: others shared the machine."""

    def share(of: Mapping[str, Any]) -> float:
        pairs = zip(of["cpu_seconds"], of["seconds"], strict=True)
        return statistics.median(cpu / wall for cpu, wall in pairs)

    return [name for name, of in cell["rounds"].items() if share(of) < CPU_SHARE]


def engines(cells: Cells, road: str) -> list[str]:
    """Who ran a road at any size, rulec first, the others by their first figure."""
    found: dict[str, float] = {}
    for cell in cells.values():
        for name, one in figures_of(cell).items():
            engine, _, ran = name.partition(": ")
            if ran == road:
                found.setdefault(engine, one.median)
    return sorted(found, key=lambda engine: (engine != RULEC, found[engine]))


def short(value: float) -> str:
    """Three digits that mean something.

    >>> [short(value) for value in (1.234, 56.78, 1234.5, 56789)]
    ['1.23', '56.8', '1,230', '56,800']
    """
    if value < 10:
        return f"{value:.2f}"
    if value < 100:
        return f"{value:.1f}"
    n_more = max(0, len(str(int(value))) - _DIGITS)
    return f"{round(value, -n_more):,.0f}"
