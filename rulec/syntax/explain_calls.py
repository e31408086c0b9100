"""Mistakes inside calls and times: what they look like, and what to write instead.

In: a text and the offset where the parser stopped. Out: a `SyntaxProblem`, or None where it is
another mistake.
"""

from __future__ import annotations

import re
from typing import Final

from rulec.source import Span
from rulec.syntax.problem import (
    FACT,
    VALUE,
    Changes,
    SyntaxProblem,
    open_bracket,
    sign_at,
    word_at,
)

__all__ = ["CALL_MISTAKES"]

_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:(?P<t>[Tt ])[0-9]{2}:[0-9]{2}(?P<seconds>:[0-9]{2})?"
    r"(?P<fraction>\.[0-9]+)?(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)
_OFFSET_HELP: Final = "the offset of the clock it was read from"


def _time(text: str, at: int) -> SyntaxProblem | None:
    """A date or a time that lacks its offset, or is too fine."""
    for match in _TIME.finditer(text, max(at - 40, 0)):
        if match.start() <= at <= match.end():
            break
    else:
        return None
    date, _, clock = match.group().partition(match.group("t") or " ")
    if len(match.group("fraction") or "") > 7:
        return SyntaxProblem(
            "SYN005", f"`{match.group()}` is finer than a microsecond", Span(*match.span()), None
        )
    if match.group("offset") and match.group("seconds"):
        if match.group("t") != " ":
            return None
        return SyntaxProblem(
            "SYN005",
            f"the time `{match.group()}` has a space in it",
            Span(*match.span()),
            f"write `{date}T{clock}`",
        )
    clock = clock.removesuffix(match.group("offset") or "")
    clock = clock if match.group("seconds") else f"{clock or '00:00'}:00"
    lacks = "seconds" if match.group("offset") else "an offset"
    return SyntaxProblem(
        "SYN005",
        f"the time `{match.group()}` has no {lacks.removeprefix('an ')}",
        Span(*match.span()),
        f"write `{date}T{clock}{match.group('offset') or '+00:00'}`, with {_OFFSET_HELP}",
    )


def _percent(text: str, at: int) -> SyntaxProblem | None:
    """A share that is written in another way than `12.5%`."""
    before = re.search(r"\brollout\s*\(\s*$", text[:at])
    match = re.compile(r"-?[0-9][0-9_.]*%?").match(text, at)
    if before is None or match is None:
        return None
    help = "write it as `12.5%`: 0 to 100, with at most six decimal places"
    return SyntaxProblem(
        "SYN005", f"`{match.group()}` is no percentage", Span(at, match.end()), help
    )


def _rollout_shape(text: str, at: int) -> SyntaxProblem | None:
    """A rollout whose parts stand in another order, or lack their names."""
    opened = open_bracket(text, at)
    if opened is None or re.search(r"\brollout\s*$", text[:opened]) is None or at >= len(text):
        return None
    word = word_at(text, at) or sign_at(text, at)
    return SyntaxProblem(
        "SYN001",
        f"`{word}` stands where `rollout` has another part",
        Span(at, at + len(word)),
        'write `rollout(12.5%, by: buyer.id, salt: "...")`',
    )


def _has_of_no_fact(text: str, at: int) -> SyntaxProblem | None:
    before = re.search(r"\bhas\s*\(\s*([A-Za-z_]\w*)?\s*$", text[:at])
    if before is None or text[at : at + 1] != ")":
        return None
    help = "write `has(entity.fact)`, with an optional fact"
    return SyntaxProblem(
        "VOC102", f"`{before.group()}{text[at]}` names no fact", Span(before.start(), at + 1), help
    )


def _method_named_alone(text: str, at: int) -> SyntaxProblem | None:
    """`r.has(r.n)`: a fact where a method takes a value, or a word that is no method."""
    before = re.search(r"\.\s*(has|rollout|under|in|not)\s*\(\s*$", text[:at])
    if before is None:
        return None
    word = before.group(1)
    return SyntaxProblem(
        "SYN001",
        f"`{word}` is no method",
        Span(*before.span(1)),
        "write `has(entity.fact)`" if word == "has" else None,
    )


def _missing_call(text: str, at: int) -> SyntaxProblem | None:
    """A method whose value stands beside it, without parentheses."""
    methods = "contains|containsAny|containsAll|startsWith|endsWith|includes"
    before = re.search(rf"\.\s*({methods})\s*$", text[:at])
    value = re.compile(rf"{VALUE}|\[[^\]\n]*\]").match(text, at)
    if before is None or value is None:
        return None
    return SyntaxProblem(
        "VOC102",
        f"`{before.group(1)}` is not called",
        Span(before.start(1), value.end()),
        f"write `{before.group(1)}({value.group()})`",
        _called(before.end(1), value.start(), value.end()),
    )


def _has_not_called(text: str, at: int) -> SyntaxProblem | None:
    before = re.search(r"(?<![\w.])has\s*$", text[:at])
    fact = re.compile(FACT).match(text, at)
    if before is None or fact is None:
        return None
    return SyntaxProblem(
        "VOC102",
        "`has` is not called",
        Span(before.start(), fact.end()),
        f"write `has({fact.group()})`",
        _called(before.start() + len("has"), fact.start(), fact.end()),
    )


def _called(name_end: int, start: int, end: int) -> Changes:
    """Parentheses around what stands from `start` to `end`, right behind the name."""
    return ((Span(name_end, start), "("), (Span(end, end), ")"))


def _lonely_member(text: str, at: int) -> SyntaxProblem | None:
    """`in 5`: one value where a list or a range belongs."""
    before = re.search(rf"\bin\s+({VALUE})\s*$", text[:at])
    if before is None or text.startswith("..", at):
        return None
    return SyntaxProblem(
        "SYN001",
        f"`in` takes a list or a range, not `{before.group(1)}` alone",
        Span(*before.span(1)),
        f"write `in [{before.group(1)}]`, or `==`",
    )


def _double_call(text: str, at: int) -> SyntaxProblem | None:
    """`seller.isTMSeller()()`, or parentheses behind a comparison."""
    if text[at : at + 1] != "(" or re.search(r"\)\s*$", text[:at]) is None:
        return None
    end = text.find(")", at)
    span = Span(at, end + 1 if end >= 0 else at + 1)
    changes: Changes = () if text[at + 1 : end].strip() or end < 0 else ((span, ""),)
    return SyntaxProblem(
        "VOC102", "these parentheses call nothing", span, "leave them out", changes
    )


CALL_MISTAKES: Final = (
    _time,
    _percent,
    _method_named_alone,
    _has_of_no_fact,
    _rollout_shape,
    _missing_call,
    _has_not_called,
    _lonely_member,
    _double_call,
)
"""In the order they are tried."""
