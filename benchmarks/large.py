"""The largest sets: a million definitions, a thousand points, a hundred thousand bindings.

    python -m benchmarks.large definitions [N] [--out FOLDER]      1,000,000
    python -m benchmarks.large points [N] [--out FOLDER]           1,000
    python -m benchmarks.large bindings [N] [--out FOLDER]         100,000
    python -m benchmarks.large page --out FOLDER                   large.md from large.json

In: which, and how large. Out: a JSON object: seconds of processor time by stage, peak memory,
bytes, what opening and the first decision cost; an error where an answer differs. With a folder it
takes its place in large.json there, and large.md is made anew.

Winners of 200 requests are held to the reference, which asks every rule clause by clause; all
points of some requests to the oracle, which asks every condition: 20 of them, as far as
`N_ORACLE_CONDITIONS` goes, and no fewer than `FEWEST_ORACLE`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.compile_world import compiled_with_cost
from benchmarks.engine import CACHE
from benchmarks.machine import line, machine, versions
from benchmarks.reference import winners
from benchmarks.requests import Requests, made
from benchmarks.rulesets import MAIN, rank_of, ruleset
from benchmarks.worlds import World
from rulec.check.tree import CheckedRuleSet
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import matching, resolve
from rulec_runtime import Program, from_bytes
from rulec_runtime import open as open_program

N_REQUESTS: Final = 200
N_ORACLE: Final = 20
N_ORACLE_CONDITIONS: Final = 1_000_000
"""Conditions that the oracle evaluates, at about 20 microseconds each."""
FEWEST_ORACLE: Final = 3
N_OPENED: Final = 9
N_RULES_OF_POINTS: int = 2_000
SHAPES: Final = {"definitions": 1_000_000, "points": 1_000, "bindings": 100_000}


def measure(what: str, n: int) -> dict[str, Any]:
    """Compile, open and ask one large set."""
    world, n_points, n_bindings = _shape(what, n)
    compiled, cost = compiled_with_cost(ruleset(world, n_points, n_bindings))
    path = CACHE / f"large-{what}-{n}.rulec"
    CACHE.mkdir(parents=True, exist_ok=True)
    from_bytes(compiled.artifact).save(path)
    assert compiled.checked is not None
    requests = made(world, N_REQUESTS)
    opened = _opened(path, requests)
    program = open_program(path)
    n_oracle = max(FEWEST_ORACLE, min(N_ORACLE, N_ORACLE_CONDITIONS // world.n_rules))
    return {
        "what": what,
        "world": world.name,
        "definitions": world.n_rules,
        "points": n_points,
        "bindings": world.n_rules * n_bindings,
        **cost,
        "opening": opened,
        "checked": {
            "requests": _check_winners(program, world, requests),
            "requests_by_oracle": n_oracle,
            "points_by_oracle": _check_points(program, compiled.checked, requests, n_oracle),
        },
    }


def _shape(what: str, n: int) -> tuple[World, int, int]:
    """The world, its points, and how many of them each rule binds."""
    if what == "definitions":
        return World("sparse", n, "specific"), 50, 2
    if what == "points":
        return World("sparse", N_RULES_OF_POINTS, "specific"), n, 20
    return World("sparse", max(n // 50, 1), "specific"), 50, 50


def _opened(path: Any, requests: Requests) -> dict[str, float]:
    """Milliseconds of processor time: to open, and to open and decide the first request."""
    facts = requests.dicts[0]
    both: list[float] = []
    alone: list[float] = []
    for _ in range(N_OPENED):
        start = time.process_time()
        program = open_program(path)
        alone.append(time.process_time() - start)
        program.resolve(MAIN, facts)
        both.append(time.process_time() - start)
        del program
    return {
        "open_ms": 1e3 * statistics.median(alone),
        "open_and_decide_ms": 1e3 * statistics.median(both),
    }


def _check_winners(program: Program, world: World, requests: Requests) -> int:
    """Every winner of the main point is the reference's; how many requests were asked."""
    expected = winners(world.rules(), requests).tolist()
    found = [rank_of(program.resolve(MAIN, facts).code) for facts in requests.dicts]
    if found != expected:
        raise SystemExit("the engine and the reference differ")
    return len(found)


