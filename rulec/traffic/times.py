"""The time of each row: one recorded column, as `Program.batch` takes `as_of`.

In: a column of timestamps or of RFC 3339 text. Out: microseconds since 1970 in UTC. A row that has
no time, or one finer than a microsecond, is a `TimeError` with its number, or null where that is
asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rulec.instant import instant
from rulec.traffic.map_columns import ColumnMap, placed
from rulec_runtime import ColumnError, TimeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TimeColumn"]

EXPECTED = "a time in every row, to the microsecond"
EXACT = pa.timestamp("us", "UTC")
KINDS = "timestamps, or RFC 3339 text with an offset"


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """The recorded column that says when each row happened."""

    name: str
    timezone: str | None = None
    """The clock of times without an offset."""

    @classmethod
    def of(cls, name: str, timezone: str | None, columns: ColumnMap) -> TimeColumn:
        """The column `name`; its clock is `timezone`, else the one columns.toml reads it by."""
        zones = (column.timezone for column in columns.columns if column.source == name)
        return cls(name, timezone or next((zone for zone in zones if zone), None))

    def times(self, batch: pa.RecordBatch) -> NDArray[np.int64]:
        """A time a row; `TimeError` for the first row that has none."""
        found = self.marked(batch)
        first = pc.index(found.is_valid(), False).as_py()
        if first >= 0:
            given = _shown(batch.column(self.name)[first])
            raise TimeError(EXPECTED, f"{given} in `{self.name}`", first)
        return np.asarray(pc.cast(found, pa.int64()))

    def marked(self, batch: pa.RecordBatch) -> pa.Array:
        """A time a row, as timestamps in UTC; null where a row has none."""
        column = batch.column(self.name)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_timestamp(column.type):
            return self._of_stamps(column)
        kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
        if any(is_kind(column.type) for is_kind in kinds):
            return _of_texts(column)
        raise ColumnError(self.name, KINDS, str(column.type))

    def _of_stamps(self, column: pa.Array) -> pa.Array:
        if column.type.tz is None and self.timezone is None:
            advice = "times with a zone; --timezone, or columns.toml, says whose clock they show"
            raise ColumnError(self.name, advice, str(column.type))
        if self.timezone is not None:
            column = placed(self.name, column, self.timezone)
        rounded = pc.cast(column, EXACT, safe=False)
        # What is finer, or beyond 64 bits of microseconds, does not come back as it was.
        is_kept = pc.call_function("equal", [pc.cast(rounded, column.type, safe=False), column])
        kept = pc.fill_null(is_kept, False)
        return pc.call_function("if_else", [kept, rounded, pa.scalar(None, EXACT)])


def _of_texts(column: pa.Array) -> pa.Array:
    words = column.dictionary_encode()
    found = [None if text is None else instant(text) for text in words.dictionary.to_pylist()]
    return pc.cast(pa.array(found, pa.int64()).take(words.indices), EXACT)


def _shown(value: pa.Scalar) -> str:
    if not value.is_valid:
        return "nothing"
    if not pa.types.is_timestamp(value.type):
        return f"`{value.as_py()}`"
    # Python has no word for what is finer than a microsecond or beyond the year 9999.
    return f"{value.value} {value.type.unit} since 1970"
