"""An entity of the request's circumstances is declared as one that changes rarely.

## Finds

A `context` entity with `cacheable = true`, of which a condition reads a fact.

## Why it matters

`cacheable` promises that facts change rarely, so hosts keep profiles of the entity. What is context
- the order, the amount, the moment - is new with each request: a kept profile answers for another
one, and a cache of them only grows.

## Example

```toml vocabulary.toml
[entity.order]
kind = "context"
cacheable = true
[entity.order.facts]
amount = { type = "decimal(2)", optional = true }

[entity.item]
kind = "commodity"
contains = "tags"
[entity.item.facts]
tags = { type = "tags<int>" }
```

```toml businesses/big.toml
code = "big"
owner = "orders"
kpi = "large orders"
identity = "item.contains(4199) && order.amount >= 100"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Big"
```

## Instead

```toml vocabulary.toml
[entity.order]
kind = "context"
[entity.order.facts]
amount = { type = "decimal(2)", optional = true }

[entity.item]
kind = "commodity"
contains = "tags"
[entity.item.facts]
tags = { type = "tags<int>" }
```

```toml businesses/big.toml
code = "big"
owner = "orders"
kpi = "large orders"
identity = "item.contains(4199) && order.amount >= 100"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Big"
```

## Exactness

Exact, on what the vocabulary declares. It cannot see that a fact of an item is really one of the
order. With `--traffic` it says how many different ones the rows of the sample show, of the facts
that were recorded: the numbers by which [PRF502](PRF502.md) tells what is rare.

## Fix

Leave `cacheable` out, or move what changes rarely into an entity of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.logic import leaf_values
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.model import EntityKind

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every cacheable context that something reads, where it is declared."""
    if subject.ruleset is None:
        return
    cached = {
        entity.name: entity
        for entity in subject.ruleset.vocabulary.entities.values()
        if entity.is_cacheable and entity.kind is EntityKind.CONTEXT
    }
    if not cached:
        return
    facts = {
        atom.fact.path: atom.fact for atom in leaf_values(typed for _, typed in subject.texts())
    }
    for entity in cached.values():
        read = sorted(path for path, fact in facts.items() if fact.entity == entity.name)
        if read:
            is_new = f"{quoted(read[0])} is new with each request"
            message = (
                f"{is_new}, and {quoted(entity.name)} is cacheable{_seen(subject, entity.name)}"
            )
            advice = "leave `cacheable` out, or move what changes rarely into another entity"
            yield Diagnostic("PRF503", message, entity.where, advice)


def _seen(subject: Subject, entity: str) -> str:
    """What recorded traffic shows of it."""
    if subject.traffic is None or not subject.traffic.observed.n_rows:
        return ""
    observed = subject.traffic.observed
    return f": {observed.n_different(entity):,} different ones in {observed.n_rows:,} requests"
