"""Conditions of which every part matters, seen at a glance.

In: a checked condition. Out: the facts it reads, where each of its comparisons can be true and can
be false and no two of them look at the same thing; else None.

What such comparisons say of a request is independent, so any of them can be true or false whatever
the others are. So some request satisfies the condition and some does not, and no clause or branch
follows from the others: `condition.py` would find nothing. Most conditions are of this kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rulec.check.tree import Atom, Compare, HasTag, InList, InRange, IsSet, Typed
from rulec.logic import And, Leaf, Node, Not, Or, Use
from rulec.simplify.values import Literal, OneSet, complement, is_never, true_values
from rulec.syntax.tree import Operator
from rulec.vocabulary.model import Fact, FactType

__all__ = ["facts_read_once"]


def facts_read_once(condition: Typed) -> frozenset[str] | None:
    """The paths of the facts that a condition of independent comparisons reads; None: no such."""
    seen: set[tuple[str, int | str | None]] = set()
    stack: list[Typed] = [condition]
    while stack:
        node = stack.pop()
        if isinstance(node, Not):
            stack.append(node.item)
            continue
        if isinstance(node, Use) or not isinstance(node, And | Or | Leaf):
            return None
        groups = [[node]] if isinstance(node, Leaf) else list(_groups(node))
        for group in groups:
            key = _key(group)
            if key is None or key in seen:
                return None
            seen.add(key)
        if isinstance(node, And | Or):
            stack.extend(item for item in node.items if not isinstance(item, Leaf))
    return frozenset(path for path, _ in seen)


def _groups(node: And[Atom] | Or[Atom]) -> Iterator[list[Leaf[Atom]]]:
    """The comparisons of a node, one by one; branches that ask for one value of a fact each count
    as one that asks for any of them."""
    asking: dict[str, list[Leaf[Atom]]] = {}
    for item in node.items:
        if not isinstance(item, Leaf):
            continue
        if isinstance(node, Or) and _asks(item.value):
            asking.setdefault(item.value.fact.path, []).append(item)
        else:
            yield [item]
    yield from asking.values()


def _asks(atom: Atom) -> bool:
    return isinstance(atom, Compare) and atom.operator is Operator.EQUAL


def _key(group: Sequence[Leaf[Atom]]) -> tuple[str, int | str | None] | None:
    """What comparisons look at, if together they can be true and can be false; else None."""
    first = group[0].value
    if isinstance(first, HasTag):
        return first.fact.path, first.tag
    if isinstance(first, IsSet):
        return first.fact.path, None
    if not isinstance(first, Compare | InList | InRange):
        return None
    fact, atom = first.fact, _joined(group)
    if atom is None or fact.type in (FactType.TIME, FactType.TREE):
        return None
    values = true_values(atom)
    if any(is_never(Literal(fact, each)) for each in (values, complement(fact, values))):
        return None
    return fact.path, None


def _joined(group: Sequence[Leaf[Atom]]) -> OneSet | None:
    """One comparison that asks for what any of some ask for; None if one of them is idle."""
    first = group[0].value
    if len(group) == 1:
        assert isinstance(first, Compare | InList | InRange)
        return first
    values = [atom.value for atom in _compared(group)]
    if len(set(values)) < len(values) or not all(_is_there(first.fact, each) for each in values):
        return None
    return InList(first.fact, tuple(values))


def _compared(group: Sequence[Node[Atom]]) -> Iterator[Compare]:
    for leaf in group:
        assert isinstance(leaf, Leaf)
        assert isinstance(leaf.value, Compare)
        yield leaf.value


def _is_there(fact: Fact, value: int | str) -> bool:
    """Whether a request can have a value."""
    return isinstance(value, str) or fact.low <= value <= fact.high
