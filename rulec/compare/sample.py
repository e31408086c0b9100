"""How much of a traffic sample the difference concerns.

In: two versions, Parquet files. Out: a `Sample`: rows, rows whose winner differs, and by place each
pair of winners with the rows that have it. Both programs decide every row, batch by batch, so
memory does not grow with the traffic. A row that either version refuses is counted and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rulec.analysis.answers import Place, Witness
from rulec.analysis.sides import Outcome
from rulec.compare.outcome import Key, key_of, plain
from rulec.compare.versions import Version
from rulec.instant import written_instant
from rulec.ruleset.model import Column, Implementation, Reduce
from rulec.traffic.decide import REFUSED, Decided, Question
from rulec.traffic.recording import Traffic
from rulec.traffic.rows import requests_of
from rulec.traffic.times import TimeColumn
from rulec_runtime import Decision

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PairRows", "Sample", "take_sample"]


@dataclass(slots=True)
class PairRows:
    """Rows with one old and one new winner at a place."""

    old: Outcome
    new: Outcome
    witness: Witness
    """The first of the rows."""
    n_rows: int = 0


@dataclass(slots=True)
class Sample:
    """What became of the rows; `pairs` holds those that differ."""

    scenario: str | None = None
    n_rows: int = 0
    n_refused: int = 0
    """By either version."""
    n_differing: int = 0
    """Rows whose winner differs at some point."""
    by_point: dict[str, int] = field(default_factory=dict)
    pairs: dict[tuple[Place | None, Key, Key], PairRows] = field(default_factory=dict)
    tagged: frozenset[str] = frozenset()
    """Points at which somebody binds the scenario of the rows."""
    lists: frozenset[str] = frozenset()
    """Points that take all: of those, only the strongest winner is counted."""

    def counts(self, place: Place) -> bool:
        """Whether the rows were asked about a place."""
        scenario = self.scenario if place.point in self.tagged else None
        return place.scenario == scenario and place.point not in self.lists

    def is_list(self, place: Place | None) -> bool:
        """Whether a place takes all."""
        return place is not None and place.point in self.lists

    @property
    def n_decided(self) -> int:
        return self.n_rows - self.n_refused


def take_sample(
    versions: tuple[Version, Version],
    paths: Sequence[Path],
    *,
    columns: tuple[Column, ...] | None = None,
    scenario: str | None = None,
    as_of: str | None = None,
    clock: tuple[str, str | None] | None = None,
) -> Sample:
    """Decide every row by both versions.

    `columns` say how recorded columns map to facts, instead of each version's columns.toml; `clock`
    is the column that holds the time of each row, and its zone. Raises what `Traffic.open` raises.
    """
    traffics: list[Traffic] = []
    for version in versions:
        ruleset = version.checked.ruleset
        if columns is not None:
            ruleset = replace(ruleset, columns=columns)
        traffics.append(Traffic.open(paths, ruleset, () if clock is None else clock[:1]))
    questions = []
    for version, traffic in zip(versions, traffics, strict=True):
        time = as_of if clock is None else TimeColumn.of(*clock, traffic.columns)
        questions.append(Question(version.program, traffic.columns, scenario, time, "mark"))
    counting = _Counting(versions, scenario, questions[1].as_of)
    batches = (traffic.batches() for traffic in traffics)
    for rows in zip(*batches, strict=True):
        decided = [q.decide(own) for q, own in zip(questions, rows, strict=True)]
        counting.add(decided, [traffic.columns.facts for traffic in traffics], rows)
    return counting.sample


class _Counting:
    """Counts batches; outcomes of both programs have one numbering."""

    def __init__(
        self,
        versions: tuple[Version, Version],
        scenario: str | None,
        as_of: str | TimeColumn | None,
    ) -> None:
        self.sample = Sample(scenario)
        self._as_of = as_of
        numbers: dict[Key, int] = {}
        self._outcomes: list[dict[int, Outcome]] = []
        self._numbers: list[NDArray[np.int32]] = []
        self._rows_of: list[dict[str, int]] = []
        for version in versions:
            owners = {one.code: one.owner for one in version.checked.ruleset.definitions}
            known: dict[int, Outcome] = {}
            own: list[int] = []
            for decision in version.program.decisions:
                outcome = _outcome(decision, owners)
                number = numbers.setdefault(key_of(outcome), len(numbers))
                own.append(number)
                known[number] = outcome
            # The last entry is what `REFUSED` finds.
            self._numbers.append(np.array([*own, REFUSED], np.int32))
            self._outcomes.append(known)
            self._rows_of.append({code: n for n, code in enumerate(version.program.points)})
        self._points = [code for code in self._rows_of[0] if code in self._rows_of[1]]
        self._owners = [
            {one.code: one.owner for one in version.checked.ruleset.definitions}
            for version in versions
        ]
        self.sample.tagged = frozenset(
            binding.point
            for version in versions
            for one in version.checked.ruleset.definitions
            for binding in one.bindings
            if scenario is not None and binding.scenario == scenario
        )
        self.sample.lists = frozenset(
            point.code
            for version in versions
            for point in version.checked.ruleset.points
            if point.reduce is not Reduce.FIRST
        )

    def add(self, decided: Sequence[Decided], facts: Sequence[Any], rows: Sequence[Any]) -> None:
        """Count a batch that both programs decided."""
        sample = self.sample
        is_good = (decided[0].identities != REFUSED) & (decided[1].identities != REFUSED)
        sample.n_rows += len(is_good)
        sample.n_refused += int(np.count_nonzero(~is_good))
        differs_at_all = np.zeros(len(is_good), dtype=bool)

        def request(row: int) -> Witness:
            merged: dict[str, dict[str, Any]] = {}
            for of, own in zip(facts, rows, strict=True):
                for entity, values in requests_of(dict(of(own.slice(row, 1))))[0].items():
                    known = merged.setdefault(entity, {})
                    known.update({fact: _written(value) for fact, value in values.items()})
            time = self._as_of
            if isinstance(time, TimeColumn):
                time = written_instant(int(time.times(rows[1].slice(row, 1))[0]))
            return Witness(merged, time)

        for point in self._points:
            old, new = (
                numbers[one.winners[places[point]]]
                for numbers, one, places in zip(self._numbers, decided, self._rows_of, strict=True)
            )
            differs = (old != new) & is_good
            differs_at_all |= differs
            n_differing = int(np.count_nonzero(differs))
            if n_differing:
                sample.by_point[point] = sample.by_point.get(point, 0) + n_differing
                scenario = sample.scenario if point in sample.tagged else None
                outcomes = self._outcomes[0].__getitem__, self._outcomes[1].__getitem__
                self._count(Place(point, scenario), differs, (old, new), outcomes, request)
        sample.n_differing += int(np.count_nonzero(differs_at_all))
        codes = [one.identity_codes for one in decided]
        numbered = {code: n for n, code in enumerate(dict.fromkeys((*codes[0], *codes[1])))}
        old, new = (
            np.array([*(numbered[c] for c in own), REFUSED], np.int32)[one.identities]
            for own, one in zip(codes, decided, strict=True)
        )
        differs = (old != new) & is_good
        if differs.any():
            named = list(numbered)
            old_of, new_of = (_identities(named, owners) for owners in self._owners)
            self._count(None, differs, (old, new), (old_of, new_of), request)

    def _count(
        self,
        place: Place | None,
        differs: NDArray[np.bool_],
        pair: tuple[NDArray[np.int32], NDArray[np.int32]],
        outcomes: tuple[Callable[[int], Outcome], Callable[[int], Outcome]],
        request: Callable[[int], Witness],
    ) -> None:
        where = np.flatnonzero(differs)
        both = np.stack([pair[0][where], pair[1][where]], axis=1)
        found, firsts, counts = np.unique(both, axis=0, return_index=True, return_counts=True)
        for (one, two), first, count in zip(found, firsts, counts, strict=True):
            old, new = outcomes[0](int(one)), outcomes[1](int(two))
            key = place, key_of(old), key_of(new)
            known = self.sample.pairs.get(key)
            if known is None:
                witness = replace(request(int(where[first])), place=place)
                known = self.sample.pairs[key] = PairRows(old, new, witness)
            known.n_rows += int(count)


def _outcome(decision: Decision, owners: Mapping[str, str]) -> Outcome:
    runs = None
    if decision.implementation is not None:
        config = None if decision.config is None else plain(decision.config)
        runs = Implementation(decision.implementation, decision.mode, config)
    owner = owners.get(decision.blocked_by or decision.code)
    return Outcome(decision.code, owner, runs, decision.blocked_by)


def _identities(codes: Sequence[str], owners: Mapping[str, str]) -> Callable[[int], Outcome]:
    """Outcomes by number, as the analysis tells identities: who is identified runs nothing."""
    return lambda number: Outcome(codes[number], owners.get(codes[number]), None)


def _written(value: Any) -> Any:
    """A recorded value as JSON holds it and a request may give it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
