"""rulec's own paths under pytest-benchmark, for a look between two edits.

    python -m pytest benchmarks --benchmark-only [--benchmark-save NAME] [--benchmark-compare]

In: the dense world of 1,000 rules. The published figures come from `python -m benchmarks`, whose
rounds are interleaved; these are not, and are no figures to publish.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.engine import Engine, compiled
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


def test_batch(benchmark: Callable[..., Any], engine: Engine, requests: Requests) -> None:
    table = requests.table
    benchmark(lambda: engine.program.batch(table).resolve(MAIN))


def test_open(benchmark: Callable[..., Any]) -> None:
    benchmark(open_program, compiled(WORLD))


def test_compile(benchmark: Callable[..., Any]) -> None:
    rules = ruleset(World("dense", 100))
    benchmark(compile_ruleset, rules)
