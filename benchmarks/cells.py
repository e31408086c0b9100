"""One cell of a benchmark: a world, its checked contestants, their rounds.

In: contestants, each with the answers it gave for the checked sample. Out: a plain dict for the raw
file: every round, and for a contestant that has no row, why. An engine whose answers are not the
reference's is void, however fast it was.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.access import access
from benchmarks.reference import winners
from benchmarks.requests import Requests, made
from benchmarks.worlds import Atom, Family, Order, Rule, World
from rulec.bench.rounds import N_ROUNDS, ROUND_SECONDS, Contestant, measure

__all__ = ["N_CHECKED", "Cell", "checked_rules", "world_of", "world_options"]

N_CHECKED: Final = 300
CHECKED_STREAM: Final = 7
CHECK_SECONDS: Final = 5.0
"""A slow engine answers as many of the sample as it can in this time."""


def world_options(description: str) -> ArgumentParser:
    """What every benchmark of one world is told: the world, and how long it is measured."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--family", choices=get_args(Family), default="dense")
    parser.add_argument("--size", type=int, default=1_000)
    parser.add_argument("--order", choices=get_args(Order), default="specific")
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--round-seconds", type=float, default=ROUND_SECONDS)
    return parser


def world_of(given: Namespace) -> World:
    """The world that was named."""
    return World(given.family, given.size, given.order)


@dataclass
class Cell:
    """What is measured of one world."""

    world: World
    requests: Requests
    """The sample that every contestant answers first."""
    expected: NDArray[np.int64]
    contestants: list[Contestant] = field(default_factory=list)
    without: dict[str, str] = field(default_factory=dict)
    """Contestants that have no row, and why."""
    notes: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, rules: Sequence[Rule] | None = None) -> Cell:
        requests = made(world, N_CHECKED, CHECKED_STREAM)
        return cls(world, requests, winners(rules or world.rules(), requests))

    def check(self, name: str, answers: Sequence[int] | NDArray[np.int64]) -> bool:
        """Whether the answers to the first requests of the sample are right; said if not."""
        n_wrong = int(np.sum(np.asarray(answers) != self.expected[: len(answers)]))
        self.notes.setdefault("checked", {})[name] = len(answers)
        if n_wrong:
            self.without[name] = f"void: {n_wrong} of {len(answers)} winners are wrong"
        return not n_wrong

    def check_calls(self, name: str, winner: Callable[[Any], int], items: Sequence[Any]) -> bool:
        """The same for one call a request, within a bound of time."""
        answers: list[int] = []
        end = time.perf_counter() + CHECK_SECONDS
        for item in items:
            answers.append(winner(item))
            if time.perf_counter() > end:
                break
        return self.check(name, answers)

    def add(self, name: str, run: Callable[[int], object], unit: int = 1) -> None:
        """A contestant; `run` as of `Contestant`."""
        self.contestants.append(Contestant(name, run, unit))

    def add_batch(self, name: str, n_rows: int, answer: Callable[[], object]) -> None:
        """A batch of so many rows as a contestant; a round does whole batches."""

        def run(n: int) -> None:
            for _ in range(n // n_rows):
                answer()

        self.add(name, run, n_rows)

    def measured(self, n_rounds: int, round_seconds: float) -> dict[str, Any]:
        """Run the rounds; the cell as the raw file keeps it."""
        found = measure(self.contestants, n_rounds, round_seconds)
        return {
            "family": self.world.family,
            "order": self.world.order,
            "n_rules": self.world.n_rules,
            "seed": self.world.seed,
            "rounds": {
                name: {"n": of.n, "seconds": of.seconds, "cpu_seconds": of.cpu_seconds}
                for name, of in found.items()
            },
            "without": self.without,
            **self.notes,
        }


def checked_rules(world: World, rules: Sequence[Rule], requests: Requests) -> dict[str, float]:
    """Mean rules a request matches, and those an index by the rarest value would look at.

    `candidates` counts the rules found through their access value (and those that nothing finds),
    `candidates_to_winner` those of them that are no weaker than the winner. They depend on the
    world alone, so every engine's cost can be drawn against them.
    """
    by_value: dict[Atom | None, list[int]] = {}
    for rule in rules:
        clause, _ = access(world, rule)
        for atom in clause.atoms if clause else (None,):
            by_value.setdefault(atom, []).append(rule.rank)
    expected = winners(rules, requests)
    n_all = n_to_winner = 0
    for facts, rank in zip(requests.dicts, expected.tolist(), strict=True):
        atoms: list[Atom | None] = [Atom("item.tags", "has", tag) for tag in facts["item"]["tags"]]
        atoms += [
            Atom(f"{entity}.{name}", "is", value)
            for entity, of in facts.items()
            for name, value in of.items()
            if name != "tags"
        ]
        ranks = np.array([n for atom in (*atoms, None) for n in by_value.get(atom, ())])
        n_all += len(ranks)
        n_to_winner += int(np.sum(ranks <= rank)) if rank >= 0 else len(ranks)
    return {
        "candidates": n_all / len(requests),
        "candidates_to_winner": n_to_winner / len(requests),
        "no_winner": float(np.mean(expected < 0)),
    }
