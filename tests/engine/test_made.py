"""Decisions and codes are made when they are asked for: once, the same for everyone."""

from __future__ import annotations

import pickle
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from engine.handmade import artifact_of
from engine.made_shop import shop

from rulec_runtime import ArtifactError, Decision, Program, from_bytes

FACTS: dict[str, dict[str, Any]] = {"item": {"price": 1}, "seller": {"isTMSeller": True}}


@pytest.fixture
def program() -> Program:
    """A program nobody asked anything yet."""
    return from_bytes(artifact_of(shop()))


def test_a_decision_is_one_object(program: Program) -> None:
    decisions = program.decisions
    assert decisions[0] is decisions[0]
    assert decisions[-1] is decisions[len(decisions) - 1]
    won = program.resolve("Price.discount", FACTS)
    assert won is decisions[won.number]
    assert won is program.match(FACTS).resolve("Price.discount")


def test_decisions_are_a_sequence(program: Program) -> None:
    decisions = program.decisions
    everything = [decisions[i] for i in range(len(decisions))]
    assert isinstance(decisions, Sequence)
    assert list(decisions) == everything
    assert decisions[:] == tuple(everything)
    assert decisions[-3:1:-2] == tuple(everything[-3:1:-2])
    assert list(reversed(decisions)) == everything[::-1]
    assert everything[2] in decisions
    assert "else" not in decisions
    assert decisions.index(everything[2]) == 2
    assert decisions.count(everything[2]) == 1
    assert [decision.number for decision in decisions] == list(range(len(decisions)))
    for number in (len(decisions), -len(decisions) - 1, sys.maxsize):
        with pytest.raises(IndexError):
            decisions[number]
    wrong: Any
    for wrong in ("0", 1.0, None):
        with pytest.raises(TypeError):
            decisions[wrong]
    changed: Any = decisions
    with pytest.raises(TypeError):
        changed[0] = None


def test_iterating_survives_its_program() -> None:
    decisions = iter(from_bytes(artifact_of(shop())).decisions)
    first = next(decisions)
    assert [each.number for each in (first, *decisions)] == list(range(first.number, 10))


def test_equal_configurations_are_one_object(program: Program) -> None:
    configs = [decision.config for decision in program.decisions if decision.config is not None]
    assert len(configs) > 1
    assert all(one is other for one, other in pairwise(configs))


@pytest.mark.parametrize(
    "config",
    [
        '{"a":' * 100 + "1" + "}" * 100,
        '{"\\u0061": 1}',
        '{ "spaces" : [ 1 , 2 ] }',
        "{" + ",".join(f'"k{i}":{i}' for i in range(500)) + "}",
    ],
)
def test_json_that_c_is_not_sure_of_is_read_all_the_same(config: str) -> None:
    program = from_bytes(artifact_of(replace(shop(), config=config)))
    assert program.decisions[-1].config


@pytest.mark.parametrize(
    "config",
    [
        '{"a":1,"\\u0061":2}',
        "{" + ",".join(f'"k{i}":{i}' for i in [*range(500), 3]) + "}",
        '{"a":' + "9" * 5000 + "}",
    ],
)
def test_json_that_only_python_can_refuse_is_refused_at_open(config: str) -> None:
    with pytest.raises(ArtifactError) as refused:
        from_bytes(artifact_of(replace(shop(), config=config)))
    assert refused.value.check == "config"


def test_threads_that_come_first_together_get_one_object() -> None:
    content = artifact_of(shop())
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(30):
            program = from_bytes(content)
            found: list[tuple[Decision, ...]] = []
            start = threading.Barrier(4)

            def ask(program=program, found=found, start=start) -> None:
                start.wait()
                found.append(program.decisions[:])

            threads = [threading.Thread(target=ask) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(found) == 4
            for decisions in zip(*found, strict=True):
                assert len({id(decision) for decision in decisions}) == 1
    finally:
        sys.setswitchinterval(interval)


def test_what_belongs_to_a_program_cannot_be_pickled(program: Program) -> None:
    for part in (program, program.match(FACTS), program.decisions):
        with pytest.raises(TypeError, match="cannot be pickled: send"):
            pickle.dumps(part)
