"""Values against the type of their fact: digits to 64-bit integers, words to declared values.

In: a `Value` as written and the `Fact` it meets. Out: the typed value, or None after a report.
"""

from __future__ import annotations

from rulec.check.messages import (
    Report,
    bad_path,
    bad_time,
    bad_value,
    needs_time,
    out_of_range,
    unknown_value,
)
from rulec.instant import instant, written_instant
from rulec.limits import MAX_INT, MIN_INT
from rulec.syntax.tree import Value, ValueKind
from rulec.vocabulary.model import Fact, FactType, is_path

__all__ = ["typed_ordered", "typed_tag", "typed_text", "written_value"]

_MAX_DIGITS = 40
"""No 64-bit value needs more; `int()` refuses thousands of digits with an error of its own."""


def typed_text(report: Report, fact: Fact, value: Value) -> str | None:
    """A value compared with an enum, a string or a tree."""
    if value.kind is not ValueKind.STRING:
        bad_value(report, fact, value)
        return None
    if fact.type is FactType.ENUM and value.text not in fact.values:
        unknown_value(report, fact, value)
        return None
    if fact.type is FactType.TREE and not is_path(value.text):
        bad_path(report, fact, value)
        return None
    return value.text


def typed_tag(report: Report, fact: Fact, value: Value) -> int | str | None:
    """One tag."""
    needed = ValueKind.INT if fact.type is FactType.TAGS_INT else ValueKind.STRING
    if value.kind is not needed:
        kind = "integers" if needed is ValueKind.INT else "strings"
        bad_value(report, fact, value, f"its tags are {kind}")
        return None
    return value.text if needed is ValueKind.STRING else _integer(report, fact, value)


def typed_ordered(
    report: Report, fact: Fact, value: Value, *, is_exclusive_high: bool = False
) -> int | None:
    """A value compared with an int, a decimal or a time, in the fact's smallest unit.

    A value outside the declared range is refused, since nothing could equal it; only an excluded
    upper end may stand one unit above.
    """
    number = _instant(report, fact, value) if fact.type is FactType.TIME else None
    if fact.type is not FactType.TIME:
        number = _integer(report, fact, value)
    if number is None:
        return None
    if not fact.low <= number <= fact.high + (1 if is_exclusive_high else 0):
        low, high = written_value(fact, fact.low), written_value(fact, fact.high)
        out_of_range(report, fact, value, low, high)
        return None
    return number


def _instant(report: Report, fact: Fact, value: Value) -> int | None:
    if value.kind is not ValueKind.TIME:
        needs_time(report, fact, value)
        return None
    micros = instant(value.text)
    if micros is None:
        bad_time(report, value)
    return micros


def _integer(report: Report, fact: Fact, value: Value) -> int | None:
    """A number of 64 bits, in the fact's smallest unit."""
    if value.kind not in (ValueKind.INT, ValueKind.DECIMAL):
        bad_value(report, fact, value)
        return None
    digits, _, places = value.text.partition(".")
    if len(places) > fact.scale:
        problem = (
            f"`{value.text}` has more than {fact.scale} decimal places"
            if fact.type is FactType.DECIMAL
            else f"`{value.text}` is no integer"
        )
        bad_value(report, fact, value, problem)
        return None
    if len(digits) > _MAX_DIGITS:
        bad_value(report, fact, value, "the number does not fit 64 bits")
        return None
    number = int(digits + places.ljust(fact.scale, "0"))
    if not MIN_INT <= number <= MAX_INT:
        bad_value(report, fact, value, f"`{value.text}` does not fit 64 bits")
        return None
    return number


def written_value(fact: Fact, number: int) -> str:
    """A number of a fact's smallest units as a condition writes it.

    >>> from rulec.vocabulary.model import Presence
    >>> written_value(Fact("a", "b", FactType.DECIMAL, Presence.REQUIRED, scale=2), -1990)
    '-19.90'
    """
    if fact.type is FactType.TIME:
        return written_instant(number)
    if not fact.scale:
        return str(number)
    digits = str(abs(number)).rjust(fact.scale + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[: -fact.scale]}.{digits[-fact.scale :]}"
