"""Instants: text of RFC 3339 as microseconds since 1970 in UTC, and back.

In: a text such as `2026-11-11T00:00:00+08:00`. Out: an int, or None where it is no instant. The
offset is mandatory, a leap second has no place, and nothing finer than a microsecond is taken.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

__all__ = ["MAX_INSTANT", "MIN_INSTANT", "instant", "written_instant"]

_WRITTEN: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))",
    re.ASCII,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = 24 * 60 * 60

MIN_INSTANT: Final = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
MAX_INSTANT: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""The years 1 to 9999: what can be written at all, up to an offset."""


def instant(text: str) -> int | None:
    """Microseconds since 1970 in UTC.

    >>> instant("1970-01-01T08:00:01.5+08:00"), instant("2026-11-11T00:00:00")
    (1500000, None)
    """
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    year, month, day, hour, minute, second = map(int, written.groups()[:6])
    fraction, sign, offset_hour, offset_minute = written.groups()[6:]
    try:
        days = date(year, month, day).toordinal() - _EPOCH.toordinal()
    except ValueError:
        return None
    offset = 0
    if sign is not None:
        if int(offset_hour) > 23 or int(offset_minute) > 59:
            return None
        offset = (int(offset_hour) * 60 + int(offset_minute)) * (60 if sign == "+" else -60)
    if hour > 23 or minute > 59 or second > 59:
        return None
    micros = (fraction or "").ljust(6, "0")
    if micros[6:].strip("0"):
        return None
    seconds = days * _DAY + (hour * 60 + minute) * 60 + second - offset
    return seconds * 1_000_000 + int(micros[:6])


def written_instant(micros: int) -> str:
    """An instant as text, in UTC; a number of microseconds where no year can hold it.

    >>> written_instant(1_500_000)
    '1970-01-01T00:00:01.500000Z'
    """
    if not MIN_INSTANT <= micros <= MAX_INSTANT:
        return f"{micros} microseconds"
    moment = (_EPOCH + timedelta(microseconds=micros)).replace(tzinfo=None)
    return f"{moment.isoformat()}Z"
