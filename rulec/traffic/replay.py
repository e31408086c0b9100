"""Replay: who would have won, over recorded traffic.

In: a program, a Parquet file, how its columns map to facts. Out: a `Tally` of winners by point and
of identified businesses. The file is read batch by batch, so memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rulec.ruleset.model import RuleSet
from rulec.traffic.map_columns import ColumnMap
from rulec_runtime import AssumptionError, Decision, FactError, Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BATCH_ROWS", "Tally", "Traffic", "replay"]

BATCH_ROWS = 65_536
"""Rows held at once."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """An open Parquet file, read as facts."""

    file: pq.ParquetFile
    columns: ColumnMap

    @classmethod
    def open(cls, path: Path, ruleset: RuleSet) -> Traffic:
        """Open a file; `OSError` where it is none, `ColumnError` where its columns do not fit."""
        try:
            file = pq.ParquetFile(path)
        except pa.ArrowInvalid as error:
            raise OSError(f"{path} is no Parquet file: {error}") from None
        return cls(file, ColumnMap.of(ruleset, file.schema_arrow.names))

    @property
    def n_rows(self) -> int:
        return int(self.file.metadata.num_rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        yield from self.file.iter_batches(batch_size=BATCH_ROWS, columns=self.columns.sources)


@dataclass(slots=True)
class Tally:
    """How often each decision won and each business was identified."""

    n_rows: int = 0
    decisions: dict[Decision, int] = field(default_factory=dict)
    """Every decision of the program, those that never won too."""
    identities: dict[str, int] = field(default_factory=dict)
    """By business code, `platform` included."""


def replay(
    program: Program,
    traffic: Traffic,
    on_rows: Callable[[int], None] | None = None,
    scenario: str | None = None,
    as_of: str | None = None,
) -> Tally:
    """Resolve every point of every row, in a scenario and at a time.

    `on_rows(n)` is called after each batch with its number of rows. A bad value is a `FactError`
    and a broken assumption an `AssumptionError`; their `row` counts from the start of the file.
    """
    n_decisions = len(program.decisions)
    wins = np.zeros(n_decisions, dtype=np.int64)
    tally = Tally()
    identified: NDArray[np.int64] | None = None
    codes: tuple[str, ...] = ()
    for rows in traffic.batches():
        try:
            batch = program.batch(traffic.columns.facts(rows), as_of)
        except FactError as error:
            if error.row is None:
                raise
            row = error.row + tally.n_rows
            raise FactError(error.entity, error.fact, error.expected, error.given, row) from None
        except AssumptionError as error:
            raise AssumptionError(error.assumption, tally.n_rows + (error.row or 0)) from None
        winners = batch.resolve_points(program.points, scenario)
        wins += np.bincount(winners.ravel(), minlength=n_decisions)
        codes = ("platform", *batch.identities)
        seen = np.bincount(batch.identify() + 1, minlength=len(codes))
        identified = seen if identified is None else identified + seen
        tally.n_rows += rows.num_rows
        if on_rows is not None:
            on_rows(rows.num_rows)
    tally.decisions = dict(zip(program.decisions, map(int, wins), strict=True))
    if identified is not None:
        tally.identities = dict(zip(codes, map(int, identified), strict=True))
    return tally
