"""Text to tree: the grammar of grammar.lark, run by lark, with every limit counted.

In: an `Excerpt`. Out: `(Expr, [])`, or `(None, [Diagnostic])` with one finding, since what follows
a syntax error says nothing certain.

The tree is built by callbacks while the LALR parser reduces: no second pass, no recursion. `_Gate`
stands between lexer and parser and counts tokens, depth and list lengths before the parser sees
them, so hostile text is refused at the token that goes too far.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from rulec.diagnostic import Diagnostic, Fix
from rulec.limits import MAX_CONDITION_BYTES, MAX_DEPTH, MAX_LIST, MAX_TOKENS
from rulec.logic import And, Leaf, Not, Or, Truth
from rulec.source import Excerpt, Span
from rulec.syntax.explain_error import explain_error
from rulec.syntax.problem import SyntaxProblem
from rulec.syntax.tree import (
    Bare,
    Call,
    Comparison,
    Expr,
    FactName,
    Has,
    Membership,
    Name,
    Operator,
    Rollout,
    Under,
    Value,
    ValueKind,
    ValueList,
    ValueRange,
    Word,
)

__all__ = ["parse", "tokenize"]


def parse(condition: Excerpt) -> tuple[Expr | None, list[Diagnostic]]:
    """Parse one condition.

    >>> from rulec.source import Source
    >>> text = "item.contains(4199)"
    >>> parse(Excerpt(Source("a", text), text, range(len(text) + 1)))[0].value.fact.fact.text
    'contains'
    """
    text = condition.text
    try:
        _check_size(text)
        return cast("Expr", _parser().parse(text)), []
    except SyntaxProblem as problem:
        found = problem
    except UnexpectedInput as error:
        found = explain_error(text, error)
    where = condition.where(found.span)
    fix = Fix.of(condition, found.help or "", found.changes)
    return None, [Diagnostic(found.code, found.message, where, found.help, fix=fix)]


def tokenize(text: str) -> list[Word]:
    """The words and signs of a condition that parses, comments left out.

    >>> [word.text for word in tokenize("a.b == 1 // why")]
    ['a', '.', 'b', '==', '1']
    """
    return [_word(token) for token in _parser().parse_interactive(text).exhaust_lexer()]


def _check_size(text: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_CONDITION_BYTES:
        raise SyntaxProblem(
            "SYN007",
            f"the condition is longer than {MAX_CONDITION_BYTES // 1024} KiB",
            Span(0, 0),
            "split it into several definitions",
        )


@cache
def _parser() -> Lark:
    grammar = (files("rulec.syntax") / "grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        start="condition",
        parser="lalr",
        lexer="contextual",
        postlex=_Gate(),
        transformer=_Builder(),
        maybe_placeholders=False,
    )


class _Gate:
    """Counts what passes from lexer to parser; holds no state between conditions."""

    always_accept: Final[tuple[str, ...]] = ()

    def process(self, tokens: Iterator[Token]) -> Iterator[Token]:
        n_values = depth = pending = 0
        negations: list[int] = []
        for n_tokens, token in enumerate(tokens, 1):
            match token.type:
                case "BANG":
                    pending += 1
                    depth += 1
                case "LPAR":
                    negations.append(pending)
                    pending = 0
                    depth += 1
                case "RPAR":
                    depth -= 1 + (negations.pop() if negations else 0)
                case "LSQB":
                    n_values = 0
                case "INT" | "DECIMAL" | "TIME" | "STRING":
                    n_values += 1
                case "RSQB":
                    n_values = 0
                case "NAME" | "TRUE" | "FALSE" | "HAS" | "ROLLOUT":
                    depth -= pending
                    pending = 0
            if n_tokens > MAX_TOKENS:
                raise _too_large(token, f"more than {MAX_TOKENS:,} words and signs")
            if depth > MAX_DEPTH:
                raise _too_large(token, f"nested deeper than {MAX_DEPTH}")
            if n_values > MAX_LIST:
                raise _too_large(token, f"a list of more than {MAX_LIST:,} values")
            yield token


def _too_large(token: Token, what: str) -> SyntaxProblem:
    return SyntaxProblem("SYN007", f"the condition is too large: {what}", _span(token))


def _span(token: Token) -> Span:
    assert token.start_pos is not None
    assert token.end_pos is not None
    return Span(token.start_pos, token.end_pos)


def _word(token: Token) -> Word:
    return Word(str(token), _span(token))


_ESCAPES: Final = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "r": "\r", "t": "\t"}


def _unescape(token: Token) -> str:
    body = token[1:-1]
    if "\\" not in body:
        return body
    parts: list[str] = []
    at = 0
    while (escape := body.find("\\", at)) >= 0:
        parts.append(body[at:escape])
        kind = body[escape + 1]
        if kind in _ESCAPES:
            parts.append(_ESCAPES[kind])
            at = escape + 2
        else:
            close = body.find("}", escape)
            is_closed = close > 0 and body[escape + 1 : escape + 3] == "u{"
            digits = body[escape + 3 : close] if is_closed else ""
            parts.append(_character(digits, token, escape))
            at = close + 1
    return "".join((*parts, body[at:]))


def _character(digits: str, token: Token, escape: int) -> str:
    start = _span(token).start + 1 + escape
    is_hex = 1 <= len(digits) <= 6 and all(d in "0123456789abcdefABCDEF" for d in digits)
    number = int(digits, 16) if is_hex else -1
    if 0 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF:
        return chr(number)
    raise SyntaxProblem(
        "SYN005",
        f"unknown escape `{token[1 + escape : 3 + escape]}`",
        Span(start, start + 2),
        r"the escapes are \\ \" \' \n \r \t and \u{...} with the number of a character",
    )


class _Builder(Transformer[Token, Any]):
    """One callback a rule: the children in, the node out."""

    def condition(self, items: list[Expr]) -> Expr:
        return items[0]

    def or_(self, items: list[Any]) -> Expr:
        return Or(tuple(items), Span(items[0].span.start, items[-1].span.end))

    def and_(self, items: list[Any]) -> Expr:
        return And(tuple(items), Span(items[0].span.start, items[-1].span.end))

    def negation(self, items: list[Any]) -> Expr:
        return Not(items[1], Span(_span(items[0]).start, items[1].span.end))

    def group(self, items: list[Any]) -> Expr:
        inner: Expr = items[1]
        return replace(inner, span=Span(_span(items[0]).start, _span(items[2]).end))

    def truth(self, items: list[Token]) -> Expr:
        return Truth(items[0] == "true", _span(items[0]))

    def fact(self, items: list[Token]) -> FactName:
        return FactName(_word(items[0]), _word(items[1]))

    def bare(self, items: list[FactName]) -> Expr:
        return Leaf(Bare(items[0]), items[0].span)

    def cmp(self, items: list[Token]) -> Operator:
        return Operator(str(items[0]))

    def compare(self, items: list[Any]) -> Expr:
        fact, operator, value = items
        return Leaf(Comparison(fact, operator, value), Span(fact.span.start, value.span.end))

    def in_(self, items: list[Any]) -> Expr:
        return self._membership(items[0], False, items[-1])

    def not_in(self, items: list[Any]) -> Expr:
        return self._membership(items[0], True, items[-1])

    @staticmethod
    def _membership(fact: FactName, is_negated: bool, members: ValueList | ValueRange) -> Expr:
        span = Span(fact.span.start, members.span.end)
        return Leaf(Membership(fact, is_negated, members), span)

    def flag_call(self, items: list[Any]) -> Expr:
        return self._call(items, None, None)

    def short_call(self, items: list[Any]) -> Expr:
        return self._call(items, None, items[2])

    def method_call(self, items: list[Any]) -> Expr:
        return self._call(items, _word(items[2]), items[4])

    @staticmethod
    def _call(items: list[Any], method: Word | None, argument: Value | ValueList | None) -> Expr:
        span = Span(items[0].span.start, _span(items[-1]).end)
        return Leaf(Call(items[0], method, argument), span)

    def half_open(self, items: list[Any]) -> ValueRange:
        return ValueRange(items[0], items[2], False, Span(items[0].span.start, items[2].span.end))

    def closed(self, items: list[Any]) -> ValueRange:
        return ValueRange(items[0], items[2], True, Span(items[0].span.start, items[2].span.end))

    def from_(self, items: list[Any]) -> ValueRange:
        return ValueRange(items[0], None, False, Span(items[0].span.start, _span(items[1]).end))

    def below(self, items: list[Any]) -> ValueRange:
        return ValueRange(None, items[1], False, Span(_span(items[0]).start, items[1].span.end))

    def up_to(self, items: list[Any]) -> ValueRange:
        return ValueRange(None, items[1], True, Span(_span(items[0]).start, items[1].span.end))

    def list_(self, items: list[Any]) -> ValueList:
        values = tuple(item for item in items if isinstance(item, Value))
        return ValueList(values, Span(_span(items[0]).start, _span(items[-1]).end))

    def int_(self, items: list[Token]) -> Value:
        return Value(ValueKind.INT, items[0].replace("_", ""), _span(items[0]))

    def decimal(self, items: list[Token]) -> Value:
        return Value(ValueKind.DECIMAL, items[0].replace("_", ""), _span(items[0]))

    def time(self, items: list[Token]) -> Value:
        return Value(ValueKind.TIME, str(items[0]), _span(items[0]))

    def under(self, items: list[Any]) -> Expr:
        return self._under(items[0], False, items[-1])

    def not_under(self, items: list[Any]) -> Expr:
        return self._under(items[0], True, items[-1])

    @staticmethod
    def _under(fact: FactName, is_negated: bool, paths: Value | ValueList) -> Expr:
        if isinstance(paths, Value):
            paths = ValueList((paths,), paths.span)
        return Leaf(Under(fact, is_negated, paths), Span(fact.span.start, paths.span.end))

    def has(self, items: list[Any]) -> Expr:
        return Leaf(Has(items[2]), Span(_span(items[0]).start, _span(items[-1]).end))

    def rollout(self, items: list[Any]) -> Expr:
        percent, salt = items[2], items[10]
        share = Word(percent.removesuffix("%"), _span(percent))
        value = Value(ValueKind.STRING, _unescape(salt), _span(salt))
        span = Span(_span(items[0]).start, _span(items[-1]).end)
        return Leaf(Rollout(share, items[6], value), span)

    def name(self, items: list[Token]) -> Expr:
        return Leaf(Name(_word(items[0])), _span(items[0]))

    def string(self, items: list[Token]) -> Value:
        return Value(ValueKind.STRING, _unescape(items[0]), _span(items[0]))
