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

from rulec.check.tree import Atom, Compare, IsPresent, Typed
from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.logic import And, Leaf, Not, Or
from rulec.source import Span
from rulec.syntax.tree import Operator
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.model import Presence

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every negated atom over an optional fact; a negation of `!=` is no negation."""
    for definition in subject.ruleset.definitions if subject.ruleset else ():
        condition = subject.conditions.get(definition.code)
        if condition is None:
            continue
        for atom, span in _negated(condition):
            if atom.fact.presence is Presence.OPTIONAL and not isinstance(atom, IsPresent):
                message = f"a missing {quoted(atom.fact.path)} does not match this negation"
                where = definition.condition.where(span)
                advice = f"add `|| !has({atom.fact.path})` where it shall match too"
                yield Diagnostic("VOC106", message, where, advice)


def _negated(condition: Typed) -> Iterator[tuple[Atom, Span]]:
    """The atoms that hold where their fact is something else, from left to right."""
    stack: list[tuple[Typed, bool]] = [(condition, False)]
    while stack:
        node, is_negated = stack.pop()
        if isinstance(node, Leaf):
            atom = node.value
            is_unequal = isinstance(atom, Compare) and atom.operator is Operator.UNEQUAL
            if is_negated is not is_unequal:
                yield atom, node.span
        elif isinstance(node, Not):
            stack.append((node.item, not is_negated))
        elif isinstance(node, And | Or):
            stack.extend((item, is_negated) for item in reversed(node.items))
