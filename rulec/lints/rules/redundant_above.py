"""Without a definition, the same would run.

## Finds

A definition that wins, and whose removal changes nothing of what runs: whoever wins instead binds
the same implementation, on every request.

## Why it matters

The special case says what the general one says already.

## Example

```toml businesses/all.toml
[[business]]
code = "drone"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'seller.isTMSeller() && item.contains(4199)'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"

[[business]]
code = "tmall"
owner = "sellers"
kpi = "orders"
rank = 2
identity = 'seller.isTMSeller()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "drone"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'seller.isTMSeller() && item.contains(4199)'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business]]
code = "tmall"
owner = "sellers"
kpi = "orders"
rank = 2
identity = 'seller.isTMSeller()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. A note: the two may be meant to
differ soon. At a point that takes all, a list that another definition cuts is another list, though
the same runs.

## Fix

Delete it, unless its owner or its name in decisions matters.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every live definition that wins and could go, at its code."""
    proofs = subject.proofs
    for one in proofs.live if proofs else ():
        if proofs is None or one.code in proofs.dead_codes or not proofs.may_be_doubled(one):
            continue
        if proofs.can_go(one, runs=True):
            message = f"without {quoted(one.code)} the same would run on every request"
            yield Diagnostic(
                "LOG306", message, one.where, "delete it, or let it run what it is for"
            )
