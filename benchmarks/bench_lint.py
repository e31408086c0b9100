"""What does a complete lint cost, what does it find, and what does one edit cost?

    python -m benchmarks.bench_lint [--sizes 1000,10000] [--kinds lint,edits,ties]
                                   [--limit 60] [--edits 9] [--out FOLDER]

In: made worlds in 100 files each. Out: lint.json and lint.md, a cell a row. Each cell is measured
once, in a process of its own, for at most `--limit` seconds; one that takes longer says so. Cells:

`lint`   time of reading, parsing and checking, then of all the rest; peak memory; findings
`ties`   the same world where ten businesses share a rank, so that nothing decides between them
`edits`  `Session.update` of one file, another one each time, in milliseconds: every round
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from benchmarks.machine import line, machine, versions
from benchmarks.rulesets import write_files
from benchmarks.worlds import Family, World
from rulec.analysis.ties import MOST_MORE
from rulec.bench.rounds import N_ROUNDS, quartiles
from rulec.driver import Compiled, compile_folder
from rulec.lints import engine, subject
from rulec.lints.engine import Report
from rulec.lints.session import Session
from rulec.render.groups import groups

FAMILIES: Final[tuple[Family, ...]] = ("dense", "sparse")
N_FILES: Final = 100
A_RANK: Final = 10
"""Businesses that share a rank where ties are asked for."""
AS_OF: Final = date(2026, 1, 1)
_RANK: Final = re.compile(r"^rank = (\d+)$", re.M)
_IDENTITY: Final = re.compile(r"^identity = '(.*)'$", re.M)

Cell = dict[str, Any]


def linted(root: Path) -> tuple[Report, Cell]:
    """One complete lint: processor seconds up to where every condition is checked, and from there;
    peak memory in bytes."""
    parsing: list[float] = []

    def timed(*given: Any, **options: Any) -> Compiled:
        found = compile_folder(*given, **options)
        parsing.append(found.seconds["read"] + found.seconds["check"])
        return found

    setattr(subject, compile_folder.__name__, timed)
    start = time.process_time()
    report = engine.inspect(root, as_of=AS_OF)
    total = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    after = total - parsing[0]
    return report, {"parse_seconds": parsing[0], "lint_seconds": after, "peak_bytes": peak}


def lint(root: Path) -> Cell:
    """What a lint costs, and its findings by code."""
    report, cost = linted(root)
    return {**cost, "findings": dict(sorted(Counter(one.code for one in report.findings).items()))}


def ties(root: Path) -> Cell:
    """The pairs that a lint says nothing decides between, and the groups it shows them in."""
    for path in (root / "businesses").iterdir():
        text = path.read_text("utf-8")
        shared = _RANK.sub(lambda found: f"rank = {int(found[1]) // A_RANK}", text)
        path.write_text(shared, "utf-8")
    report, cost = linted(root)
    pairs = [one for one in report.findings if one.code == "LOG310"]
    return {**cost, "pairs": len(pairs), "groups": len(groups(pairs))}


def edits(root: Path, n_edits: int) -> Cell:
    """Every edit of a session, in milliseconds: the first business of a file gets narrower."""
    session = Session(root, as_of=AS_OF)
    paths = sorted((root / "businesses").iterdir())
    rounds: list[float] = []
    for number in range(n_edits + 1):
        path = paths[number * 7 % len(paths)]
        text = path.read_text("utf-8")
        edited = _IDENTITY.sub(r"identity = '(\1) && seller.level >= 1'", text, count=1)
        assert edited != text
        start = time.perf_counter()
        session.update(path, edited)
        rounds.append((time.perf_counter() - start) * 1e3)
    return {"milliseconds": rounds[1:]}


def measured(kind: str, world: World, n_edits: int) -> Cell:
    """One cell, in this process."""
    roads: dict[str, Callable[[Path], Cell]] = {
        "lint": lint,
        "ties": ties,
        "edits": lambda root: edits(root, n_edits),
    }
    with tempfile.TemporaryDirectory() as folder:
        root = write_files(world, Path(folder), -(-world.n_rules // N_FILES))
        return roads[kind](root)


def in_child(kind: str, family: Family, size: int, n_edits: int, limit: float) -> Cell:
    """One cell, in a process that ends after `limit` seconds."""
    words = ["--cell", f"{kind},{family},{size}", "--edits", str(n_edits)]
    cell: Cell = {"kind": kind, "family": family, "rules": size}
    command = [sys.executable, "-m", "benchmarks.bench_lint", *words]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return {**cell, "not_finished_in_seconds": limit}
    return {**cell, **json.loads(said.stdout)}


def table(result: Cell) -> str:
    """The page: every figure from the raw file."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Cell) -> Iterator[str]:
    yield from ("# What a lint costs", "")
    yield f"Made by `benchmarks/bench_lint.py` from `lint.json`. {line(result['machine'])}."
    yield f"Each cell ran once, in a process of its own; worlds are in {N_FILES} files."
    by_kind = {
        kind: [cell for cell in result["cells"] if cell["kind"] == kind]
        for kind in ("lint", "edits", "ties")
    }
    yield from ("", "## Time and memory", "")
    yield "Processor time: to read, parse and check every condition; then for all the rest, the"
    yield "program that witnesses are replayed on among it."
    yield from ("", "| world | rules | parse and check, s | lint, s | peak memory, MiB |")
    yield "| --- | ---: | ---: | ---: | ---: |"
    for cell in by_kind["lint"]:
        yield _row(cell, 3, _cost_words)
    yield from ("", "## One edit of one file", "")
    yield "| world | rules | median, ms | quartiles, ms | edits |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for cell in by_kind["edits"]:
        yield _row(cell, 3, _edit_words)
    yield from ("", "## Bindings that win nowhere", "")
    yield "`LOG301`: one definition explains it; `LOG302`: only several together do."
    yield from ("", "| world | rules | LOG301 | LOG302 | all findings |")
    yield "| --- | ---: | ---: | ---: | ---: |"
    for cell in by_kind["lint"]:
        yield _row(
            cell,
            3,
            lambda c: [
                f"{c['findings'].get('LOG301', 0):,}",
                f"{c['findings'].get('LOG302', 0):,}",
                f"{sum(c['findings'].values()):,}",
            ],
        )
    yield from ("", "## Ties", "")
    yield f"The same worlds where {A_RANK} businesses share a rank: pairs that `LOG310` reports (of"
    yield f"each definition the first, and {MOST_MORE:,} more), and the groups they are shown in."
    yield from ("", "| world | rules | pairs | groups | parse and check, s | lint, s | peak, MiB |")
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for cell in by_kind["ties"]:
        yield _row(cell, 5, lambda c: [f"{c['pairs']:,}", f"{c['groups']:,}", *_cost_words(c)])
    yield from ("", "## Findings by code", "")
    yield from ("| world | rules | findings |", "| --- | ---: | --- |")
    for cell in by_kind["lint"]:
        yield _row(
            cell, 1, lambda c: [", ".join(f"{code} {n:,}" for code, n in c["findings"].items())]
        )


