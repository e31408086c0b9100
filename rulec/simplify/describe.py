"""A literal in the words of a condition, and a value it would take.

In: a literal. Out: text, truth over a value, an example. Values are as the oracle reads them.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final, TypeAlias

from rulec.check.types import written_number
from rulec.simplify.values import Literal, Presences, Spans, Words
from rulec.vocabulary.model import Fact

__all__ = ["describe", "example", "holds", "written"]

_Value: TypeAlias = bool | int | str | frozenset[int] | None
_MAX_SHOWN: Final = 8
"""Words and pieces that a text repeats."""


def describe(literal: Literal) -> str:
    """The literal as a condition would say it.

    >>> from rulec.vocabulary.model import FactType, Presence
    >>> level = Fact("buyer", "level", FactType.INT, Presence.OPTIONAL, low=0, high=9)
    >>> describe(Literal(level, Spans(((3, 9),))))
    'buyer.level >= 3'
    """
    path = literal.fact.path
    match literal.values:
        case Presences(tag=tag, is_present=is_present):
            called = f"{path}()" if tag is None else f"{path}.contains({tag})"
            return called if is_present else f"!{called}"
        case Words(words=words, is_complement=is_complement):
            shown = _listed([json.dumps(word, ensure_ascii=False) for word in sorted(words)])
            if len(words) == 1:
                return f"{path} {'!=' if is_complement else '=='} {shown}"
            return f"{path} {'not in' if is_complement else 'in'} [{shown}]"
        case Spans(spans=spans):
            pieces = [_span(literal.fact, low, high) for low, high in spans]
            return _listed(pieces, " || ") if pieces else f"{path} in []"


def holds(literal: Literal, value: _Value) -> bool:
    """Whether a value of the literal's fact satisfies it; None is a missing one."""
    if value is None:
        return False
    match literal.values:
        case Presences(tag=tag, is_present=is_present):
            is_there = tag in value if isinstance(value, frozenset) else value is True
            return is_there is is_present
        case Words(words=words, is_complement=is_complement):
            return (value in words) is not is_complement
        case Spans(spans=spans):
            return any(low <= value <= high for low, high in spans if isinstance(value, int))


def example(literal: Literal, value: _Value) -> _Value:
    """A value that satisfies the literal, near the one it has; None where no value does."""
    match literal.values:
        case Presences(tag=None, is_present=is_present):
            return is_present
        case Presences(tag=tag, is_present=is_present):
            tags = value if isinstance(value, frozenset) else frozenset()
            assert tag is not None
            return tags | {tag} if is_present else tags - {tag}
        case Words(words=words, is_complement=False):
            return min(words, default=None)
        case Words(words=words):
            names = (f"other{number or ''}" for number in range(len(words) + 1))
            return next(name for name in names if name not in words)
        case Spans(spans=spans):
            near = value if isinstance(value, int) else 0
            ends = [min(max(near, low), high) for low, high in spans]
            return min(ends, key=lambda end: abs(end - near), default=None)


def written(fact: Fact, value: _Value) -> str:
    """A value as people read it.

    >>> from rulec.vocabulary.model import FactType, Presence
    >>> written(Fact("item", "price", FactType.DECIMAL, Presence.REQUIRED, scale=2), 1990)
    '19.90'
    """
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return written_number(value, fact.scale)
    return f"[{_listed([str(tag) for tag in sorted(value)])}]"


def _span(fact: Fact, low: int, high: int) -> str:
    first, last = written_number(low, fact.scale), written_number(high, fact.scale)
    if low == high:
        return f"{fact.path} == {first}"
    if high == fact.high:
        return f"{fact.path} >= {first}"
    return f"{fact.path} <= {last}" if low == fact.low else f"{fact.path} in {first}..={last}"


def _listed(parts: Collection[str], sign: str = ", ") -> str:
    shown = sign.join(list(parts)[:_MAX_SHOWN])
    more = len(parts) - _MAX_SHOWN
    return f"{shown}{sign}... {more} more" if more > 0 else shown
