"""Values against the type of their fact: digits to 64-bit integers, words to declared values.

In: a `Value` as written and the `Fact` it meets. Out: the typed value, or None after a report.
"""

from __future__ import annotations

from rulec.check.messages import Report, bad_value, out_of_range, unknown_value
from rulec.limits import MAX_INT, MIN_INT
from rulec.syntax.tree import Value, ValueKind
from rulec.vocabulary.model import Fact, FactType

__all__ = ["typed_number", "typed_text", "written_number"]

_MAX_DIGITS = 40
"""No 64-bit value needs more; `int()` refuses thousands of digits with an error of its own."""


def typed_text(report: Report, fact: Fact, value: Value) -> str | None:
    """A value compared with an enum or a string."""
    if value.kind is not ValueKind.STRING:
        bad_value(report, fact, value)
        return None
    if fact.type is FactType.ENUM and value.text not in fact.values:
        unknown_value(report, fact, value)
        return None
    return value.text


def typed_number(
    report: Report, fact: Fact, value: Value, *, is_exclusive_high: bool = False
) -> int | None:
    """A value compared with an int or a decimal, in the fact's smallest unit.

    A value outside the declared range is refused, since nothing could equal it; only an excluded
    upper end may stand one unit above.
    """
    if value.kind is ValueKind.STRING:
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
    if not fact.low <= number <= fact.high + (1 if is_exclusive_high else 0):
        low, high = written_number(fact.low, fact.scale), written_number(fact.high, fact.scale)
        out_of_range(report, fact, value, low, high)
        return None
    return number


def written_number(number: int, scale: int) -> str:
    """A number of smallest units as a condition writes it.

    >>> written_number(-1990, 2)
    '-19.90'
    """
    if not scale:
        return str(number)
    digits = str(abs(number)).rjust(scale + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"
