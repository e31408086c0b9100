"""One request down every road: the oracle, the engine by dict, by profiles, and by batch.

`Road.ask_all` fails where any two of them differ, so a test states one answer and holds four
implementations to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import rulec
from rulec.check.tree import CheckedRuleSet
from rulec.driver import Observe, compile_folder
from rulec.oracle.facts import Facts, read_facts
from rulec.oracle.resolve import (
    Win,
    broken_assumption,
    effective,
    identify,
    matching,
    resolve_all,
)
from rulec.ruleset.model import Implementation
from rulec.vocabulary.model import Fact, FactType
from rulec_runtime import Decision, Match, Program, from_bytes

Request = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """What a request gets: who it is, what is effective, who wins each point."""

    identity: str
    codes: tuple[str, ...]
    winners: dict[str, str]
    all: dict[str, tuple[Win, ...]] = field(default_factory=dict)
    """By point: everything that `resolve_all` gives."""


def win_of(decision: Decision) -> Win:
    """A decision of the engine as the oracle says it."""
    runs = None
    if decision.implementation is not None:
        config = _plain(decision.config)
        runs = Implementation(decision.implementation, decision.mode, config)
    return Win(decision.code, decision.reason, runs, decision.blocked_by)


def write_ruleset(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a rule set, by their path in the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _plain(config: Any) -> Any:
    """A decision's read-only config as it was written."""
    if isinstance(config, Mapping):
        return {key: _plain(value) for key, value in config.items()}
    return [_plain(value) for value in config] if isinstance(config, tuple) else config


class Road:
    """A rule set, compiled once."""

    def __init__(
        self,
        folder: Path,
        *,
        system: str | None = None,
        allow_ties: bool = False,
        observe: Observe | None = None,
    ) -> None:
        compiled = compile_folder(folder, system=system, allow_ties=allow_ties, observe=observe)
        if compiled.artifact is None or compiled.checked is None:
            raise rulec.RuleSetError(compiled.findings)
        self.checked: CheckedRuleSet = compiled.checked
        self.artifact: bytes = compiled.artifact
        self.program: Program = from_bytes(compiled.artifact)

    @property
    def facts(self) -> list[Fact]:
        entities = self.checked.ruleset.vocabulary.entities.values()
        return [fact for entity in entities for fact in entity.facts.values()]

    def ask(
        self, request: Request, scenario: str | None = None, as_of: str | None = None
    ) -> Answer:
        return self.ask_all([request], scenario, as_of)[0]

    def ask_all(
        self,
        requests: Sequence[Request],
        scenario: str | None = None,
        as_of: str | Sequence[str] | None = None,
    ) -> list[Answer]:
        """The answer to each request, after every road gave the same.

        `as_of` is the time of all requests, or of each.
        """
        read = [read_facts(self.checked.ruleset.vocabulary, request) for request in requests]
        times = [as_of] * len(read) if as_of is None or isinstance(as_of, str) else list(as_of)
        answers = [
            self.by_oracle(facts, scenario, time) for facts, time in zip(read, times, strict=True)
        ]
        for request, time, answer in zip(requests, times, answers, strict=True):
            assert self._by_dict(request, scenario, time) == answer, request
            assert self._by_profiles(request, scenario, time) == answer, request
        for columns in (self._numpy_columns(read), self._arrow_columns(read)):
            self.check_batch(columns, scenario, as_of, answers)
        return answers

    def refuse(self, request: Request, as_of: str | None = None) -> str:
        """The assumption a request breaks, after every road refused it for that one."""
        read = read_facts(self.checked.ruleset.vocabulary, request)
        text = broken_assumption(self.checked, read)
        assert text is not None, request
        roads: list[Callable[[], object]] = [
            lambda: self.program.match(request, as_of),
            lambda: self._by_profiles(request, None, as_of),
            lambda: self.program.batch(self._numpy_columns([read]), as_of),
            lambda: self.program.batch(self._arrow_columns([read]), as_of),
        ]
        for road in roads:
            with pytest.raises(rulec.AssumptionError) as caught:
                road()
            assert caught.value.assumption == text
        return text

    def is_refused(self, request: Request) -> bool:
        """Whether the oracle refuses a request for an assumption."""
        read = read_facts(self.checked.ruleset.vocabulary, request)
        return broken_assumption(self.checked, read) is not None

    def by_oracle(
        self, facts: Facts, scenario: str | None = None, as_of: str | None = None
    ) -> Answer:
        micros = None
        if as_of is not None:
            micros = (datetime.fromisoformat(as_of) - EPOCH) // timedelta(microseconds=1)
        matched = matching(self.checked, facts, micros)
        wins = {
            point.code: tuple(resolve_all(matched, point, scenario))
            for point in self.checked.ruleset.points
        }
        winners = {point: found[0].code for point, found in wins.items()}
        return Answer(identify(matched), tuple(effective(matched)), winners, wins)

    def _by_dict(self, request: Request, scenario: str | None, as_of: str | None) -> Answer:
        match = self.program.match(request, as_of)
        winners = {point: match.resolve(point, scenario) for point in self.program.points}
        for point, winner in winners.items():
            assert self.program.resolve(point, request, scenario, as_of) == winner
        assert self.program.identify(request, as_of) == match.identity
        return self._answer(match, winners, scenario)

    def _by_profiles(self, request: Request, scenario: str | None, as_of: str | None) -> Answer:
        program = self.program
        profiles = {name: program.profile(name, facts) for name, facts in request.items()}
        required = {f.entity for f in self.facts if f.presence.value == "required"}
        assert required <= profiles.keys()
        winners = {
            point: program.resolve_profiles(point, scenario, as_of, **profiles)
            for point in program.points
        }
        return self._answer(program.match_profiles(as_of, **profiles), winners, scenario)

    def _answer(self, match: Match, winners: dict[str, Decision], scenario: str | None) -> Answer:
        """What a match says; the strongest of all wins each point."""
        found = {point: match.resolve_all(point, scenario) for point in self.program.points}
        assert {point: decisions[0] for point, decisions in found.items()} == winners
        return Answer(
            match.identity,
            match.codes,
            {point: winner.code for point, winner in winners.items()},
            {point: tuple(map(win_of, decisions)) for point, decisions in found.items()},
        )

    def check_batch(
        self,
        columns: Any,
        scenario: str | None,
        as_of: str | Sequence[str] | None,
        answers: Sequence[Answer],
    ) -> None:
        """Fail where a batch of columns does not give these answers."""
        batch = self.program.batch(columns, as_of)
        names = (*batch.identities, "platform")
        assert [names[number] for number in batch.identify()] == [a.identity for a in answers]
        points = self.program.points
        table = batch.resolve_points(points, scenario)
        for point, numbers in zip(points, table, strict=True):
            wins = [win_of(self.program.decisions[number]) for number in numbers]
            assert wins == [answer.all[point][0] for answer in answers]
            assert np.array_equal(batch.resolve(point, scenario), numbers)

    def _numpy_columns(self, read: Sequence[Facts]) -> dict[str, Any]:
        return {
            fact.path: numpy_column(fact, [facts[fact.path] for facts in read])
            for fact in self.facts
        }

    def _arrow_columns(self, read: Sequence[Facts]) -> pa.Table:
        names = [fact.path for fact in self.facts]
        arrays = [arrow_column(fact, [facts[fact.path] for facts in read]) for fact in self.facts]
        table = pa.table(arrays, names=names)
        half = len(read) // 2
        return pa.concat_tables([table.slice(0, half), table.slice(half)])


