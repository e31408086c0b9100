"""Take out what is always or never true: literals over all or no values, and `true` and `false`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import is_
from typing import Final

from rulec.logic import And, Known, Leaf, Node, Or, Truth, Use, fold_once
from rulec.simplify.values import Literal, is_always, is_never

__all__ = ["Folded", "fold_constants"]

_JOINS: Final = (And, Or)


@dataclass(frozen=True, slots=True)
class Folded:
    """What was found so far of named conditions and of literals."""

    named: Known[Literal, Node[Literal]] = field(default_factory=dict)
    literals: dict[int, tuple[Literal, bool | None]] = field(default_factory=dict)
    """By identity, with the literal that is thereby kept alive: its constant value, if any."""

    def constant(self, literal: Literal) -> bool | None:
        """Whether a literal is always true (True) or never (False)."""
        known = self.literals.get(id(literal))
        if known is None:
            value = False if is_never(literal) else (True if is_always(literal) else None)
            known = self.literals[id(literal)] = literal, value
        return known[1]


def fold_constants(condition: Node[Literal], known: Folded | None = None) -> Node[Literal]:
    """The same condition without constants inside; the condition is free of negations.

    What holds none is given back as it is. `known` remembers from one call to the next.
    """
    folded = known or Folded()
    if _is_free(condition, folded):
        return condition

    def visit(node: Node[Literal], items: Sequence[Node[Literal]]) -> Node[Literal]:
        if isinstance(node, Leaf):
            value = folded.constant(node.value)
            return node if value is None else Truth(value, node.span)
        if not isinstance(node, And | Or):
            return node
        decisive = isinstance(node, Or)
        if any(isinstance(item, Truth) and item.value is decisive for item in items):
            return Truth(decisive, node.span)
        kept = tuple(item for item in items if not isinstance(item, Truth))
        if len(kept) < 2:
            return kept[0] if kept else Truth(not decisive, node.span)
        if len(kept) == len(node.items) and all(map(is_, kept, node.items)):
            return node
        return And(kept, node.span) if isinstance(node, And) else Or(kept, node.span)

    return fold_once(condition, visit, folded.named, _used)


def _is_free(condition: Node[Literal], folded: Folded) -> bool:
    """Whether a condition is known to hold no constant; names count as far as they were seen."""
    waiting = [condition]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Leaf):
            if folded.constant(node.value) is not None:
                return False
        elif isinstance(node, Use):
            known = folded.named.get(id(node.item))
            if known is None or known[1] is not node.item or isinstance(node.item, Leaf | Truth):
                return False
        elif isinstance(node, _JOINS):
            waiting.extend(node.items)
        else:
            return False
    return True


def _used(use: Use[Literal], meaning: Node[Literal]) -> Node[Literal]:
    if isinstance(meaning, Leaf | Truth):
        return replace(meaning, span=use.span)
    return use if meaning is use.item else Use((meaning,), use.span, use.name)
