"""Each pass by itself keeps on which requests a condition is true, and on which it is false.

A condition's F set is the T set of its negation, so every condition is asked as it stands and
under `!`. The reference is the oracle, over the typed condition; behind `push_negations` there are
only value sets, whose meaning `test_literals.py` holds to the oracle one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from properties.language import conditions, declared, requests, text_of

from rulec.check.names import check_condition
from rulec.check.tree import Typed
from rulec.check.vocabulary import check_vocabulary
from rulec.document import Document
from rulec.logic import And, Leaf, Node, Not, Or, Truth, Use, fold, map_leaves
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import Facts, read_facts
from rulec.simplify.describe import holds
from rulec.simplify.fold_constants import fold_constants
from rulec.simplify.passes import Simplified, simplify
from rulec.simplify.push_negations import push_negations
from rulec.simplify.values import Literal, is_always, is_never
from rulec.source import Excerpt, Source, Span
from rulec.syntax.parse import parse
from rulec.terms.factor import Factored, factor
from rulec.terms.share import Shared
from rulec.vocabulary.load import load_vocabulary


@dataclass(frozen=True)
class Question:
    """Conditions over one vocabulary, with named ones in them, and facts."""

    conditions: list[Typed]
    facts: list[Facts]


def _typed(text: str, *known: Any) -> Typed:
    condition = Excerpt(Source("condition", text), text, range(len(text) + 1))
    expr, _ = parse(condition)
    assert expr is not None
    typed, findings = check_condition(expr, condition, *known)
    assert typed is not None, findings
    return typed


@st.composite
def questions(draw: DrawFn) -> Question:
    facts = [draw(declared(f"r.f{number}")) for number in range(4)]
    named = [f"d{number}" for number in range(3)]
    text = '[entity.r]\nkind = "context"\n[entity.r.facts]\n'
    text += "".join(f"{fact.name} = {fact.toml}\n" for fact in facts) + "[define]\n"
    for number, name in enumerate(named):
        text += f"{name} = {text_of(draw(conditions(facts, named[:number])))}\n"
    document = Document.parse(Source("vocabulary.toml", text))
    assert isinstance(document, Document)
    vocabulary, _, _ = load_vocabulary(document)
    assert vocabulary is not None
    checked, findings = check_vocabulary(vocabulary)
    assert not findings
    asked: list[Mapping[str, Any]] = draw(st.lists(requests(facts), min_size=1, max_size=6))
    texts = draw(st.lists(conditions(facts, named), min_size=1, max_size=3))
    typed = [_typed(one, vocabulary, frozenset(), checked.defines) for one in texts]
    signed = [signed for one in typed for signed in (one, Not(one, Span(0, 0)))]
    return Question(signed, [read_facts(vocabulary, request) for request in asked])


def is_true(root: Node[Literal], facts: Facts) -> bool:
    def visit(node: Node[Literal], items: Sequence[bool]) -> bool:
        match node:
            case Leaf(value=literal):
                return holds(literal, facts[literal.fact.path])
            case Truth(value=value):
                return value
            case And():
                return all(items)
            case Or():
                return any(items)
        raise AssertionError("a negation is left")

    return fold(root, visit)


@given(questions())
def test_push_negations(question: Question) -> None:
    for condition in question.conditions:
        pushed = push_negations(condition)
        for facts in question.facts:
            assert is_true(pushed, facts) is (evaluate(condition, facts) is True)


@given(questions())
def test_fold_constants(question: Question) -> None:
    for condition in question.conditions:
        pushed = push_negations(condition)
        folded = fold_constants(pushed)
        for facts in question.facts:
            assert is_true(folded, facts) is is_true(pushed, facts)
        _has_no_constants_inside(folded)


def _has_no_constants_inside(root: Node[Literal]) -> None:
    pending = [] if isinstance(root, Truth) else [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Leaf):
            assert not is_always(node.value)
            assert not is_never(node.value)
        else:
            assert isinstance(node, And | Or)
            assert len(node.items) > 1 or isinstance(node, Use)
            pending += node.items


@given(questions())
def test_sharing_changes_nothing(question: Question) -> None:
    """Named conditions that are remembered, and the same ones written out."""
    simplified, factored = Simplified(), Factored()
    shared, plain = Shared(), Shared()
    for condition in question.conditions:
        normal = simplify(condition, simplified)
        expanded = simplify(map_leaves(condition, lambda leaf: leaf))
        assert map_leaves(normal, lambda leaf: leaf) == expanded
        assert factor(normal, shared, factored) == factor(expanded, plain)
    assert shared.conditions == plain.conditions
