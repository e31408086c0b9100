"""A general definition stands before a special one, and both win somewhere.

## Finds

Two definitions of one lane that bind one point, of which the one ahead there matches wherever the
other does, and more; the other is alive: at other points, or where something sets the first aside.

## Why it matters

At the shared point the general case goes before the special one. That is rarely meant.

## Example

```toml businesses/all.toml
[[business]]
code = "tmall"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'seller.isTMSeller()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"

[[business]]
code = "drone"
owner = "sellers"
kpi = "orders"
rank = 2
identity = 'seller.isTMSeller() && item.contains(4199)'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business.bind]]
point = "Price.freight"
implementation = "com.shop.DroneFreight"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "tmall"
owner = "sellers"
kpi = "orders"
rank = 2
identity = 'seller.isTMSeller()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"

[[business]]
code = "drone"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'seller.isTMSeller() && item.contains(4199)'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business.bind]]
point = "Price.freight"
implementation = "com.shop.DroneFreight"
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. Only the nearest general
definition is named.

## Fix

Give the special one the smaller rank, or `overrides` within one rank.
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
    """Every live definition behind a more general one, with a request that both match."""
    proofs = subject.proofs
    for general, special in proofs.misordered if proofs else ():
        assert proofs is not None
        witness = proofs.shared(general.code, special.code)
        if witness is None:
            proofs.leave_open(
                special, f"which requests {quoted(special.code)} shares", Kind.RELATION
            )
            continue
        message = f"{quoted(general.code)} is more general than {quoted(special.code)}"
        message += ", and stands before it"
        advice = f"give {quoted(special.code)} the smaller rank"
        pair = (general.code, special.code)
        yield Diagnostic(
            "LOG313", message, special.where, advice, between=pair, **evidence(witness)
        )
