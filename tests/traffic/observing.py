"""Requests as the compiler learns from them, and literals evaluated the slow way."""

from __future__ import annotations

from collections.abc import Sequence

from rulec.check.tree import Pattern
from rulec.layout.learn import Observed
from rulec.oracle.facts import Facts
from rulec.rollout import bucket
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


def observed(rows: Sequence[Facts]) -> Observed:
    """What some read requests say of every fact."""
    found: dict[str, dict[bool | int | str, list[int]]] = {}
    for number, facts in enumerate(rows):
        for path, value in facts.items():
            own = found.setdefault(path, {})
            for each in value if isinstance(value, frozenset) else (value,):
                if each is not None and each is not False:
                    own.setdefault(each, []).append(number)
    return Observed(len(rows), found, {"rows": len(rows)})


def holds(literal: Literal, facts: Facts) -> bool:
    """Whether a request satisfies a literal."""
    value = facts[literal.fact.path]
    match literal.values:
        case Existence(is_present=is_present):
            return (value is not None) is is_present
        case Presences(tag=None, is_present=is_present):
            return value is is_present
        case Presences(tag=tag, is_present=is_present):
            assert isinstance(value, frozenset)
            return (tag in value) is is_present
    if value is None:
        return False
    match literal.values:
        case Spans(spans=spans):
            assert isinstance(value, int)
            return any(low <= value <= high for low, high in spans)
        case Words(words=words, is_complement=is_complement):
            return (value in words) is not is_complement
        case Nodes(exact=exact, under=under, is_complement=is_complement):
            around = (node for node in under if f"{value}/".startswith(f"{node}/") or not node)
            return (value in exact or any(True for _ in around)) is not is_complement
        case Matching(pattern=pattern, text=text, is_match=is_match):
            assert isinstance(value, str)
            finds = {
                Pattern.STARTS_WITH: value.startswith,
                Pattern.ENDS_WITH: value.endswith,
                Pattern.INCLUDES: value.__contains__,
            }
            return finds[pattern](text) is is_match
        case Buckets(salt=salt, low=low, high=high):
            assert isinstance(value, int | str)
            return low <= bucket(salt, value) < high
    raise AssertionError(literal)