def numpy_column(fact: Fact, values: Sequence[Any]) -> Any:
    """A column of read facts as `Program.batch` takes it."""
    match fact.type:
        case FactType.FLAG:
            return np.array(values, dtype=bool)
        case FactType.TAGS_INT:
            lists = [sorted(value) for value in values]
            offsets = np.cumsum([0, *map(len, lists)], dtype=np.int64)
            return offsets, np.array([tag for tags in lists for tag in tags], dtype=np.int64)
        case FactType.TAGS_STRING:
            lists = [sorted(value) for value in values]
            offsets = np.cumsum([0, *map(len, lists)], dtype=np.int64)
            return offsets, np.array([tag for tags in lists for tag in tags], dtype=np.str_)
        case FactType.DECIMAL:
            values = [None if v is None else Decimal(v).scaleb(-fact.scale) for v in values]
        case FactType.TIME:
            values = [None if v is None else moment(v) for v in values]
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def arrow_column(fact: Fact, values: Sequence[Any]) -> pa.Array:
    """A column of read facts as an Arrow array."""
    match fact.type:
        case FactType.FLAG:
            return pa.array(values, pa.bool_())
        case FactType.TAGS_INT:
            return pa.array([sorted(value) for value in values], pa.list_(pa.int64()))
        case FactType.DECIMAL:
            units = [None if v is None else Decimal(v).scaleb(-fact.scale) for v in values]
            return pa.array(units, pa.decimal128(38, fact.scale))
        case FactType.INT:
            return pa.array(values, pa.int64())
        case FactType.TAGS_STRING:
            return pa.array([sorted(value) for value in values], pa.list_(pa.string()))
        case FactType.TIME:
            return pa.array(values, pa.int64()).cast(pa.timestamp("us", "Asia/Shanghai"))
        case FactType.ENUM | FactType.STRING | FactType.TREE:
            return pa.array(values, pa.string()).dictionary_encode()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(micros: int) -> datetime:
    """A time as a request gives it; an offset holds what lies beyond the years of UTC."""
    for minutes in (0, 1439, -1439):
        zone = timezone(timedelta(minutes=minutes))
        try:
            return _EPOCH.astimezone(zone) + timedelta(microseconds=micros)
        except OverflowError:
            continue
    raise AssertionError(micros)
