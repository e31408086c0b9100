"""Take out what is always or never true: literals over all or no values, and `true` and `false`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rulec.logic import And, Known, Leaf, Node, Or, Truth, Use, fold_once
from rulec.simplify.values import Literal, is_always, is_never

__all__ = ["fold_constants"]


def fold_constants(
    condition: Node[Literal], known: Known[Literal, Node[Literal]] | None = None
) -> Node[Literal]:
    """The same condition without constants inside; the condition is free of negations.

    `known` remembers named conditions from one call to the next.
    """

    def visit(node: Node[Literal], items: Sequence[Node[Literal]]) -> Node[Literal]:
        if isinstance(node, Leaf):
            if is_never(node.value):
                return Truth(False, node.span)
            return Truth(True, node.span) if is_always(node.value) else node
        if not isinstance(node, And | Or):
            return node
        decisive = isinstance(node, Or)
        if any(isinstance(item, Truth) and item.value is decisive for item in items):
            return Truth(decisive, node.span)
        kept = tuple(item for item in items if not isinstance(item, Truth))
        if len(kept) < 2:
            return kept[0] if kept else Truth(not decisive, node.span)
        return And(kept, node.span) if isinstance(node, And) else Or(kept, node.span)

    return fold_once(condition, visit, {} if known is None else known, _used)


def _used(use: Use[Literal], meaning: Node[Literal]) -> Node[Literal]:
    if isinstance(meaning, Leaf | Truth):
        return replace(meaning, span=use.span)
    return Use((meaning,), use.span, use.name)
