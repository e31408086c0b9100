"""Two businesses match the same requests.

## Finds

Two businesses whose conditions are true on exactly the same requests, however they are written.

## Why it matters

The weaker one is never identified where both are live: nobody can be recognised as its customer.

## Example

```toml businesses/all.toml
[[business]]
code = "vip"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'buyer.level > 3'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Vip"

[[business]]
code = "gold"
owner = "sellers"
kpi = "orders"
rank = 2
identity = '!(buyer.level <= 3)'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Gold"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "vip"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'buyer.level > 5'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Vip"

[[business]]
code = "gold"
owner = "sellers"
kpi = "orders"
rank = 2
identity = 'buyer.level > 3'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Gold"
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. Rollouts and windows belong to the
conditions.

## Fix

Make one of them narrower, or make them one business.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.analysis.budget import Kind
from rulec.diagnostic import Diagnostic
from rulec.lints.proofs import evidence
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """The weaker one of every pair, at its code, with a request that both match."""
    proofs = subject.proofs
    for first, second in proofs.equal_businesses if proofs else ():
        assert proofs is not None
        witness = proofs.shared(first.code, second.code)
        if witness is None:
            proofs.leave_open(second, f"which requests {quoted(second.code)} shares", Kind.RELATION)
            continue
        message = f"{quoted(second.code)} matches exactly where {quoted(first.code)} does"
        advice = "make one of them narrower, or make them one"
        pair = (first.code, second.code)
        yield Diagnostic("LOG314", message, second.where, advice, between=pair, **evidence(witness))
