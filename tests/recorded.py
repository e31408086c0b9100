"""Recorded traffic, held to the oracle row by row.

The oracle is slow, so its answers are kept, by exact values and never by rounded or shortened ones.
`compare` evaluates a condition once for each distinct tuple of the facts it reads, and lets the
oracle walk the points once for each distinct outcome of all conditions, rollouts and windows: the
walk looks at nothing else. That claim is held to the whole oracle on rows in between, and on every
distinct row where `compare` is told so. Every row is compared with its answer.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from roads import Answer, Road, win_of

from rulec.check.tree import CheckedRuleSet, Typed
from rulec.logic import leaves
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import Facts, read_facts
from rulec.oracle.resolve import Win, broken_assumption
from rulec.traffic.recording import Traffic
from rulec.traffic.times import TimeColumn

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EVERY = 499
"""Of how many rows the whole oracle is asked one; a prime, which no pattern of the data meets."""

Row = tuple[Any, ...]
"""The values of one row, a fact each; tags are tuples."""


def make_traffic(example: str, data: Path, out: Path) -> Path:
    """The traffic that an example makes of recorded files."""
    maker = EXAMPLES / example / "make_traffic.py"
    subprocess.run([sys.executable, maker, data, out], check=True, capture_output=True)
    return out


def requests_of(facts: Mapping[str, pa.Array]) -> list[dict[str, dict[str, Any]]]:
    """The rows of a record batch as the dicts a caller would give."""
    columns = {path: array.to_pylist() for path, array in facts.items()}
    rows = zip(*columns.values(), strict=True)
    requests: list[dict[str, dict[str, Any]]] = []
    for row in rows:
        request: dict[str, dict[str, Any]] = {}
        for path, value in zip(columns, row, strict=True):
            entity, _, fact = path.partition(".")
            request.setdefault(entity, {})[fact] = value
        requests.append(request)
    return requests


class Oracle:
    """The oracle's answer to a row of values, from what it said before."""

    def __init__(self, road: Road, paths: Sequence[str]) -> None:
        self._road = road
        self._paths = tuple(paths)
        self._windows = _windows(road.checked)
        self._conditions = [
            (tree, [self._paths.index(path) for path in _facts_read(tree)], {})
            for tree in _conditions(road.checked)
        ]
        self._answers: dict[Row, int] = {}
        self.answers: list[Answer] = []
        """The distinct ones; each outcome has its own."""

    @property
    def n_evaluations(self) -> int:
        """How many conditions were evaluated on how many distinct tuples of what they read."""
        return sum(len(known) for _, _, known in self._conditions)

    def answer(self, row: Row, time: int | None) -> int:
        """The place of a row's answer in `answers`."""
        outcome: list[Any] = []
        facts = None
        for tree, places, known in self._conditions:
            values = tuple([row[place] for place in places])
            if values not in known:
                facts = facts or self._read(row)
                known[values] = evaluate(tree, facts)
            outcome.append(known[values])
        if time is not None:
            outcome += [window.holds(time) for window in self._windows]
        key = tuple(outcome)
        if key not in self._answers:
            self._answers[key] = len(self.answers)
            self.answers.append(self.whole(row, time))
        return self._answers[key]

    def whole(self, row: Row, time: int | None) -> Answer:
        """What the oracle says without being helped."""
        facts = self._read(row)
        assert broken_assumption(self._road.checked, facts) is None, row
        as_of = None if time is None else (EPOCH + timedelta(microseconds=time)).isoformat()
        return self._road.by_oracle(facts, None, as_of)

    def _read(self, row: Row) -> Facts:
        request: dict[str, dict[str, Any]] = {}
        for path, value in zip(self._paths, row, strict=True):
            entity, _, fact = path.partition(".")
            request.setdefault(entity, {})[fact] = value
        return read_facts(self._road.checked.ruleset.vocabulary, request)


@dataclass
class Compared:
    """What was compared, and what won."""

    n_rows: int
    n_winners: int
    n_evaluations: int
    n_outcomes: int
    n_whole: int
    """Rows of which the oracle was asked without help."""
    wins: NDArray[np.int64]
    """By decision number."""
    identities: dict[str, int]

    def __str__(self) -> str:
        return (
            f"{self.n_rows:,} rows equal the oracle, {self.n_winners:,} winners; conditions on "
            f"{self.n_evaluations:,} distinct tuples of facts, {self.n_outcomes:,} distinct "
            f"outcomes, {self.n_whole:,} rows by the whole oracle"
        )


