"""The grammar is what it claims, and hostile text is refused at the place that goes too far."""

from __future__ import annotations

import sys
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark
from unit.texts import VOCABULARY, checked_condition, excerpt

from rulec.check.names import check_condition
from rulec.limits import MAX_DEPTH, MAX_LIST, MAX_TOKENS
from rulec.logic import And, Leaf, Not, Or, leaves
from rulec.oracle.evaluate import evaluate
from rulec.simplify.passes import simplify
from rulec.syntax.parse import parse
from rulec.terms.factor import factor
from rulec.terms.share import Shared


def test_the_grammar_has_no_conflict_and_no_ambiguous_terminal() -> None:
    grammar = (files("rulec.syntax") / "grammar.lark").read_text(encoding="utf-8")
    Lark(grammar, start="condition", parser="lalr", lexer="contextual", strict=True)


def test_precedence_and_spans() -> None:
    text = "s.a() || !(s.b() && i.c())"
    expr, _ = parse(excerpt(text))
    assert isinstance(expr, Or)
    assert expr.span == (0, len(text))
    negation = expr.items[1]
    assert isinstance(negation, Not)
    assert isinstance(negation.item, And)
    assert text[slice(*negation.item.span)] == "(s.b() && i.c())"
    assert [text[slice(*leaf.span)] for leaf in leaves(expr)] == ["s.a()", "s.b()", "i.c()"]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("(" * (MAX_DEPTH + 1) + "s.a()", MAX_DEPTH),
        ("!" * (MAX_DEPTH + 1) + "s.a()", MAX_DEPTH),
        ("s.x in [" + "1," * MAX_LIST + "1]", 8 + 2 * MAX_LIST),
        ("s.a()||" * (MAX_TOKENS // 6 + 1) + "s.a()", None),
        ("/*" + "x" * 256 * 1024 + "*/ s.a()", 0),
    ],
    ids=["parentheses", "negations", "list", "tokens", "bytes"],
)
def test_too_large(text: str, offset: int | None) -> None:
    expr, findings = parse(excerpt(text))
    assert expr is None
    assert [finding.code for finding in findings] == ["SYN007"]
    assert findings[0].where is not None
    if offset is not None:
        assert findings[0].where.span.start == offset


@pytest.mark.parametrize("nest", ["(", "!(", "s.b() || (s.c() && "])
def test_no_pass_recurses(nest: str) -> None:
    """At the limit of depth, with hardly any stack left, every pass still works."""
    depth = MAX_DEPTH // nest.count("(") // (2 if "!" in nest else 1) - 2
    text = nest * depth + "s.a()" + ")" * depth
    facts = {
        fact.path: False
        for entity in VOCABULARY.entities.values()
        for fact in entity.facts.values()
    }
    checked_condition(text)
    limit = sys.getrecursionlimit()
    frame, used = sys._getframe(), 0
    while frame.f_back is not None:
        frame, used = frame.f_back, used + 1
    try:
        sys.setrecursionlimit(used + 60)
        expr, _ = parse(excerpt(text))
        assert expr is not None
        typed, _ = check_condition(expr, excerpt(text), VOCABULARY)
        assert typed is not None
        evaluate(typed, facts)
        factor(simplify(typed), Shared())
    finally:
        sys.setrecursionlimit(limit)


def test_a_long_chain_is_linear_enough() -> None:
    expr, _ = parse(excerpt(" || ".join(["s.a()"] * 10_000)))
    assert isinstance(expr, Or)
    assert len(expr.items) == 10_000
    assert all(isinstance(item, Leaf) for item in expr.items)


TOKENS = [
    *("s", "a", ".", "(", ")", "[", "]", ",", "!", "&&", "||", "==", "=", "<", "in", "not", "1"),
    *("1.5", "..", "..=", "'x'", '"', "/*", "//", "and", "true", " ", "\n", "-", "“", "s.a()"),
]


@given(st.lists(st.sampled_from(TOKENS), max_size=25).map("".join) | st.text(max_size=40))
def test_any_text_is_parsed_or_explained(text: str) -> None:
    expr, findings = parse(excerpt(text))
    assert (expr is None) == bool(findings)
    for finding in findings:
        assert finding.where is not None
        assert 0 <= finding.where.span.start <= finding.where.span.end <= len(text)
        assert finding.message == finding.message.strip(".")
        assert "\n" not in finding.message
