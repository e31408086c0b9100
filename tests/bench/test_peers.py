"""Rivals give the right winners, and those that do not are found out.

What a rival needs beyond the test environment is pinned in benchmarks/peers/requirements.txt; where
it is not installed, its test skips: no rival is a dependency of the project.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks import peers
from benchmarks.cells import Cell
from benchmarks.requests import made
from benchmarks.worlds import Family, Rule, World

REQUIREMENTS = Path(peers.__file__).with_name("requirements.txt")


@cache
def world_of(family: Family) -> tuple[World, list[Rule], Cell]:
    """A world, its rules, and a sample with the right answers."""
    world = World(family, 250, "random")
    rules = list(world.rules())
    return world, rules, Cell.of(world, rules)


def rival_or_skip(name: str) -> type:
    try:
        found: type = peers.rival(name)
    except ImportError as error:
        pytest.skip(f"{name}: {error}")
    return found


@pytest.mark.parametrize("family", ["dense", "sparse"])
@pytest.mark.parametrize("name", peers.SINGLE)
def test_a_rival_of_single_calls_gives_the_right_winners(name: str, family: Family) -> None:
    found = rival_or_skip(name)
    world, rules, cell = world_of(family)
    rival = found(world, rules)
    answers = [rival.winner(rival.own(facts)) for facts in cell.requests.dicts]
    assert cell.check(name, answers)
    assert len(set(answers)) > 20


@pytest.mark.parametrize("family", ["dense", "sparse"])
@pytest.mark.parametrize("name", peers.BATCH)
def test_a_rival_of_batches_gives_the_right_winners(name: str, family: Family) -> None:
    found = rival_or_skip(name)
    world, rules, cell = world_of(family)
    rival = found(world, rules)
    answers = rival.winners(rival.own(cell.requests.table))
    assert cell.check(name, answers)
    assert len(set(answers.tolist())) > 20


def test_a_wrong_winner_is_found_out() -> None:
    _, _, cell = world_of("dense")
    answers = cell.expected.copy()
    answers[7] += 1
    assert not cell.check("wrong", answers)
    assert cell.without["wrong"] == "void: 1 of 300 winners are wrong"


def test_a_slow_rival_is_checked_on_what_it_answered() -> None:
    world, rules, _ = world_of("dense")
    cell = Cell.of(world, rules)
    assert cell.check("slow", cell.expected[:5])
    assert cell.notes["checked"]["slow"] == 5


def test_other_requests_have_other_winners() -> None:
    _, _, cell = world_of("dense")
    assert len(np.unique(cell.expected)) > 20
    assert cell.requests.dicts != made(cell.world, len(cell.requests)).dicts


def test_every_rival_is_pinned() -> None:
    lines = REQUIREMENTS.read_text("utf-8").splitlines()
    pinned = {line.partition("==")[0] for line in lines if "==" in line}
    for name in (*peers.SINGLE, *peers.BATCH):
        path = Path(peers.__file__).with_name(f"{name}.py")
        (line,) = (row for row in path.read_text("utf-8").splitlines() if "packages = " in row)
        needed = set(eval(line.partition("=")[2]))
        assert needed - {"numpy"} <= pinned
