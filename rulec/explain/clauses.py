"""The clauses of a condition over one request: what held, what failed, what would have to change.

In: a checked condition and facts as the oracle reads them. Out: clauses with the values read.

Negations are pushed down first, so a condition is And and Or over literals, and every literal is a
fact with the values that satisfy it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rulec.check.tree import Typed
from rulec.logic import And, Leaf, Node, Or, Truth, fold
from rulec.oracle.facts import Facts, FactValue
from rulec.simplify.describe import describe, example, holds, written
from rulec.simplify.push_negations import push_negations
from rulec.simplify.values import Literal, is_never
from rulec.vocabulary.model import Fact

__all__ = ["Clause", "Failure", "failure", "support"]

_MAX_TEXT: Final = 120
"""Characters of a clause that a text repeats."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One fact that was read, and what the condition asks of it."""

    fact: Fact
    asked: str
    """As a condition would say it: `buyer.level >= 3`."""
    value: FactValue
    needed: tuple[FactValue, ...]
    """One value that satisfies the clause, its own where that does; none where none is found."""

    @property
    def read(self) -> str:
        """The value as people read it."""
        return written(self.fact, self.value)


@dataclass(frozen=True, slots=True)
class Failure:
    """The first clause of a condition that is not true."""

    text: str
    changes: tuple[Clause, ...]
    """What would make the clause true, all of it together; none where nothing can."""


def support(condition: Typed, facts: Facts) -> tuple[Clause, ...]:
    """The clauses that make a true condition true: of alternatives, the first that holds."""

    def visit(node: Node[Literal], items: Sequence[list[Clause] | None]) -> list[Clause] | None:
        if isinstance(node, Leaf):
            is_held = holds(node.value, facts[node.value.fact.path])
            return [_clause(node.value, facts)] if is_held else None
        if isinstance(node, Truth):
            return [] if node.value else None
        found = [item for item in items if item is not None]
        if isinstance(node, Or):
            return found[0] if found else None
        return [clause for item in found for clause in item] if len(found) == len(items) else None

    clauses = fold(push_negations(condition), visit)
    return tuple(clauses or ())


def failure(condition: Typed, facts: Facts) -> Failure | None:
    """The first clause that fails; None where the condition is true."""
    root = push_negations(condition)
    node = root
    while isinstance(node, And):
        failing = next((item for item in node.items if not _is_true(item, facts)), None)
        if failing is None:
            return None
        node = failing
    if _is_true(node, facts):
        return None
    return Failure(_text(node), _proved(node, _changes(node, facts) or [], facts))


def _proved(node: Node[Literal], asked: Sequence[Literal], facts: Facts) -> tuple[Clause, ...]:
    """What must hold, with values only where all of them together make the clause true."""
    changed = dict(facts)
    for literal in asked:
        path = literal.fact.path
        for near in () if holds(literal, changed[path]) else example(literal, changed[path]):
            changed[path] = near
    is_enough = _is_true(node, changed)
    clauses: list[Clause] = []
    for literal in asked:
        path = literal.fact.path
        needed = (changed[path],) if is_enough else ()
        clauses.append(Clause(literal.fact, describe(literal), facts[path], needed))
    return tuple(clauses)


def _clause(literal: Literal, facts: Facts) -> Clause:
    """A clause that holds."""
    value = facts[literal.fact.path]
    return Clause(literal.fact, describe(literal), value, (value,))


def _is_true(root: Node[Literal], facts: Facts) -> bool:
    def visit(node: Node[Literal], items: Sequence[bool]) -> bool:
        if isinstance(node, Leaf):
            return holds(node.value, facts[node.value.fact.path])
        if isinstance(node, Truth):
            return node.value
        return any(items) if isinstance(node, Or) else all(items)

    return fold(root, visit)


def _changes(root: Node[Literal], facts: Facts) -> list[Literal] | None:
    """The fewest literals that must change, of alternatives the nearest; None: nothing helps."""

    def visit(node: Node[Literal], items: Sequence[list[Literal] | None]) -> list[Literal] | None:
        if isinstance(node, Leaf):
            if is_never(node.value):
                return None
            is_held = holds(node.value, facts[node.value.fact.path])
            return [] if is_held else [node.value]
        if isinstance(node, Truth):
            return [] if node.value else None
        possible = [item for item in items if item is not None]
        if isinstance(node, Or):
            return min(possible, key=len, default=None)
        if len(possible) < len(items):
            return None
        return [literal for item in possible for literal in item]

    return fold(root, visit)


def _text(root: Node[Literal]) -> str:
    def visit(node: Node[Literal], items: Sequence[str]) -> str:
        if isinstance(node, Leaf):
            return describe(node.value)
        if isinstance(node, Truth):
            return "true" if node.value else "false"
        text = (" || " if isinstance(node, Or) else " && ").join(items)
        text = f"({text})" if node is not root else text
        return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}..."

    return fold(root, visit)
