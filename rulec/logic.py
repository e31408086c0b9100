"""The one tree of the compiler: connectives over leaves, and the walk that never recurses.

A condition keeps this shape through every stage; only its leaves change: what was written
(`syntax`), typed atoms (`check`), literals (`simplify`). `fold` carries its own stack, so depth
costs memory and never Python's recursion limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

from rulec.source import Span

__all__ = ["And", "Leaf", "Node", "Not", "Or", "Truth", "fold", "leaves", "map_leaves", "placed"]

L = TypeVar("L")
M = TypeVar("M")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[L]):
    """A leaf and the span of the text it came from."""

    value: L
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Not(Generic[L]):
    item: Node[L]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class And(Generic[L]):
    items: tuple[Node[L], ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Or(Generic[L]):
    items: tuple[Node[L], ...]
    span: Span = field(compare=False)


Node: TypeAlias = And[L] | Or[L] | Not[L] | Truth | Leaf[L]


def _children(node: Node[L]) -> tuple[Node[L], ...]:
    if isinstance(node, And | Or):
        return node.items
    return (node.item,) if isinstance(node, Not) else ()


def fold(root: Node[L], visit: Callable[[Node[L], Sequence[R]], R]) -> R:
    """Combine a tree from its leaves up: `visit(node, results of its children)`.

    >>> place = Span(0, 0)
    >>> tree = And((Leaf(2, place), Not(Leaf(3, place), place)), place)
    >>> fold(tree, lambda node, results: node.value if isinstance(node, Leaf) else sum(results))
    5
    """
    results: list[R] = []
    stack: list[tuple[Node[L], bool]] = [(root, False)]
    while stack:
        node, is_open = stack.pop()
        children = _children(node)
        if is_open or not children:
            split = len(results) - len(children)
            results[split:] = [visit(node, results[split:])]
        else:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(children))
    return results[0]


def map_leaves(root: Node[L], change: Callable[[Leaf[L]], Node[M]]) -> Node[M]:
    """The same connectives over other leaves; a leaf may become a whole tree."""

    def visit(node: Node[L], items: Sequence[Node[M]]) -> Node[M]:
        match node:
            case Leaf():
                return change(node)
            case Truth():
                return node
            case Not(span=span):
                return Not(items[0], span)
            case And(span=span):
                return And(tuple(items), span)
            case Or(span=span):
                return Or(tuple(items), span)

    return fold(root, visit)


def placed(root: Node[L], span: Span) -> Node[L]:
    """The same tree, all of it at one place: what a name stands for, where the name stands."""
    return fold(root, lambda node, items: _placed(node, items, span))


def _placed(node: Node[L], items: Sequence[Node[L]], span: Span) -> Node[L]:
    match node:
        case Leaf(value=value):
            return Leaf(value, span)
        case Truth(value=truth):
            return Truth(truth, span)
        case Not():
            return Not(items[0], span)
        case And():
            return And(tuple(items), span)
        case Or():
            return Or(tuple(items), span)


def leaves(root: Node[L]) -> list[Leaf[L]]:
    """The leaves, from left to right."""
    found: list[Leaf[L]] = []

    def visit(node: Node[L], _: Sequence[Any]) -> None:
        if isinstance(node, Leaf):
            found.append(node)

    fold(root, visit)
    return found
