"""rulec's own paths under pytest-benchmark, for a look between two edits.

    python -m pytest benchmarks --benchmark-only [--benchmark-save NAME] [--benchmark-compare]

In: the dense world of 1,000 rules. The published figures come from `python -m benchmarks`, whose
rounds are interleaved; these are not, and are no figures to publish.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.classes import unique_rows
from benchmarks.engine import Engine, compiled
from benchmarks.kernel import Kernel, library
from benchmarks.requests import Requests, made
from benchmarks.rulesets import MAIN, ruleset
from benchmarks.worlds import World
from rulec.bench.rounds import calls
from rulec.driver import compile_ruleset
from rulec_runtime import open as open_program

WORLD = World("dense", 1_000)
N = 256


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.of(WORLD)


@pytest.fixture(scope="module")
def requests() -> Requests:
    return made(WORLD, N)


def test_profiles(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    benchmark(calls(engine.loop_profiles(), engine.profiles(requests)), N)


def test_dict(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    benchmark(calls(engine.loop_dicts(), requests.dicts), N)


def test_every_point(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    benchmark(calls(engine.loop_points(), engine.profiles(requests)), N)


def test_json(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    loop = engine.loop_json()
    assert loop is not None
    benchmark(calls(loop, [json.dumps(facts).encode() for facts in requests.dicts]), N)


@pytest.mark.parametrize("road", ["winner", "every point", "from facts"])
def test_kernel(
    benchmark: Callable[..., Any], engine: Engine, requests: Requests, road: str
) -> None:
    if library() is None:
        pytest.skip("no C compiler")
    path = compiled(WORLD)
    table = json.loads(path.with_suffix(".classes").read_text("utf-8"))
    rows, numbers = unique_rows(table, requests)
    kernel, point = Kernel(path.read_bytes()), engine.program.points.index(MAIN)
    kernel.add_all(rows, keeps_facts=True)
    roads = {
        "winner": kernel.resolving(numbers, point),
        "every point": kernel.every_point(numbers),
        "from facts": kernel.raw(numbers, point),
    }
    benchmark(roads[road], N)


def test_profile(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    items = [facts["item"] for facts in requests.dicts]
    benchmark(lambda: [engine.program.profile("item", facts) for facts in items])


def test_profile_ids(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    columns = {
        name: requests.table[name] for name in requests.table.column_names if "item." in name
    }
    benchmark(lambda: engine.program.profile_ids("item", columns))


def test_batch_bound(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    bound = engine.program.batch(requests.table)
    benchmark(lambda: bound.resolve(MAIN))


def test_batch_points(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    bound = engine.program.batch(requests.table)
    benchmark(lambda: bound.resolve_points(engine.program.points))


def test_batch(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    table = requests.table
    benchmark(lambda: engine.program.batch(table).resolve(MAIN))


def test_open(benchmark: Callable[..., Any]) -> None:
    benchmark(open_program, compiled(WORLD))


def test_compile(benchmark: Callable[..., Any]) -> None:
    rules = ruleset(World("dense", 100))
    benchmark(compile_ruleset, rules)
