"""One request down every road: the oracle, the engine by dict, by profiles, and by batch.

`Road.ask_all` fails where any two of them differ, so a test states one answer and holds four
implementations to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import rulec
from rulec.check.tree import CheckedRuleSet
from rulec.driver import compile_folder
from rulec.oracle.facts import Facts, read_facts
from rulec.oracle.resolve import broken_assumption, effective, identify, matching, resolve
from rulec.vocabulary.model import Fact, FactType
from rulec_runtime import Program, from_bytes

Request = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a request gets: who it is, what is effective, who wins each point."""

    identity: str
    codes: tuple[str, ...]
    winners: dict[str, str]


def write_ruleset(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a rule set, by their path in the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


class Road:
    """A rule set, compiled once."""

    def __init__(self, folder: Path) -> None:
        compiled = compile_folder(folder)
        if compiled.artifact is None or compiled.checked is None:
            raise rulec.RuleSetError(compiled.findings)
        self.checked: CheckedRuleSet = compiled.checked
        self.artifact: bytes = compiled.artifact
        self.program: Program = from_bytes(compiled.artifact)
        self._codes = tuple(d.code for d in self.program.decisions)

    @property
    def facts(self) -> list[Fact]:
        entities = self.checked.ruleset.vocabulary.entities.values()
        return [fact for entity in entities for fact in entity.facts.values()]

    def ask(self, request: Request) -> Answer:
        return self.ask_all([request])[0]

    def ask_all(self, requests: Sequence[Request]) -> list[Answer]:
        """The answer to each request, after every road gave the same."""
        read = [read_facts(self.checked.ruleset.vocabulary, request) for request in requests]
        answers = [self.by_oracle(facts) for facts in read]
        for request, answer in zip(requests, answers, strict=True):
            assert self._by_dict(request) == answer, request
            assert self._by_profiles(request) == answer, request
        for columns in (self._numpy_columns(read), self._arrow_columns(read)):
            self._check_batch(columns, answers)
        return answers

    def refuse(self, request: Request) -> str:
        """The assumption a request breaks, after every road refused it for that one."""
        read = read_facts(self.checked.ruleset.vocabulary, request)
        text = broken_assumption(self.checked, read)
        assert text is not None, request
        roads: list[Callable[[], object]] = [
            lambda: self.program.match(request),
            lambda: self._by_profiles(request),
            lambda: self.program.batch(self._numpy_columns([read])),
            lambda: self.program.batch(self._arrow_columns([read])),
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

    def by_oracle(self, facts: Facts) -> Answer:
        ruleset = self.checked.ruleset
        matched = matching(self.checked, facts)
        return Answer(
            identify(ruleset, matched),
            tuple(effective(ruleset, matched)),
            {point.code: resolve(ruleset, matched, point) for point in ruleset.points},
        )

    def _by_dict(self, request: Request) -> Answer:
        match = self.program.match(request)
        winners = {point: match.resolve(point).code for point in self.program.points}
        for point, code in winners.items():
            assert self.program.resolve(point, request).code == code
        assert self.program.identify(request) == match.identity
        return Answer(match.identity, match.codes, winners)

    def _by_profiles(self, request: Request) -> Answer:
        program = self.program
        profiles = {name: program.profile(name, facts) for name, facts in request.items()}
        required = {f.entity for f in self.facts if f.presence.value == "required"}
        assert required <= profiles.keys()
        winners = {
            point: program.resolve_profiles(point, **profiles).code for point in program.points
        }
        match = program.match_profiles(**profiles)
        return Answer(match.identity, match.codes, winners)

    def _check_batch(self, columns: Any, answers: list[Answer]) -> None:
        batch = self.program.batch(columns)
        names = (*batch.identities, "platform")
        assert [names[number] for number in batch.identify()] == [a.identity for a in answers]
        points = self.program.points
        table = batch.resolve_points(points)
        for point, numbers in zip(points, table, strict=True):
            assert [self._codes[n] for n in numbers] == [a.winners[point] for a in answers]
            assert np.array_equal(batch.resolve(point), numbers)

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