def _cost_words(cell: Cell) -> list[str]:
    seconds = [f"{cell[part]:.2f}" for part in ("parse_seconds", "lint_seconds")]
    return [*seconds, f"{cell['peak_bytes'] / 2**20:,.0f}"]


def _edit_words(cell: Cell) -> list[str]:
    found = quartiles(cell["milliseconds"])
    return [
        f"{found.median:,.0f}",
        f"{found.low:,.0f} - {found.high:,.0f}",
        str(len(cell["milliseconds"])),
    ]


def _row(cell: Cell, n_columns: int, words: Callable[[Cell], list[str]]) -> str:
    late = cell.get("not_finished_in_seconds")
    figures = words(cell) if late is None else [f"not finished in {late:g} s"]
    figures += [""] * (n_columns - len(figures))
    return "| " + " | ".join([cell["family"], f"{cell['rules']:,}", *figures]) + " |"


def main() -> None:
    """Measure each cell in a child, keep, show."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--kinds", default="lint,edits,ties")
    parser.add_argument("--edits", type=int, default=N_ROUNDS)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cell", help="measure one cell here: KIND,FAMILY,SIZE")
    given = parser.parse_args()
    if given.cell:
        kind, family, size = given.cell.split(",")
        world = World(cast("Family", family), int(size))
        print(json.dumps(measured(kind, world, given.edits)))
        return
    result: Cell = {
        "schema": "rulec.bench.lint",
        "version": 2,
        "machine": machine(),
        "versions": versions(["rulec", "lark"]),
        "cells": [],
    }
    for size in map(int, given.sizes.split(",")):
        for family in FAMILIES:
            for kind in given.kinds.split(","):
                result["cells"].append(in_child(kind, family, size, given.edits, given.limit))
    print(table(result))
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "lint.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        (given.out / "lint.md").write_text(table(result), "utf-8")


if __name__ == "__main__":
    main()
