"""When a definition or a binding counts: `enabled`, `active` and `rollout`.

In: a filled shape and its table. Out: a `Liveness`, and findings. Times are RFC 3339 with an
offset, so that no one has to know where a file was written.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from rulec.diagnostic import Diagnostic
from rulec.document import Table
from rulec.rollout import MAX_PERCENT_PLACES, threshold
from rulec.ruleset.model import Liveness, Rollout, Window
from rulec.ruleset.shape import LivenessShape
from rulec.source import Where
from rulec.vocabulary.conform import quoted

__all__ = ["micros", "read_liveness"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?P<offset>Z|[+-]\d\d:\d\d)?", re.ASCII
)
_ADVICE: Final = "write a time such as `2026-11-11T00:00:00+08:00`"


def read_liveness(
    shape: LivenessShape, table: Table, *keys: str | int
) -> tuple[Liveness, list[Diagnostic]]:
    """When the thing counts whose shape stands at `keys` in `table`."""
    window, findings = _window(shape.active, table, *keys, "active")
    rollout, found = _rollout(shape, table, *keys, "rollout")
    return Liveness(shape.enabled, window, rollout), findings + found


def _rollout(
    shape: LivenessShape, table: Table, *keys: str | int
) -> tuple[Rollout | None, list[Diagnostic]]:
    """Whom `rollout` selects; the fact it names is checked with the conditions."""
    if shape.rollout is None:
        return None, []
    if threshold(shape.rollout.percent) is None:
        message = f"{quoted(shape.rollout.percent)} is no percentage"
        advice = f"write 0 to 100, with at most {MAX_PERCENT_PLACES} decimal places"
        where = table.where(*keys, "percent")
        return None, [Diagnostic("VOC104", message, where, advice)]
    by = table.excerpt(*keys, "by")
    return Rollout(shape.rollout.percent, by, shape.rollout.salt), []


def _window(
    active: list[str] | None, table: Table, *keys: str | int
) -> tuple[Window | None, list[Diagnostic]]:
    """The window of `active`."""
    if active is None:
        return None, []
    if len(active) != 2:
        message = f"`active` holds {len(active)} times, not 2"
        advice = 'write `["from", "to"]`; an empty string is an open end'
        return None, [Diagnostic("SYN009", message, table.where(*keys), advice)]
    findings: list[Diagnostic] = []
    ends: list[int | None] = []
    for number, text in enumerate(active):
        time = micros(text) if text else None
        if isinstance(time, str):
            where = table.where(*keys, number)
            findings.append(_bad_time(text, time, where))
            time = None
        ends.append(time)
    return Window(ends[0], ends[1]), findings


def micros(text: str) -> int | str:
    """A time as microseconds since 1970 in UTC, or what is wrong with it.

    >>> micros("1970-01-01T00:00:01.5Z"), micros("1970-01-01T08:00:00+08:00")
    (1500000, 0)
    >>> micros("1970-01-01T00:00:00")
    'has no offset'
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return "is no time"
    if found["offset"] is None:
        return "has no offset"
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
    except ValueError:
        return "is on no calendar"


def _bad_time(text: str, problem: str, where: Where) -> Diagnostic:
    advice = "add its offset from UTC: `Z` or `+08:00`" if problem == "has no offset" else _ADVICE
    return Diagnostic("SYN005", f"{quoted(text)} {problem}", where, advice)
