"""How large a condition is once its names are written out, found without writing them out.

In: a parsed condition, and a way to ask for the size of a named one. Out: a `Size`. Numbers stop
growing just above the limits, so names that double sixty times cost no more than any others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rulec.limits import MAX_DEPTH, MAX_TOKENS
from rulec.logic import And, Leaf, Node, Not, Or, fold
from rulec.source import Span
from rulec.syntax.tree import Expr, Name, Written

__all__ = ["Size", "size"]


class Size(NamedTuple):
    """`depth` counts the parentheses and negations that are needed around the deepest place."""

    n_nodes: int
    depth: int
    heaviest: Span
    """The name that stands for the most, or the whole condition."""


def size(expr: Expr, size_of: Callable[[str], Size | None]) -> Size:
    """The size of a condition; a name without a size counts as one leaf."""
    heaviest = (0, expr.span)

    def visit(node: Node[Written], items: Sequence[tuple[int, int]]) -> tuple[int, int]:
        nonlocal heaviest
        if isinstance(node, Leaf):
            named = size_of(node.value.word.text) if isinstance(node.value, Name) else None
            if named is None:
                return 1, 0
            heaviest = max(heaviest, (named.n_nodes, node.span))
            return named.n_nodes, named.depth + 1
        n_nodes = min(1 + sum(n for n, _ in items), MAX_TOKENS + 1)
        depths = (depth for _, depth in items)
        if isinstance(node, Not):
            return n_nodes, min(max(depths) + 1, MAX_DEPTH + 1)
        if isinstance(node, And | Or):
            inner = zip(node.items, depths, strict=True)
            depth = max(depth + _needs_parentheses(node, item) for item, depth in inner)
            return n_nodes, min(depth, MAX_DEPTH + 1)
        return 1, 0

    n_nodes, depth = fold(expr, visit)
    return Size(n_nodes, depth, heaviest[1])


def _needs_parentheses(outer: And[Written] | Or[Written], inner: Node[Written]) -> bool:
    return isinstance(inner, Or) or (isinstance(inner, And) and isinstance(outer, And))
