"""Decides one batch of recorded rows: who is identified, who wins each point, what is refused.

In: a program, a record batch, how its columns map to facts. Out: `Decided`. A row is refused where
its facts break the vocabulary or an assumption, or where it has no time.

Traffic is read once: the engine marks its bad rows and decides the others. Then each bad row is
read once more, alone, for the error that says what is wrong with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import pyarrow as pa

from rulec.traffic.map_columns import ColumnMap
from rulec.traffic.times import TimeColumn
from rulec_runtime import AssumptionError, FactError, Program, TimeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rulec_runtime.batch import Times

__all__ = ["REFUSED", "Decided", "Question", "RowError", "at_row"]

REFUSED: Final = -1
"""Stands for a decision, or for an identity, where a row is refused."""
_COUNTED: Final = re.compile(r" \(1 row is bad\)$")
"""What a batch says of a column behind its first bad value."""

RowError: TypeAlias = FactError | AssumptionError | TimeError


@dataclass(frozen=True, slots=True)
class Decided:
    """Rows with what became of them."""

    rows: pa.RecordBatch
    identities: NDArray[np.int32]
    """`[n_rows]`: places in `identity_codes`, or `REFUSED`."""
    identity_codes: tuple[str, ...]
    """The platform, then the businesses of the program."""
    winners: NDArray[np.int32]
    """`[n_points, n_rows]`: places in `Program.decisions`, or `REFUSED`."""
    refusals: dict[int, RowError]
    """By the number of the row in this batch, ascending."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every row."""

    program: Program
    columns: ColumnMap
    scenario: str | None = None
    as_of: str | TimeColumn | None = None
    """The time of all rows, or the column that holds the time of each."""
    on_bad: Literal["raise", "mark"] = "raise"
    """Whether the first bad row ends everything, or is refused."""

    def decide(self, rows: pa.RecordBatch) -> Decided:
        """Decide every row; the `row` of an error counts from the first row of the batch."""
        batch = self.program.batch(self.columns.facts(rows), self._times(rows), self.on_bad)
        return Decided(
            rows,
            identities=batch.identify() + 1,
            identity_codes=("platform", *batch.identities),
            winners=batch.resolve_points(self.program.points, self.scenario),
            refusals={row: self._refusal(rows, row) for row in batch.refused_rows.tolist()},
        )

    def _times(self, rows: pa.RecordBatch) -> str | Times | None:
        if not isinstance(self.as_of, TimeColumn):
            return self.as_of
        return self.as_of.times(rows) if self.on_bad == "raise" else self.as_of.marked(rows)

    def _refusal(self, rows: pa.RecordBatch, row: int) -> RowError:
        """Why a row that was marked is refused."""
        try:
            replace(self, on_bad="raise").decide(rows.slice(row, 1))
        except (FactError, AssumptionError, TimeError) as error:
            return at_row(_uncounted(error), row)
        raise RuntimeError(f"row {row} is refused among others, and is not alone")


def at_row(error: RowError, row: int) -> RowError:
    """The same error, of another row."""
    match error:
        case FactError():
            return FactError(error.entity, error.fact, error.expected, error.given, row)
        case AssumptionError():
            return AssumptionError(error.assumption, row)
        case TimeError():
            return TimeError(error.expected, error.given, row)


def _uncounted(error: RowError) -> RowError:
    """The error of a row, without a word of how many others are like it."""
    if not isinstance(error, FactError):
        return error
    given = _COUNTED.sub("", error.given)
    return FactError(error.entity, error.fact, error.expected, given, error.row)
