"""A literal in the words of a condition, and a value it would take.

In: a literal. Out: text, truth over a value, an example. Values are as the oracle reads them.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final

from rulec.check.types import written_value
from rulec.oracle.facts import FactValue
from rulec.rollout import MAX_PERCENT_PLACES, N_BUCKETS, bucket
from rulec.simplify.values import (
    Buckets,
    Existence,
    Literal,
    Matching,
    Nodes,
    Presences,
    Spans,
    Words,
)
from rulec.vocabulary.model import Fact, FactType

__all__ = ["describe", "example", "holds", "written"]

_MAX_SHOWN: Final = 8
"""Words and pieces that a text repeats."""
_MAX_KEYS: Final = 2000
"""Keys that are tried for one that a rollout selects."""


def describe(literal: Literal) -> str:
    """The literal as a condition would say it.

    >>> from rulec.vocabulary.model import Presence
    >>> level = Fact("buyer", "level", FactType.INT, Presence.OPTIONAL, low=0, high=9)
    >>> describe(Literal(level, Spans(((3, 9),))))
    'buyer.level >= 3'
    """
    path = literal.fact.path
    match literal.values:
        case Presences(tag=tag, is_present=is_there):
            return _sign(is_there) + (f"{path}()" if tag is None else f"{path}.contains({_q(tag)})")
        case Matching(pattern=pattern, text=text, is_match=is_there):
            return f"{_sign(is_there)}{path}.{pattern.value}({_q(text)})"
        case Existence(is_present=is_there):
            return f"{_sign(is_there)}has({path})"
        case Words(words=words, is_complement=is_complement):
            return _words(path, words, ("==", "in"), is_complement)
        case Nodes(exact=exact, under=under, is_complement=is_complement):
            said = [_words(path, exact, ("==", "in"), False)] if exact or not under else []
            said += [_words(path, under, ("under", "under"), False)] if under else []
            text = " || ".join(said)
            return f"!({text})" if is_complement else text
        case Buckets(salt=salt, low=low, high=high):
            selected = f"rollout({_percent(low or high)}%, by: {path}, salt: {_q(salt)})"
            return f"{_sign(low == 0)}{selected}"
        case Spans(spans=spans):
            pieces = [_span(literal.fact, low, high) for low, high in spans]
            return _listed(pieces, " || ") if pieces else f"{path} in []"


def holds(literal: Literal, value: FactValue) -> bool:
    """Whether a value of the literal's fact satisfies it; None is a missing one."""
    if isinstance(literal.values, Existence):
        return (value is not None) is literal.values.is_present
    if value is None:
        return False
    match literal.values:
        case Presences(tag=tag, is_present=is_present):
            is_there = tag in value if isinstance(value, frozenset) else value is True
            return is_there is is_present
        case Matching(pattern=pattern, text=text, is_match=is_match):
            return pattern.finds(text, str(value)) is is_match
        case Words(words=words, is_complement=is_complement):
            return (value in words) is not is_complement
        case Nodes() as nodes:
            return _is_among(str(value), nodes) is not nodes.is_complement
        case Buckets(salt=salt, low=low, high=high):
            assert isinstance(value, int | str)
            return low <= bucket(salt, value) < high
        case Spans(spans=spans):
            return any(low <= value <= high for low, high in spans if isinstance(value, int))


def example(literal: Literal, value: FactValue) -> tuple[FactValue, ...]:
    """A value that satisfies the literal, near the one it has; none where none is found."""
    fact = literal.fact
    match literal.values:
        case Presences(tag=None, is_present=is_present):
            return (is_present,)
        case Presences(tag=tag, is_present=is_present):
            tags: set[int | str] = set(value) if isinstance(value, frozenset) else set()
            one = set() if tag is None else {tag}
            return (_tags(tags | one if is_present else tags - one),)
        case Existence(is_present=is_present):
            return (_any_value(fact) if is_present else None,)
        case Matching(text=text, is_match=is_match):
            found = [text if is_match else ""]
        case Words(words=words, is_complement=is_complement):
            found = _others(len(words)) if is_complement else sorted(words)
        case Nodes(exact=exact, under=under, is_complement=is_complement):
            named = exact | under
            found = _others(len(named)) if is_complement else sorted(named)
        case Buckets():
            is_int = fact.type is FactType.INT
            keys = [number if is_int else f"key{number}" for number in range(_MAX_KEYS)]
            return tuple(key for key in keys if holds(literal, key))[:1]
        case Spans(spans=spans):
            near = value if isinstance(value, int) else 0
            ends = [min(max(near, low), high) for low, high in spans]
            return tuple(sorted(ends, key=lambda end: abs(end - near)))[:1]
    return tuple(text for text in found if holds(literal, text))[:1]


def written(fact: Fact, value: FactValue) -> str:
    """A value as people read it.

    >>> from rulec.vocabulary.model import Presence
    >>> written(Fact("item", "price", FactType.DECIMAL, Presence.REQUIRED, scale=2), 1990)
    '19.90'
    """
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _q(value)
    if isinstance(value, int):
        return f"{written_value(fact, value)} {fact.unit}".rstrip()
    tags: list[int | str] = sorted(value, key=lambda tag: (len(str(tag)), str(tag)))
    return f"[{_listed([_q(tag) for tag in tags])}]"


def _q(value: int | str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sign(is_positive: bool) -> str:
    return "" if is_positive else "!"


def _words(path: str, words: Collection[str], signs: tuple[str, str], is_complement: bool) -> str:
    shown = _listed([_q(word) for word in sorted(words)])
    if len(words) == 1:
        sign = "!=" if is_complement else signs[0]
        return f"{path} {sign} {shown}"
    return f"{path} {'not ' if is_complement else ''}{signs[1]} [{shown}]"


def _percent(threshold: int) -> str:
    """The percentage of a threshold, which was made from at most six decimal places."""
    unit = 10**MAX_PERCENT_PLACES
    millionths = -(-threshold * 100 * unit // N_BUCKETS)
    whole, places = divmod(millionths, unit)
    return f"{whole}.{places:0{MAX_PERCENT_PLACES}}".rstrip("0").rstrip(".")


def _is_among(node: str, nodes: Nodes) -> bool:
    return node in nodes.exact or any(
        not path or node == path or node.startswith(f"{path}/") for path in nodes.under
    )


def _tags(tags: set[int | str]) -> frozenset[int] | frozenset[str]:
    numbers = frozenset(tag for tag in tags if isinstance(tag, int))
    return numbers or frozenset(tag for tag in tags if isinstance(tag, str))


def _any_value(fact: Fact) -> FactValue:
    if fact.type is FactType.ENUM:
        return fact.values[0]
    return "" if fact.type.is_text else min(max(0, fact.low), fact.high)


def _others(n_named: int) -> list[str]:
    """Words of which one at least is none of the named ones."""
    return [f"other{number or ''}" for number in range(n_named + 1)]


def _span(fact: Fact, low: int, high: int) -> str:
    first, last = written_value(fact, low), written_value(fact, high)
    if low == high:
        return f"{fact.path} == {first}"
    if high == fact.high:
        return f"{fact.path} >= {first}"
    return f"{fact.path} <= {last}" if low == fact.low else f"{fact.path} in {first}..={last}"


def _listed(parts: Collection[str], sign: str = ", ") -> str:
    shown = sign.join(list(parts)[:_MAX_SHOWN])
    more = len(parts) - _MAX_SHOWN
    return f"{shown}{sign}... {more} more" if more > 0 else shown