def _check_points(program: Program, checked: CheckedRuleSet, requests: Requests, n: int) -> int:
    """Every point of the first n requests is the oracle's; how many answers were compared."""
    n_compared = 0
    for facts in requests.dicts[:n]:
        matched = matching(checked, read_facts(checked.ruleset.vocabulary, facts))
        decisions = program.match(facts).resolve_points(program.points)
        for point, decision in zip(checked.ruleset.points, decisions, strict=True):
            expected = resolve(matched, point)
            if (decision.code, decision.implementation) != (
                expected.code,
                expected.implementation.name if expected.implementation else None,
            ):
                raise SystemExit(f"the engine and the oracle differ at {point.code}: {facts}")
            n_compared += 1
    return n_compared


def keep(folder: Path, measured: Mapping[str, Any]) -> None:
    """Give a measured set its place in large.json, of what was measured of that size before."""
    path = folder / "large.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {"sets": []}
    others = [one for one in kept["sets"] if _place(one) != _place(measured)]
    result = {
        "schema": "rulec.bench.large",
        "version": 1,
        "sets": sorted([*others, measured], key=_place),
    }
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


def _place(measured: Mapping[str, Any]) -> tuple[str, int, int]:
    return measured["what"], measured["definitions"], measured["points"]


def page(result: Mapping[str, Any]) -> str:
    """The page: every figure from the raw file."""
    return "\n".join(_lines(result["sets"])) + "\n"


def _lines(sets: list[dict[str, Any]]) -> Iterator[str]:
    yield from ("# The largest sets", "")
    yield "Made by `benchmarks/large.py` from `large.json`. Each set was compiled once, in its own"
    yield "process; seconds and milliseconds are processor time; opening is the median of nine."
    yield from (
        "",
        "| definitions | points | bindings | parse, s | after parsing, s | peak memory, MiB |",
    )
    yield "| ---: | ---: | ---: | ---: | ---: | ---: |"
    for one in sets:
        parse, rest = one["seconds"]["parse"], one["after_parsing_seconds"]
        yield _row(one, f"{parse:,.1f}", f"{rest:,.1f}", f"{one['peak_bytes'] / 2**20:,.0f}")
    yield from ("", "| definitions | points | bindings | program, MB | open, ms | and decide, ms |")
    yield "| ---: | ---: | ---: | ---: | ---: | ---: |"
    for one in sets:
        opening = one["opening"]
        yield _row(
            one,
            f"{one['artifact_bytes'] / 1e6:,.1f}",
            f"{opening['open_ms']:,.1f}",
            f"{opening['open_and_decide_ms']:,.1f}",
        )
    yield from (
        "",
        "Peak memory holds the rule set itself, made in memory, and all that a compile gives back.",
    )
    yield "Every winner was compared before a figure was kept:"
    yield from (
        "",
        "| definitions | points | bindings | winners by the reference | points by the oracle |",
    )
    yield "| ---: | ---: | ---: | ---: | ---: |"
    for one in sets:
        checked = one["checked"]
        asked = f"{checked['points_by_oracle']:,} of {checked['requests_by_oracle']} requests"
        yield _row(one, f"{checked['requests']:,}", asked)
    yield from ("", "Measured on:", "")
    for one in sets:
        found = ", ".join(f"{name} {version}" for name, version in one["versions"].items())
        sizes = f"{one['definitions']:,} definitions, {one['points']:,} points"
        yield f"- {sizes}: {line(one['machine'])}; {found}"


def _row(one: Mapping[str, Any], *figures: str) -> str:
    sizes = (f"{one[name]:,}" for name in ("definitions", "points", "bindings"))
    return "| " + " | ".join((*sizes, *figures)) + " |"


def main() -> None:
    """Measure, show, keep."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=(*SHAPES, "page"))
    parser.add_argument("size", type=int, nargs="?")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    if given.what != "page":
        measured = measure(given.what, given.size or SHAPES[given.what])
        measured |= {"machine": machine(), "versions": versions(["rulec", "lark"])}
        print(json.dumps(measured, indent=1))
        if given.out:
            keep(given.out, measured)
    if given.out:
        kept = json.loads((given.out / "large.json").read_text("utf-8"))
        (given.out / "large.md").write_text(page(kept), "utf-8")


if __name__ == "__main__":
    main()
