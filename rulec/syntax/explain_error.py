"""Why a text is no condition, in the words of the person who wrote it.

In: the text and where lark stopped. Out: a `SyntaxProblem`: a code, a phrase, a span, and what to
write instead. `_MISTAKES` are the mistakes people make, tried in order, each a function of the
text and the offset; the last word has the list of what could have stood there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from lark import Token
from lark.exceptions import UnexpectedEOF, UnexpectedInput, UnexpectedToken

from rulec.source import Span
from rulec.syntax.explain_calls import CALL_MISTAKES
from rulec.syntax.problem import (
    COMPARE,
    FACT,
    OPERAND,
    SCAN,
    VALUE,
    Changes,
    SyntaxProblem,
    open_bracket,
    sign_at,
    word_at,
)

__all__ = ["explain_error"]


def explain_error(text: str, error: UnexpectedInput) -> SyntaxProblem:
    """Put a parser error into words.

    >>> from lark.exceptions import UnexpectedCharacters
    >>> explain_error("a.b = 3", UnexpectedCharacters("a.b = 3", 4, 1, 5)).message
    '`=` is no comparison'
    """
    at = _offset(text, error)
    for mistake in _MISTAKES:
        problem = mistake(text, at)
        if problem is not None:
            return problem
    return _unexpected(text, at, _expected(error))


def _offset(text: str, error: UnexpectedInput) -> int:
    if isinstance(error, UnexpectedToken) and isinstance(error.token, Token):
        if error.token.type == "$END":
            return len(text)
        return error.token.start_pos or 0
    if isinstance(error, UnexpectedEOF):
        return len(text)
    return min(error.pos_in_stream or 0, len(text))


_WORD_OPERATORS: Final = {"and": "&&", "or": "||", "not": "!"}
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _single_equals(text: str, at: int) -> SyntaxProblem | None:
    match = re.compile(r"===?|=|<>").match(text, at)
    start = at
    if text[at - 2 : at + 1] == "===":
        match, start = re.compile("===").match(text, at - 2), at - 2
    elif text[at - 1 : at + 1] == "<>":
        match, start = re.compile("<>").match(text, at - 1), at - 1
    if match is None or match.group() == "==":
        return None
    instead = "!=" if match.group() == "<>" else "=="
    span = Span(start, match.end())
    message = f"`{match.group()}` is no comparison"
    return SyntaxProblem("SYN002", message, span, f"write `{instead}`", ((span, instead),))


def _word_operator(text: str, at: int) -> SyntaxProblem | None:
    word = word_at(text, at)
    sign = text[at : at + 1]
    before = re.search(r"\bnot\s+$", text[:at])
    if before is not None and word:
        at, written, instead = before.start(), "not", "!"
    elif word.lower() in _WORD_OPERATORS:
        written, instead = word, _WORD_OPERATORS[word.lower()]
    elif sign in ("&", "|") and text[at + 1 : at + 2] != sign:
        written, instead = sign, sign * 2
    else:
        return None
    span = Span(at, at + len(written))
    rest = len(text[span.end :]) - len(text[span.end :].lstrip())
    replaced = Span(at, span.end + rest) if instead == "!" else span
    message = f"`{written}` is no operator"
    return SyntaxProblem("SYN003", message, span, f"write `{instead}`", ((replaced, instead),))


_MAX_REPEATED: Final = 60
"""Characters of a condition that a message repeats."""


def _bare_negation(text: str, at: int) -> SyntaxProblem | None:
    before = re.search(rf"!\s*({FACT})\s*$", text[:at])
    sign = re.compile(r"(?:[=!]=|[<>]=?|(?:not\s+)?(?:in|under)\b)\s*").match(text, at)
    operand = None if sign is None else OPERAND.match(text, sign.end())
    after = re.compile(rf"({COMPARE}|(?:not\s+)?(?:in|under)\b)\s*({VALUE})?").match(text, at)
    if before is None or after is None:
        return None
    rest = after.group() if after.group(2) else f"{after.group(1)} ..."
    end = after.end()
    changes: Changes = ()
    if operand is not None:
        whole, end = text[at : operand.end()], operand.end()
        rest = whole if len(whole) <= _MAX_REPEATED else rest
        opening, closing = before.start(1), operand.end()
        changes = ((Span(opening, opening), "("), (Span(closing, closing), ")"))
    return SyntaxProblem(
        "SYN008",
        f"`!` stands before `{before.group(1)}`, not before the whole comparison",
        Span(before.start(), end),
        f"write `!({before.group(1)} {rest})`",
        changes,
    )


def _chained(text: str, at: int) -> SyntaxProblem | None:
    left = re.compile(rf"({VALUE})\s*({COMPARE})\s*({FACT})").match(text, at)
    if left is not None:
        value, compare, fact = left.groups()
        turned = f"{fact} {_FLIPPED[compare]} {value}"
        right = re.compile(rf"\s*({COMPARE})\s*({VALUE})").match(text, left.end())
        if right is None:
            return SyntaxProblem(
                "SYN001",
                "a value stands left of a comparison",
                Span(at, left.end()),
                f"write `{turned}`",
            )
        whole = OPERAND.match(text, right.start(2))
        end = right.end() if whole is None else whole.end()
        both = f"{turned} && {fact} {right.group(1)} {text[right.start(2) : end]}"
        is_negated = text[:at].rstrip().endswith("!")
        span, written = Span(at, end), f"({both})" if is_negated else both
        return _chain(span, both, ((span, written),) if whole else ())
    before = re.search(rf"({FACT})\s*({COMPARE})\s*({VALUE})\s*$", text[:at])
    after = re.compile(rf"({COMPARE})\s*({VALUE})").match(text, at)
    if before is None or after is None:
        return None
    fact, compare, value = before.groups()
    both = f"{fact} {compare} {value} && {fact} {after.group(1)} {after.group(2)}"
    return _chain(Span(before.start(), after.end()), both)


def _chain(span: Span, instead: str, changes: Changes = ()) -> SyntaxProblem:
    return SyntaxProblem("SYN004", "comparisons do not chain", span, f"write `{instead}`", changes)


def _quotes(text: str, at: int) -> SyntaxProblem | None:
    if text[at : at + 1] not in tuple("“”„‘’«»"):
        return None
    return SyntaxProblem(
        "SYN005",
        f"`{text[at]}` is no quotation mark of the language",
        Span(at, at + 1),
        "write `\"` or `'`",
    )


def _unclosed(text: str, at: int) -> SyntaxProblem | None:
    if text[at : at + 1] in ('"', "'") and SCAN.match(text, at) is None:
        return SyntaxProblem(
            "SYN006", "this string is not closed", Span(at, at + 1), f"end it with `{text[at]}`"
        )
    if text.startswith("/*", at):
        return SyntaxProblem(
            "SYN006", "this comment is not closed", Span(at, at + 2), "end it with `*/`"
        )
    opened = open_bracket(text, at)
    if at < len(text) or opened is None:
        return None
    closing = ")" if text[opened] == "(" else "]"
    return SyntaxProblem(
        "SYN006",
        f"this `{text[opened]}` is not closed",
        Span(opened, opened + 1),
        f"add `{closing}`",
    )


def _number(text: str, at: int) -> SyntaxProblem | None:
    bare = re.compile(r"\.[0-9]+").match(text, at)
    if bare is not None:
        return SyntaxProblem(
            "SYN005",
            f"`{bare.group()}` is no number",
            Span(*bare.span()),
            f"write `0{bare.group()}`",
        )
    match = re.compile(r"-?[0-9][0-9A-Za-z_]*").match(text, at)
    if match is None or re.fullmatch(r"-?(?:0|[1-9][0-9]*(?:_[0-9]+)*)", match.group()):
        return None
    zeros = re.fullmatch(r"-?0[0-9]+", match.group())
    return SyntaxProblem(
        "SYN005",
        f"`{match.group()}` is no number",
        Span(at, match.end()),
        "leave out the leading zero" if zeros else "a number has digits, and `_` between them",
    )


def _two_facts(text: str, at: int) -> SyntaxProblem | None:
    before = re.search(rf"{COMPARE}\s*$", text[:at])
    after = re.compile(FACT).match(text, at)
    if before is None or after is None:
        return None
    return SyntaxProblem(
        "VOC108",
        f"`{after.group()}` stands where a value belongs: two facts are not compared",
        Span(at, after.end()),
        "declare a fact that holds the result of the comparison",
    )


def _lonely_name(text: str, at: int) -> SyntaxProblem | None:
    before = re.search(r"(?<![\w.])([A-Za-z_]\w*)\s*$", text[:at])
    if before is None or text[at : at + 1] == "." or word_at(text, at):
        return None
    word = before.group(1)
    after = re.compile(rf"{COMPARE}|\(").match(text, at)
    if word in ("true", "false", "in", "not", "under") or after is None:
        return None
    return SyntaxProblem(
        "SYN001",
        f"`{word}` names no fact",
        Span(before.start(1), before.end(1)),
        "a fact is written `entity.fact`, and a named condition stands alone",
    )


def _arithmetic(text: str, at: int) -> SyntaxProblem | None:
    sign = text[at : at + 1]
    if sign not in ("+", "-", "*", "/", "%", "^", "~"):
        return None
    return SyntaxProblem(
        "SYN001",
        f"`{sign}` has no meaning here: conditions do not calculate",
        Span(at, at + 1),
        "declare a fact that holds the result",
    )


_MISTAKES: Final[tuple[Callable[[str, int], SyntaxProblem | None], ...]] = (
    _bare_negation,
    _chained,
    _single_equals,
    _word_operator,
    _quotes,
    _unclosed,
    *CALL_MISTAKES,
    _number,
    _two_facts,
    _lonely_name,
    _arithmetic,
)


_TERMINALS: Final = {
    "NAME": "a name",
    "DOT": "`.`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "COMMA": "`,`",
    "BANG": "`!`",
    "INT": "a number",
    "TIME": "a time",
    "PERCENT": "a percentage",
    "UNDER": "`under`",
    "HAS": "`has`",
    "ROLLOUT": "`rollout`",
    "COLON": "`:`",
    "BY": "`by`",
    "SALT": "`salt`",
    "DECIMAL": "a number",
    "STRING": "a string",
    "TRUE": "`true`",
    "FALSE": "`false`",
    "IN": "`in`",
    "NOT": "`not in`",
    "__ANON_0": "`||`",
    "__ANON_1": "`&&`",
    "$END": "the end",
}
_MAX_EXPECTED: Final = 3
_GROUPS: Final = (
    (frozenset({"`||`", "`&&`", "the end"}), "`&&`, `||` or the end"),
    (frozenset({"a name", "`!`", "`(`", "`true`", "`false`", "`has`", "`rollout`"}), "a condition"),
    (frozenset({"a number", "a string", "a time"}), "a value"),
)


def _expected(error: UnexpectedInput) -> str:
    kinds = (getattr(error, kind, None) for kind in ("accepts", "expected", "allowed"))
    names: Iterable[str] = next((found for found in kinds if found), ())
    words = {_TERMINALS.get(name, "a comparison") for name in names}
    for group, phrase in _GROUPS:
        if group <= words:
            words = (words - group) | {phrase}
    if len(words) > _MAX_EXPECTED:
        return "an operator"
    return (
        " or ".join(sorted(words, key=lambda word: (word == _GROUPS[0][1], word))) or "a condition"
    )


def _unexpected(text: str, at: int, expected: str) -> SyntaxProblem:
    if at >= len(text):
        end = len(text.rstrip())
        message = (
            f"the condition ends where {expected} belongs" if end else "the condition is empty"
        )
        return SyntaxProblem("SYN001", message, Span(max(end - 1, 0), end), None)
    word = word_at(text, at) or sign_at(text, at)
    message = f"`{word}` stands where {expected} belongs"
    if word in ")]" and open_bracket(text, at) is None:
        message = f"nothing is open that `{word}` could close"
    help = "write a list as `[a, b]`" if re.search(r"\bin\s*$", text[:at]) else None
    return SyntaxProblem("SYN001", message, Span(at, at + len(word)), help)
