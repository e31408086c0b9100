"""A point can be left without a winner.

## Finds

A request on which nobody wins at a point whose default is `"none"`, so that nothing runs.

## Why it matters

The caller gets no implementation. Where that is meant, the platform should say so once; where it is
not, requests fail that nobody thought of.

## Example

```toml platform.toml
[[ability]]
code = "price"

[[ability.point]]
code = "Price.discount"
default = "none"
```

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
```

## Instead

```toml platform.toml
[[ability]]
code = "price"

[[ability.point]]
code = "Price.discount"
default = { implementation = "platform.NoDiscount" }
```

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
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. The request was asked of the oracle
and of the engine.

## Fix

Give the point a default, or add a rule for the request. Where nothing is to run, suppress the
finding at the point and say why.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.proofs import evidence, shown
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every point without a default that has a request without a winner."""
    proofs = subject.proofs
    for place in proofs.first_defaults if proofs else ():
        assert proofs is not None
        point = proofs.analysis.overlay.points[place.point]
        witness = proofs.first_defaults[place]
        if point.default is None and witness is not None:
            scenario = f" under {quoted(place.scenario)}" if place.scenario else ""
            message = f"nobody wins at {quoted(point.code)}{scenario} on some requests"
            advice = f"give it a default; one is {shown(witness.facts)}"
            yield Diagnostic("LOG320", message, point.where, advice, **evidence(witness))
