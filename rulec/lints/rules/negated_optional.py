"""A negation asks about a fact that may be missing.

## Finds

`!`, `!=` and `not in` on an optional fact.

## Why it matters

An absent fact satisfies no condition, a negated one neither: a buyer without a level matches
neither `buyer.level == 3` nor `buyer.level != 3`. Readers often expect the second.

## Example

```condition
buyer.level != 3
```

## Instead

```condition
buyer.level in [1, 2]
```

## Exactness

Exact. A note: the condition may well be meant so.

## Fix

None is needed where missing facts shall not match; elsewhere add `|| !has(buyer.level)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from rulec.check.tree import Atom, Compare, IsPresent, Typed
from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.logic import And, Leaf, Not, Or, Use
from rulec.source import Span
from rulec.syntax.tree import Operator
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.model import Presence

__all__ = ["find"]


_Known: TypeAlias = dict[int, tuple[Typed, tuple[Atom, ...]]]
"""What a negation of a named condition negates, by the identity of the tree."""


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every negated atom over an optional fact; a negation of `!=` is no negation.

    A named condition is looked at where it is declared. What a negation around its name negates
    is found at the name, once a fact.
    """
    known: _Known = {}
    for text, condition in subject.texts():
        for atom, span in _negated(condition, known):
            path = atom.fact.path
            message = f"a missing {quoted(path)} does not match this negation"
            advice = f"add `|| !has({path})` where it shall match too"
            yield Diagnostic("VOC106", message, text.where(span), advice)


def _negated(
    condition: Typed, known: _Known | None, *, is_negated: bool = False
) -> Iterator[tuple[Atom, Span]]:
    """The atoms that hold where their optional fact is something else, from left to right.

    Without `known` names are written out.
    """
    stack: list[tuple[Typed, bool]] = [(condition, is_negated)]
    while stack:
        node, is_negated = stack.pop()
        if isinstance(node, Leaf):
            atom = node.value
            is_unequal = isinstance(atom, Compare) and atom.operator is Operator.UNEQUAL
            may_miss = atom.fact.presence is Presence.OPTIONAL and not isinstance(atom, IsPresent)
            if may_miss and is_negated is not is_unequal:
                yield atom, node.span
        elif isinstance(node, Not):
            stack.append((node.item, not is_negated))
        elif isinstance(node, Use):
            if is_negated and known is None:
                stack.append((node.item, True))
            elif is_negated and known is not None:
                yield from ((atom, node.span) for atom in _named(node.item, known))
        elif isinstance(node, And | Or):
            stack.extend((item, is_negated) for item in reversed(node.items))


def _named(condition: Typed, known: _Known) -> tuple[Atom, ...]:
    """One atom a fact of those that a negation around a named condition negates."""
    if id(condition) not in known:
        atoms = [atom for atom, _ in _negated(condition, None, is_negated=True)]
        first = {atom.fact.path: atom for atom in reversed(atoms)}
        known[id(condition)] = condition, tuple(first.values())
    return known[id(condition)][1]