def compare(
    road: Road,
    traffic: Traffic,
    times: TimeColumn | None = None,
    *,
    is_whole: bool = False,
    sample: tuple[int, int] | None = None,
) -> Compared:
    """Compare the batch engine's identity and winners of every row with the oracle's.

    `is_whole` asks the whole oracle of each distinct row, and not of one in `EVERY`. `sample` is a
    number of rows and the seed that draws them; without it every row is compared.
    """
    program = road.program
    labels: dict[Any, int] = {}
    label_of = [labels.setdefault(_label(win_of(one)), len(labels)) for one in program.decisions]
    compared = Compared(0, 0, 0, 0, 0, np.zeros(len(label_of), np.int64), {})
    asked: set[Any] = set()
    oracle = None
    for rows in traffic.batches() if sample is None else _drawn(traffic, *sample):
        facts = traffic.columns.facts(rows)
        oracle = oracle or Oracle(road, list(facts))
        micros = None if times is None else times.times(rows)
        answers = np.empty(rows.num_rows, np.int64)
        for number, row in enumerate(_rows_of(facts)):
            time = None if micros is None else int(micros[number])
            answers[number] = place = oracle.answer(row, time)
            is_asked = is_whole or not (compared.n_rows + number) % EVERY
            if is_asked and (row, time) not in asked:
                assert oracle.whole(row, time) == oracle.answers[place], row
                asked.add((row, time))
        batch = program.batch(facts, micros)
        winners = batch.resolve_points(program.points)
        expected = [
            [labels[_label(answer.all[point][0])] for point in program.points]
            for answer in oracle.answers
        ]
        wrong = np.array(label_of)[winners] != np.array(expected)[answers].T
        assert not wrong.any(), rows.slice(int(wrong.any(axis=0).argmax()), 1).to_pylist()
        names = np.array([*batch.identities, "platform"])[batch.identify()]
        wrong = names != np.array([answer.identity for answer in oracle.answers])[answers]
        assert not wrong.any(), rows.slice(int(wrong.argmax()), 1).to_pylist()
        compared.wins += np.bincount(winners.ravel(), minlength=len(label_of))
        for name, count in zip(*np.unique(names, return_counts=True), strict=True):
            compared.identities[name] = compared.identities.get(name, 0) + int(count)
        compared.n_rows += rows.num_rows
        compared.n_winners += winners.size
    assert oracle is not None
    compared.n_evaluations, compared.n_whole = oracle.n_evaluations, len(asked)
    compared.n_outcomes = len(oracle.answers)
    return compared


def _drawn(traffic: Traffic, n_rows: int, seed: int) -> Iterator[pa.RecordBatch]:
    """Rows drawn from the whole traffic, without repeats, in its order."""
    chosen = np.random.default_rng(seed).choice(traffic.n_rows, n_rows, replace=False)
    first = 0
    for rows in traffic.batches():
        own = np.sort(chosen[(chosen >= first) & (chosen < first + rows.num_rows)]) - first
        yield rows.take(pa.array(own))
        first += rows.num_rows


def _label(win: Win) -> tuple[Any, ...]:
    """A win as something to look up; its config has no hash."""
    runs = win.implementation
    implementation = None if runs is None else (runs.name, runs.mode, repr(runs.config))
    return win.code, win.reason, implementation, win.blocked_by


def _rows_of(facts: Mapping[str, pa.Array]) -> Iterator[Row]:
    columns = []
    for array in facts.values():
        values = array.to_pylist()
        if pa.types.is_list(array.type):
            values = [None if value is None else tuple(value) for value in values]
        columns.append(values)
    return zip(*columns, strict=True)


def _conditions(checked: CheckedRuleSet) -> list[Typed]:
    """All that the oracle evaluates: who matches, who is selected, what is broken."""
    broken = [assumption.is_broken for assumption in checked.assumptions]
    return [*checked.conditions.values(), *checked.rollouts.values(), *broken]


def _facts_read(tree: Typed) -> list[str]:
    return sorted({leaf.value.fact.path for leaf in leaves(tree)})


def _windows(checked: CheckedRuleSet) -> list[Any]:
    """Every window: a time counts for nothing else."""
    definitions = checked.ruleset.definitions
    own = [definition.liveness for definition in definitions]
    own += [binding.liveness for definition in definitions for binding in definition.bindings]
    return list(dict.fromkeys(one.window for one in own if one.window is not None))
