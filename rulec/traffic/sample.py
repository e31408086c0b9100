"""A sample of recorded traffic: few enough rows to learn from and to replay findings on.

In: Parquet files, a rule set. Out: a `Sample`: rows drawn from all of them, each as likely as any
other and the same ones each time. It says what its rows hold, a fact at a time (`observed`), which
is what the compiler learns from; it decides them with a program (`decide`), and gives them as
requests. A row that breaks the vocabulary or an assumption is drawn, and left out of both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rulec.driver import compile_ruleset
from rulec.layout.learn import Observed
from rulec.oracle.facts import FactValue, read_fact
from rulec.ruleset.model import RuleSet
from rulec.traffic.decide import Decided, Question
from rulec.traffic.recording import Traffic
from rulec.traffic.rows import Request, requests_of
from rulec.traffic.times import EXACT, TimeColumn
from rulec.vocabulary.model import Fact
from rulec_runtime import Program, from_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_ROWS", "Sample"]

MOST_ROWS: Final = 16_384
"""Rows that are drawn."""
SEED: Final = 1


@dataclass(frozen=True)
class Sample:
    """Rows drawn from recorded traffic."""

    ruleset: RuleSet
    """Whose facts the columns are."""
    traffic: Traffic
    rows: pa.RecordBatch
    """Those drawn, in the order recorded."""
    numbers: NDArray[np.int64]
    """`[rows.num_rows]`: the number of each in the whole traffic."""
    time_column: TimeColumn | None = None

    @classmethod
    def draw(
        cls,
        paths: Sequence[Path],
        ruleset: RuleSet,
        time_column: str | None = None,
        timezone: str | None = None,
        most_rows: int = MOST_ROWS,
    ) -> Sample:
        """Draw at most `most_rows` rows of some files.

        Raises what `Traffic.open` raises, and `FileNotFoundError` where there is no row.
        """
        traffic = Traffic.open(paths, ruleset, () if time_column is None else (time_column,))
        if not traffic.n_rows:
            raise FileNotFoundError("the traffic has no rows")
        numbers = np.arange(traffic.n_rows)
        if traffic.n_rows > most_rows:
            random = np.random.default_rng(SEED)
            numbers = np.sort(random.choice(traffic.n_rows, most_rows, replace=False))
        moment = None
        if time_column is not None:
            moment = TimeColumn.of(time_column, timezone, traffic.columns)
        return cls(ruleset, traffic, _drawn(traffic, numbers), numbers, moment)

    @property
    def n_rows(self) -> int:
        """Rows that were drawn, refused ones too."""
        return int(self.rows.num_rows)

    def decide(
        self, program: Program, as_of: str | None = None, scenario: str | None = None
    ) -> Decided:
        """Every point of every row; rows that break something are refused.

        `as_of` is the time of all rows where no column holds it.
        """
        moment = self.time_column or as_of
        return Question(program, self.traffic.columns, scenario, moment, "mark").decide(self.rows)

    def requests(self) -> list[Request]:
        """The rows as requests: entity -> fact -> value; what is null is not given."""
        return requests_of(dict(self.traffic.columns.facts(self.rows)))

    @cached_property
    def kept(self) -> NDArray[np.int64]:
        """Places in `rows` of those that keep to the vocabulary and its assumptions, ascending.

        Where none does, the error of the first.
        """
        # A program without definitions reads facts as every program of the vocabulary does.
        bare = replace(self.ruleset, products=(), businesses=(), origin=None)
        artifact = compile_ruleset(bare).artifact
        assert artifact is not None, "the vocabulary of a rule set that was read has a meaning"
        columns = self.traffic.columns.facts(self.rows)
        program = from_bytes(artifact)
        refused = program.batch(columns, on_bad="mark").refused_rows
        if len(refused) == self.n_rows:
            program.batch(columns)
        return np.setdiff1d(np.arange(self.n_rows), refused)

    @cached_property
    def observed(self) -> Observed:
        """What the kept rows say of each recorded fact."""
        rows = self.rows.take(pa.array(self.kept))
        found: dict[str, dict[bool | int | str, list[int]]] = {}
        for path, column in self.traffic.columns.facts(rows).items():
            fact = self.ruleset.vocabulary.fact(*path.split("."))
            assert fact is not None, "columns are those of declared facts"
            found[path] = _rows_by_value(fact, column)
        source = {
            "rows": self.traffic.n_rows,
            "drawn": self.n_rows,
            "refused": self.n_rows - len(self.kept),
            "hash": _hash(found),
        }
        return Observed(len(self.kept), found, source)


def _drawn(traffic: Traffic, numbers: NDArray[np.int64]) -> pa.RecordBatch:
    parts: list[pa.RecordBatch] = []
    first = 0
    for batch in traffic.batches():
        low, high = np.searchsorted(numbers, (first, first + batch.num_rows))
        parts.append(batch.take(pa.array(numbers[low:high] - first)))
        first += batch.num_rows
    table = pa.Table.from_batches(parts, traffic.schema)
    columns = [_whole(column) for column in table.unify_dictionaries().columns]
    return pa.record_batch(columns, schema=traffic.schema)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _rows_by_value(fact: Fact, column: pa.Array) -> dict[bool | int | str, list[int]]:
    """The rows of each value a fact has, or of each tag that one of its values holds."""
    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, EXACT, safe=False)
    found: dict[bool | int | str, list[int]] = {}
    read: dict[Any, FactValue] = {}
    for row, given in enumerate(column.to_pylist()):
        for each in dict.fromkeys(given or ()) if fact.type.is_tags else (given,):
            if each not in read:
                read[each] = read_fact(fact, [each] if fact.type.is_tags else each)
            value = read[each]
            if isinstance(value, frozenset):
                (value,) = value
            if value is not None and value is not False:
                found.setdefault(value, []).append(row)
    return found


def _hash(found: Mapping[str, Mapping[bool | int | str, Sequence[int]]]) -> str:
    """SHA-256 of all that is learnt from: equal samples teach the same."""
    digest = hashlib.sha256()
    for path in sorted(found):
        digest.update(f"{path}\n".encode())
        for value in sorted(found[path], key=repr):
            digest.update(f"{value!r} {found[path][value]}\n".encode())
    return digest.hexdigest()
