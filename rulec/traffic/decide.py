"""Decides one batch of recorded rows: who is identified, who wins each point, what is refused.

In: a program, a record batch, how its columns map to facts. Out: `Decided`. A row is refused where
its facts break the vocabulary or an assumption, or where it has no time.

A batch of the engine names its first bad row. So bad rows are found by trying: what stands before
the named row is tried again, that row is set aside, and the rows behind it are tried in pieces that
grow while they are good. Good traffic is read once; a bad row costs some tens of rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
import pyarrow as pa

from rulec.traffic.map_columns import ColumnMap
from rulec.traffic.times import TimeColumn
from rulec_runtime import AssumptionError, Batch, FactError, Program, TimeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["REFUSED", "Decided", "Question", "RowError", "at_row"]

REFUSED: Final = -1
"""Stands for a decision, or for an identity, where a row is refused."""
FIRST_PIECE: Final = 64
"""Rows tried at once behind a bad row."""
_COUNTED: Final = re.compile(r" \([0-9]+ rows? (?:is|are) bad\)$")
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
        n_rows, points = rows.num_rows, self.program.points
        winners = np.full((len(points), n_rows), REFUSED, np.int32)
        identities = np.full(n_rows, REFUSED, np.int32)
        codes: tuple[str, ...] = ("platform",)
        refusals: dict[int, RowError] = {}
        first, size = 0, n_rows
        while first < n_rows:
            try:
                batch = self._batch(rows.slice(first, size))
            except (FactError, AssumptionError, TimeError) as error:
                if error.row is None or self.on_bad == "raise":
                    raise
                if error.row:
                    size = error.row
                    continue
                refusals[first] = _alone(at_row(error, first))
                first, size = first + 1, min(FIRST_PIECE, n_rows - first - 1)
                continue
            winners[:, first : first + size] = batch.resolve_points(points, self.scenario)
            identities[first : first + size] = batch.identify() + 1
            codes = ("platform", *batch.identities)
            first += size
            size = min(2 * size, n_rows - first)
        return Decided(rows, identities, codes, winners, refusals)

    def _batch(self, rows: pa.RecordBatch) -> Batch:
        as_of = self.as_of.times(rows) if isinstance(self.as_of, TimeColumn) else self.as_of
        return self.program.batch(self.columns.facts(rows), as_of)


def at_row(error: RowError, row: int) -> RowError:
    """The same error, of another row."""
    match error:
        case FactError():
            return FactError(error.entity, error.fact, error.expected, error.given, row)
        case AssumptionError():
            return AssumptionError(error.assumption, row)
        case TimeError():
            return TimeError(error.expected, error.given, row)


def _alone(error: RowError) -> RowError:
    """The error of a row, without a word of how many others are like it."""
    if isinstance(error, FactError):
        error = FactError(
            error.entity, error.fact, error.expected, _COUNTED.sub("", error.given), error.row
        )
    return error
