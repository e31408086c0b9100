"""Push negations down to the atoms: each atom `a` becomes T(a) or F(a), and no negation is left.

`!(a && b)` is `!a || !b` in Kleene's logic too, so a condition is true on the same requests.
"""

from __future__ import annotations

from typing import TypeAlias

from rulec.check.tree import Typed
from rulec.logic import And, Leaf, Node, Not, Or, Truth, Use
from rulec.simplify.values import Literal, literals

__all__ = ["Pushed", "push_negations"]

Pushed: TypeAlias = dict[tuple[int, bool], tuple[Typed, Node[Literal]]]
"""Named conditions by identity and sign, with the tree that is thereby kept alive."""


def push_negations(condition: Typed, known: Pushed | None = None) -> Node[Literal]:
    """The same condition over literals; `known` remembers named ones from one call to the next.

    Each node is visited once with the sign it stands under; `pending` holds how many of the latest
    results a finished And or Or takes.
    """
    known = {} if known is None else known
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
            case Use(item=item, span=span, name=name):
                key = id(item), is_positive
                if pending > 0:
                    known[key] = item, results.pop()
                if key in known:
                    results.append(Use((known[key][1],), span, name))
                else:
                    stack += ((node, is_positive, 1), (item, is_positive, -1))
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
