"""Where a condition is not true: false, or unknown since a fact is missing.

In: a condition in negation normal form. Out: another one, over literals of the same facts.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulec.logic import And, Leaf, Node, Or, Truth, fold_once
from rulec.simplify.values import Existence, Literal, complement
from rulec.vocabulary.model import Presence

__all__ = ["unless"]


def unless(condition: Node[Literal]) -> Node[Literal]:
    """The condition that is true wherever this one is not."""

    def visit(node: Node[Literal], items: Sequence[Node[Literal]]) -> Node[Literal]:
        match node:
            case Truth(value=value, span=span):
                return Truth(not value, span)
            case And(span=span):
                return Or(tuple(items), span)
            case Or(span=span):
                return And(tuple(items), span)
            case Leaf(value=Literal(fact=fact, values=values), span=span):
                other = Leaf(Literal(fact, complement(fact, values)), span)
                may_miss = fact.presence is Presence.OPTIONAL and not isinstance(values, Existence)
                absent = Leaf(Literal(fact, Existence(False)), span)
                return Or((other, absent), span) if may_miss else other
        raise AssertionError("a negation is left")

    return fold_once(condition, visit, {})
