"""The largest sets: a million definitions, a thousand points, a hundred thousand bindings.

    python -m benchmarks.large definitions [N]      1,000,000
    python -m benchmarks.large points [N]           1,000
    python -m benchmarks.large bindings [N]         100,000

In: which, and how large. Out: a JSON object: seconds of processor time by stage, peak memory,
bytes, what opening and the first decision cost; an error where an answer differs. Winners of 200
requests are held to the reference, all points of a few to the oracle.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any, Final

from benchmarks.compile_world import compiled_with_cost
from benchmarks.engine import CACHE
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
N_ORACLE_CONDITIONS: Final = 1_000_000
"""Conditions that the oracle evaluates, at about 20 microseconds each."""
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
    return {
        "world": world.name,
        "points": n_points,
        "bindings": world.n_rules * n_bindings,
        **cost,
        "opening": opened,
        "checked": {
            "requests": _check_winners(program, world, requests),
            "points_by_oracle": _check_points(program, compiled.checked, requests),
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


def _check_points(program: Program, checked: CheckedRuleSet, requests: Requests) -> int:
    """Every point of some requests is the oracle's; how many answers were compared."""
    n = max(1, min(20, N_ORACLE_CONDITIONS // len(checked.conditions)))
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


if __name__ == "__main__":
    what, *size = sys.argv[1:]
    if what not in SHAPES:
        raise SystemExit(f"one of {', '.join(SHAPES)}, not {what}")
    print(json.dumps(measure(what, int(size[0]) if size else SHAPES[what]), indent=1))
