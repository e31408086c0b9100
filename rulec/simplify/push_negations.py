"""Push negations down to the atoms: each atom `a` becomes T(a) or F(a), and no negation is left.

`!(a && b)` is `!a || !b` in Kleene's logic too, so a condition is true on the same requests.
"""

from __future__ import annotations

from rulec.check.tree import Typed
from rulec.logic import And, Leaf, Node, Not, Or, Truth
from rulec.simplify.values import Literal, literals

__all__ = ["push_negations"]


def push_negations(condition: Typed) -> Node[Literal]:
    """The same condition over literals.

    Each node is visited once with the sign it stands under; `pending` holds how many of the latest
    results a finished And or Or takes.
    """
    results: list[Node[Literal]] = []
    stack: list[tuple[Typed, bool, int]] = [(condition, True, -1)]
    while stack:
        node, is_positive, pending = stack.pop()
        match node:
            case Leaf(value=atom, span=span):
                results.append(literals(atom, is_positive, span))
            case Truth(value=value, span=span):
                results.append(Truth(value is is_positive, span))
            case Not(item=item):
                stack.append((item, not is_positive, -1))
            case And(items=items, span=span) | Or(items=items, span=span):
                if pending < 0:
                    stack.append((node, is_positive, len(items)))
                    stack.extend((item, is_positive, -1) for item in reversed(items))
                    continue
                split = len(results) - pending
                is_and = isinstance(node, And) is is_positive
                children = tuple(results[split:])
                results[split:] = [And(children, span) if is_and else Or(children, span)]
    return results[0]
