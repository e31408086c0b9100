"""A business is recognised by nothing that is bought, by nobody, and nowhere.

## Finds

A business whose identity reads facts of `context` entities alone, selects by a rollout alone, or
reads nothing. One that is never true recognises nobody, and is another finding's.

## Why it matters

A business is recognised by people, commodity and place. A condition over the circumstances alone
matches requests of every other business, and takes their identity where its rank is the stronger.

## Example

```toml businesses/big.toml
code = "big"
owner = "orders"
kpi = "large orders"
identity = "order.amount >= 10000"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Big"
```

## Instead

```toml products/big.toml
code = "big"
owner = "orders"
kpi = "large orders"
condition = "order.amount >= 10000"
scope = "all"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Big"
```

## Exactness

Exact, on the kinds that the vocabulary gives its entities. A key of a rollout is no recognition.

## Fix

Make it a product, which carries no identity; or say whose requests they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.check.tree import IsSelected
from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.logic import Truth, leaf_values
from rulec.simplify.passes import simplify
from rulec.source import Span
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.model import EntityKind

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every business that its circumstances alone identify, at its condition."""
    if subject.ruleset is None:
        return
    entities = subject.ruleset.vocabulary.entities
    for business in subject.ruleset.businesses:
        condition = subject.conditions.get(business.code)
        if condition is None:
            continue
        atoms = list(leaf_values([condition]))
        read = [atom for atom in atoms if not isinstance(atom, IsSelected)]
        if not atoms and simplify(condition) == Truth(False, Span(0, 0)):
            continue
        if any(entities[atom.fact.entity].kind is not EntityKind.CONTEXT for atom in read):
            continue
        by = "the circumstances" if read else "a rollout" if atoms else "nothing"
        message = (
            f"{quoted(business.code)} is recognised by {by} alone"
            if atoms
            else (f"{quoted(business.code)} is recognised by nothing: every request is its own")
        )
        advice = "name people, a commodity or a place, or make it a product"
        yield Diagnostic("LOG315", message, business.condition.whole, advice)
