"""Reads the time of a request: an aware datetime or RFC 3339 text, to microseconds.

In: what a caller gives as `as_of`. Out: microseconds since 1970 in UTC; TimeError for what is no
time, or finer than a microsecond.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from rulec_runtime.errors import TimeError
from rulec_runtime.wording import given

__all__ = ["EXPECTED", "NEEDED", "micros_of"]

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
