"""Regular expressions of a point's `schema`, found by RE2, whose time is linear in the text.

In: an expression. Out: whether a text holds it; `BadPattern` where RE2 knows no such expression.
Backtracking engines take exponential time on some short ones, and rule files are anybody's. RE2 is
the extra `patterns`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

try:
    import re2
except ImportError:
    _engine: Any = None
else:
    _engine = re2

__all__ = ["BadPattern", "check_pattern", "is_found"]

_MISSING: Final = "it takes RE2: install `rulec[patterns]`"


class BadPattern(ValueError):
    """An expression that cannot be matched, and why."""


@lru_cache(maxsize=1000)
def check_pattern(pattern: str) -> None:
    """Raise `BadPattern` for an expression that cannot be matched."""
    if _engine is None:
        raise BadPattern(_MISSING)
    options = _engine.Options()
    options.log_errors = False
    try:
        _engine.compile(pattern, options)
    except _engine.error as error:
        (reason,) = error.args
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise BadPattern(text) from None


def is_found(pattern: str, text: str) -> bool:
    """Whether a text holds an expression that `check_pattern` let pass."""
    return _engine.search(pattern, text) is not None
