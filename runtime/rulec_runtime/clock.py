"""Reads the time of a request: an aware datetime or RFC 3339 text, to microseconds.

In: what a caller gives as `as_of`. Out: microseconds since 1970 in UTC, one or a row each;
TimeError for what is no time, or finer than a microsecond.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rulec_runtime.errors import TimeError
from rulec_runtime.wording import given

__all__ = ["NEEDED", "micros_of", "micros_of_rows"]

EXPECTED: Final = "an aware datetime to the microsecond, or RFC 3339 text with an offset"
NEEDED: Final = f"{EXPECTED}: the program holds windows"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def micros_of(as_of: object, row: int | None = None) -> int:
    """One time in microseconds since 1970.

    >>> micros_of("1970-01-01T08:00:00.5+08:00")
    500000
    """
    time = as_of
    if isinstance(time, str) and _TEXT.fullmatch(time):
        try:
            time = datetime.fromisoformat(time)
        except ValueError:
            raise TimeError(EXPECTED, given(as_of), row) from None
    is_aware = isinstance(time, datetime) and time.utcoffset() is not None
    # The datetimes of pandas count nanoseconds as well.
    if not isinstance(time, datetime) or not is_aware or getattr(time, "nanosecond", False):
        raise TimeError(EXPECTED, given(as_of), row)
    return (time - _EPOCH) // timedelta(microseconds=1)


def micros_of_rows(as_of: Any, n_rows: int) -> NDArray[np.int64]:
    """The times of a batch: one for all its rows, or one a row; int64 `[1]` or `[n_rows]`.

    A column is a list or an array of times, or an array of int64, microseconds since 1970 in UTC.
    One of datetime64 is refused: nothing says whose clock it is.
    """
    if isinstance(as_of, np.ndarray) and as_of.dtype.kind == "M":
        advice = "a column that says its zone: times, or int64 microseconds since 1970 in UTC"
        raise TimeError(advice, f"an array of `{as_of.dtype}`")
    if isinstance(as_of, np.ndarray) and as_of.dtype == np.int64:
        times = np.ascontiguousarray(as_of)
    elif isinstance(as_of, (list, tuple, np.ndarray)):
        found = (micros_of(time, row) for row, time in enumerate(as_of))
        times = np.fromiter(found, np.int64, len(as_of))
    else:
        return np.array([micros_of(as_of)], np.int64)
    if times.shape != (n_rows,):
        shape = " x ".join(map(str, times.shape))
        raise TimeError(f"one time, or {n_rows}, one a row", f"an array of {shape}")
    return times
