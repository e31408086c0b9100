"""Literals in words mean what they meant, and examples satisfy them: every operator, both signs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rewrites.test_rewrites import checked

from rulec.logic import And, Leaf, Node, Not, Or, Truth, fold
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import FactValue
from rulec.simplify.describe import describe, example, holds
from rulec.simplify.push_negations import push_negations
from rulec.simplify.values import Literal, is_never

TEXTS: tuple[FactValue, ...] = (None, "", "a", "a/b", "ab", "other", "x")
NUMBERS: tuple[FactValue, ...] = (None, 0, 1, 3, 5, 9)
INSTANTS: tuple[FactValue, ...] = (None, 0, 1_767_225_600_000_000, 1_767_225_599_999_999)
CASES: dict[str, tuple[FactValue, ...]] = {
    "s.flag()": (True, False),
    "s.tags.containsAny([1, 2])": (frozenset(), frozenset({1}), frozenset({1, 2})),
    "s.tags.containsAll([1, 2])": (frozenset(), frozenset({1}), frozenset({1, 2})),
    's.labels.contains("x")': (frozenset(), frozenset({"x", "y"})),
    "s.level != 3": NUMBERS,
    "s.level in [1, 2, 5]": NUMBERS,
    "s.level in []": NUMBERS,
    "has(s.level)": NUMBERS,
    "s.price >= 0.03": NUMBERS,
    "s.since < 2026-01-01T00:00:00Z": INSTANTS,
    's.kind in ["a", "b"]': ("a", "b", "c"),
    's.word == "a"': TEXTS,
    's.word not in ["a", "x"]': TEXTS,
    "s.word in []": TEXTS,
    's.word.startsWith("a")': TEXTS,
    's.word.endsWith("b")': TEXTS,
    's.word.includes("")': TEXTS,
    's.node under ["a", "x"]': TEXTS,
    's.node under ""': TEXTS,
    's.node in ["a", ""]': TEXTS,
    "has(s.node)": TEXTS,
    'rollout(50%, by: s.id, salt: "x")': NUMBERS,
    'rollout(100%, by: s.id, salt: "x")': NUMBERS,
}


def literals(root: Node[Literal]) -> list[Literal]:
    found: list[Literal] = []

    def visit(node: Node[Literal], _: Sequence[None]) -> None:
        if isinstance(node, Leaf):
            found.append(node.value)

    fold(root, visit)
    return found


def truth(root: Node[Literal], value: FactValue) -> bool:
    def visit(node: Node[Literal], items: Sequence[bool]) -> bool:
        match node:
            case Leaf(value=literal):
                return holds(literal, value)
            case Truth(value=constant):
                return constant
            case Or():
                return any(items)
            case And() | Not():
                return all(items)

    return fold(root, visit)


@pytest.mark.parametrize("text", CASES)
@pytest.mark.parametrize("sign", ["{}", "!({})"])
def test_a_literal_is_its_condition(text: str, sign: str) -> None:
    condition = checked(sign.format(text))
    root = push_negations(condition)
    path = literals(root)[0].fact.path
    for value in CASES[text]:
        assert truth(root, value) is (evaluate(condition, {path: value}) is True)
        for literal in literals(root):
            again = push_negations(checked(describe(literal)))
            assert truth(again, value) is holds(literal, value), describe(literal)
            found = example(literal, value)
            assert all(holds(literal, near) for near in found)
            assert found or is_never(literal), describe(literal)
