"""Push negations down to the atoms: each atom `a` becomes T(a) or F(a), and no negation is left.

`!(a && b)` is `!a || !b` in Kleene's logic too, so a condition is true on the same requests.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rulec.check.tree import Atom, Typed
from rulec.logic import And, Leaf, Node, Not, Or, Truth, Use
from rulec.simplify.values import Literal, literals
from rulec.source import Span

__all__ = ["Pushed", "push_negations"]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was made so far, of named conditions and of atoms."""

    named: dict[tuple[int, bool], tuple[Typed, Node[Literal]]] = field(default_factory=dict)
    """By identity and sign, with the tree that is thereby kept alive."""
    literals: dict[tuple[Atom, bool], Literal] = field(default_factory=dict)
    """So that what many conditions ask is one object."""

    def leaf(self, atom: Atom, is_positive: bool, span: Span) -> Node[Literal]:
        """T(a), or F(a), of an atom that stands at a place."""
        known = self.literals.get((atom, is_positive))
        if known is not None:
            return Leaf(known, span)
        made = literals(atom, is_positive, span)
        if isinstance(made, Leaf):
            self.literals[atom, is_positive] = made.value
        return made


def push_negations(condition: Typed, known: Pushed | None = None) -> Node[Literal]:
    """The same condition over literals; `known` remembers named ones from one call to the next.

    Each node is visited once with the sign it stands under; `pending` holds how many of the latest
    results a finished And or Or takes.
    """
    known = known or Pushed()
    named = known.named
    results: list[Node[Literal]] = []
    stack: list[tuple[Typed, bool, int]] = [(condition, True, -1)]
    while stack:
        node, is_positive, pending = stack.pop()
        match node:
            case Leaf(value=atom, span=span):
                results.append(known.leaf(atom, is_positive, span))
            case Truth(value=value, span=span):
                results.append(Truth(value is is_positive, span))
            case Not(item=item):
                stack.append((item, not is_positive, -1))
            case Use(item=item, span=span, name=name):
                key = id(item), is_positive
                if pending > 0:
                    named[key] = item, results.pop()
                if key in named:
                    results.append(Use((named[key][1],), span, name))
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
