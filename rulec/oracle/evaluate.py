"""When is a condition true? Kleene's three values, atom by atom.

In: a checked condition and facts as `read_facts` gives them. Out: True, False, or None for unknown.
A condition matches only if it is True.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulec.check.tree import (
    Atom,
    Compare,
    HasTag,
    HasTags,
    InList,
    InRange,
    IsPresent,
    IsSelected,
    IsSet,
    IsUnder,
    Matches,
    Typed,
)
from rulec.logic import And, Leaf, Node, Not, Or, Truth, fold
from rulec.oracle.facts import Facts
from rulec.rollout import bucket
from rulec.syntax.tree import Operator

__all__ = ["evaluate"]


def evaluate(condition: Typed, facts: Facts) -> bool | None:
    """The truth of a condition over facts."""

    def visit(node: Node[Atom], items: Sequence[bool | None]) -> bool | None:
        match node:
            case Leaf(value=atom):
                return _atom(atom, facts)
            case Truth(value=value):
                return value
            case Not():
                return None if items[0] is None else not items[0]
            case And():
                return False if False in items else None if None in items else True
            case Or():
                return True if True in items else None if None in items else False

    return fold(condition, visit)


def _atom(atom: Atom, facts: Facts) -> bool | None:
    value = facts[atom.fact.path]
    if isinstance(atom, IsPresent):
        return value is not None
    if value is None:
        return None
    match atom:
        case IsSet():
            return value is True
        case HasTag(tag=tag):
            assert isinstance(value, frozenset)
            return tag in value
        case HasTags(tags=tags, needs_all=needs_all):
            assert isinstance(value, frozenset)
            return all(tag in value for tag in tags) if needs_all else any(t in value for t in tags)
        case IsUnder(paths=paths):
            assert isinstance(value, str)
            return any(_is_under(value, path) for path in paths)
        case Matches(pattern=pattern, text=text):
            assert isinstance(value, str)
            return pattern.finds(text, value)
        case IsSelected(salt=salt, threshold=threshold):
            assert isinstance(value, int | str)
            return bucket(salt, value) < threshold
        case Compare(operator=operator, value=other):
            return _compare(value, operator, other)
        case InList(values=values):
            return value in values
        case InRange(low=low, high=high, includes_high=includes_high):
            assert isinstance(value, int)
            if low is not None and value < low:
                return False
            return high is None or value < high or (includes_high and value == high)


def _is_under(node: str, path: str) -> bool:
    """Whether a node of a tree is another one, or below it."""
    segments = path.split("/") if path else []
    return node.split("/")[: len(segments)] == segments


def _compare(value: object, operator: Operator, other: int | str) -> bool:
    if operator is Operator.EQUAL:
        return value == other
    if operator is Operator.UNEQUAL:
        return value != other
    assert isinstance(value, int)
    assert isinstance(other, int)
    match operator:
        case Operator.LESS:
            return value < other
        case Operator.AT_MOST:
            return value <= other
        case Operator.GREATER:
            return value > other
        case Operator.AT_LEAST:
            return value >= other
