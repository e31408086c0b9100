"""The words of errors: what a fact expects, what it was given, what a program cannot say.

In: declared facts and values of any kind, hostile ones too. Out: short phrases.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rulec_runtime.artifact import FactSpec

__all__ = ["NOTHING", "NO_CONDITIONS", "expected", "given", "shown", "suggestion"]

NOTHING: Final = "nothing"
"""What is given where a fact is absent."""
NO_CONDITIONS: Final = (
    "a program opened from a file keeps no conditions: compile the rule set to ask why"
)
_MAX_SHOWN: Final = 80
_MAX_WORDS: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MIN_INT: Final = -(2**63)
_MAX_INT: Final = 2**63 - 1
_KINDS: Final = (
    (bool, "the flag"),
    (int, "the int"),
    (float, "the float"),
    (Decimal, "the decimal"),
    (str, "the string"),
    (datetime, "the time"),
    (bytes, "the bytes"),
    ((list, tuple), "the list"),
    ((set, frozenset), "the set"),
    (dict, "the mapping"),
)


def expected(spec: FactSpec) -> str:
    """What a value of a fact looks like, in the words of the vocabulary."""
    kind = spec.type_name
    if kind == "flag":
        return "true or false"
    if kind == "tags<int>":
        return "a list of 64-bit ints"
    if kind == "tags<string>":
        return "a list of strings of Unicode text"
    if kind == "tree":
        return "a path: segments that are not empty, joined by `/`"
    if kind == "time":
        return "a time with an offset, to the microsecond" + _range(spec)
    if kind == "int":
        return "an int" + _range(spec)
    if kind == "enum":
        words = [f"`{shown(word)}`" for word in spec.values[:_MAX_WORDS]]
        return "one of " + ", ".join(words) + (", ..." if len(spec.values) > _MAX_WORDS else "")
    if kind == "string":
        return "a string of Unicode text"
    return f"an exact decimal of at most {spec.scale} places" + _range(spec)


def _range(spec: FactSpec) -> str:
    write = _time if spec.type_name == "time" else _number
    low, high = (write(bound, spec.scale) for bound in (spec.low, spec.high))
    if spec.low == _MIN_INT and spec.high == _MAX_INT:
        return "" if spec.type_name == "time" else " of 64 bits"
    if spec.low == _MIN_INT:
        return f" up to {high}"
    return f" from {low}" + ("" if spec.high == _MAX_INT else f" to {high}")


def _number(value: int, scale: int) -> str:
    """A scaled int as people write it.

    >>> _number(-1990, 2)
    '`-19.90`'
    """
    if not scale:
        return f"`{value}`"
    whole, places = divmod(abs(value), 10**scale)
    return f"`{'-' if value < 0 else ''}{whole}.{places:0{scale}d}`"


def _time(value: int, _: int) -> str:
    """Microseconds since 1970 as people write a time.

    >>> _time(1_500_000, 0)
    '`1970-01-01T00:00:01.500000Z`'
    """
    try:
        moment = _EPOCH + timedelta(microseconds=value)
    except OverflowError:
        return f"`{value}` microseconds since 1970"
    return f"`{moment.replace(tzinfo=None).isoformat()}Z`"


def given(value: object) -> str:
    """A value in few words.

    >>> given("19.905")
    "the string `'19.905'`"
    """
    kind = next((words for types, words in _KINDS if isinstance(value, types)), "the object")
    write = str if isinstance(value, Decimal) else reprlib.repr
    return f"{kind} `{shown(value, write)}`"


def shown(value: object, write: Callable[[object], str] = str) -> str:
    """A value as one short line."""
    try:
        text = write(value)
    except Exception:  # a foreign `__repr__` may fail in any way
        return "..."
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:_MAX_SHOWN])
    return line + ("..." if len(text) > _MAX_SHOWN else "")


def suggestion(name: str, names: Iterable[str]) -> str:
    """The help for a name nobody declared, or nothing.

    >>> suggestion("isTMSeler", ["isTMSeller", "level"])
    '; did you mean `isTMSeller`?'
    """
    close = difflib.get_close_matches(name, list(names), 1)
    return f"; did you mean `{close[0]}`?" if close else ""
