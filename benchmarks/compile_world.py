"""Compile one made world, in a process of its own: time by stage, peak memory, bytes.

    python -m benchmarks.compile_world FAMILY N_RULES ORDER [SEED]

In: a world. Out: its artifact in build/benchmarks, and beside it how values become classes
(`classes.py`) and a JSON object of what it cost. Each stage is timed
around the driver's own call of it, so what is measured is the compiler as it runs; `rest` is what
lies between. Up to a thousand rules, twenty requests are put to the oracle and to the reference
that checks every engine.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, get_args

from benchmarks.classes import class_table
from benchmarks.engine import CACHE, artifact_path
from benchmarks.reference import winners
from benchmarks.requests import made
from benchmarks.rulesets import MAIN, rank_of, ruleset
from benchmarks.worlds import Family, Order, World
from rulec import driver
from rulec.check.tree import CheckedRuleSet
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import matching, resolve
from rulec_runtime import from_bytes

STAGES: Final = ("parse", "check_condition", "simplify", "factor", "ties", "lay_out", "write")
MOST_FOR_ORACLE: Final = 1_000
N_ORACLE: Final = 20


def compile_world(world: World) -> dict[str, Any]:
    """Compile, keep the artifact, and say what it cost."""
    start = time.perf_counter()
    rules = ruleset(world)
    made_seconds = time.perf_counter() - start
    base_bytes = _peak_bytes()
    seconds = defaultdict[str, float](float)
    for name in STAGES:
        if hasattr(driver, name):
            setattr(driver, name, _timed(getattr(driver, name), name, seconds))
    start = time.perf_counter()
    compiled = driver.compile_ruleset(rules)
    total = time.perf_counter() - start
    peak_bytes = _peak_bytes()
    if compiled.artifact is None:
        raise SystemExit(f"the world does not compile: {compiled.findings[:3]}")
    assert compiled.checked is not None
    oracle = _oracle_differences(world, compiled.checked)
    if oracle is not None and oracle["differences"]:
        raise SystemExit(f"the reference is wrong, so nothing can be checked: {oracle}")
    CACHE.mkdir(parents=True, exist_ok=True)
    path = artifact_path(world)
    from_bytes(compiled.artifact).save(path)
    cost = {
        "seconds": {**seconds, "rest": total - sum(seconds.values())},
        "total_seconds": total,
        "after_parsing_seconds": total - seconds.get("parse", 0.0),
        "making_the_rules_seconds": made_seconds,
        "peak_bytes": peak_bytes,
        "peak_bytes_before": base_bytes,
        "artifact_bytes": len(compiled.artifact),
        "n_terms": sum(map(len, compiled.terms.values())),
        "oracle": oracle,
    }
    path.with_suffix(".classes").write_text(json.dumps(class_table(compiled)), "utf-8")
    path.with_suffix(".json").write_text(json.dumps(cost, indent=1) + "\n", "utf-8")
    return cost


def _timed(
    stage: Callable[..., Any], name: str, seconds: defaultdict[str, float]
) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return stage(*arguments, **named)
        finally:
            seconds[name] += time.perf_counter() - start

    return run


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _oracle_differences(world: World, checked: CheckedRuleSet) -> dict[str, int] | None:
    """How often the reference and the oracle named different winners; None: not asked."""
    if world.n_rules > MOST_FOR_ORACLE:
        return None
    requests = made(world, N_ORACLE)
    point = next(item for item in checked.ruleset.points if item.code == MAIN)
    expected = winners(world.rules(), requests).tolist()
    found = [
        rank_of(
            resolve(matching(checked, read_facts(checked.ruleset.vocabulary, facts)), point).code
        )
        for facts in requests.dicts
    ]
    n_wrong = sum(rank != right for rank, right in zip(found, expected, strict=True))
    return {"requests": N_ORACLE, "differences": n_wrong}


if __name__ == "__main__":
    family, n_rules, order, *seed = sys.argv[1:]
    assert family in get_args(Family)
    assert order in get_args(Order)
    print(json.dumps(compile_world(World(family, int(n_rules), order, int((seed or ["1"])[0])))))
