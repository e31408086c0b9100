"""A condition reads a fact that its vocabulary says to leave.

## Finds

A fact declared with `deprecated`, in a condition of a business or a product, in a named condition,
an assumption, or as the key of a rollout. A condition that uses a named one is not found for what
stands inside that.

## Why it matters

Whoever owns the fact wants to stop delivering it. On that day an optional fact is missing and the
rule silently matches nobody; a required one fails every request.

## Example

```toml vocabulary.toml
[entity.seller]
kind = "people"
[entity.seller.facts]
stars = { type = "int", optional = true, deprecated = "seller.level" }
level = { type = "int", optional = true }
```

```toml businesses/trusted.toml
code = "trusted"
owner = "sellers"
kpi = "repeat orders"
identity = "seller.stars >= 4"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Trusted"
```

## Instead

```toml vocabulary.toml
[entity.seller]
kind = "people"
[entity.seller.facts]
level = { type = "int", optional = true }
```

```toml businesses/trusted.toml
code = "trusted"
owner = "sellers"
kpi = "repeat orders"
identity = "seller.level >= 4"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Trusted"
```

## Exactness

Exact.

## Fix

Read the successor that the finding names, or what the vocabulary says in its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.check.tree import Typed
from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.logic import And, Leaf, Not, Or, Use
from rulec.source import Span, Where
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.model import Fact, Vocabulary

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every place that reads a deprecated fact."""
    if subject.ruleset is None:
        return
    vocabulary = subject.ruleset.vocabulary
    deprecated = {
        fact.path: fact
        for entity in vocabulary.entities.values()
        for fact in entity.facts.values()
        if fact.deprecated is not None
    }
    if not deprecated:
        return
    for text, condition in subject.texts():
        for fact, span in _read(condition):
            if fact.path in deprecated:
                yield _finding(vocabulary, fact, text.where(span))
    for rollout in subject.ruleset.rollouts():
        if rollout.by.text in deprecated:
            yield _finding(vocabulary, deprecated[rollout.by.text], rollout.by.whole)


def _finding(vocabulary: Vocabulary, fact: Fact, where: Where) -> Diagnostic:
    instead = fact.deprecated or ""
    entity, _, name = instead.rpartition(".")
    successor = vocabulary.fact(entity or fact.entity, name)
    help = f"the vocabulary says: {instead}"
    if successor is not None and successor.path != fact.path:
        help = f"use {quoted(successor.path)}"
    return Diagnostic("VOC109", f"{quoted(fact.path)} is deprecated", where, help)


def _read(condition: Typed) -> Iterator[tuple[Fact, Span]]:
    """The facts a condition reads itself, from left to right."""
    stack = [condition]
    while stack:
        node = stack.pop()
        if isinstance(node, Leaf):
            yield node.value.fact, node.span
        elif isinstance(node, Not):
            stack.append(node.item)
        elif isinstance(node, And | Or) and not isinstance(node, Use):
            stack.extend(reversed(node.items))
