"""Two definitions could both be the strongest, and nothing says which.

## Finds

Two businesses, or two products, of one rank and without an order between them, that can both be the
strongest on one request: the strongest business that matches, or the strongest that binds one point
under one scenario. The finding shows such a request. What a stronger definition settles wherever
the two meet is no tie.

## Why it matters

Who wins would depend on something nobody wrote down. This finding cannot be suppressed; a baseline
hides it in `check` only.

## Example

```toml businesses/all.toml
[[business]]
code = "drone"
owner = "insurance"
kpi = "attach rate"
rank = 10
identity = "item.contains(4199)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business]]
code = "overseas"
owner = "overseas"
kpi = "orders from abroad"
rank = 10
identity = "seller.isOverseas()"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Overseas"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "drone"
owner = "insurance"
kpi = "attach rate"
rank = 10
identity = "item.contains(4199)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business]]
code = "overseas"
owner = "overseas"
kpi = "orders from abroad"
rank = 20
identity = "seller.isOverseas()"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Overseas"
```

## Exactness

Exact on the declared vocabulary, within a budget: the request was replayed, and where the search
ends undecided the finding says so and shows none.

## Fix

Let one say `overrides = ["the other"]`, give them different ranks (the stronger has the smaller
one), or make their conditions exclude each other. The finding offers these ready to paste: either
order, a clause that excludes the other, and an assumption for the vocabulary, if no request is
both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rulec.diagnostic import Diagnostic
from rulec.driver import tie_finding
from rulec.lints.resolve import overriding, settling
from rulec.lints.subject import Subject

__all__ = ["find"]

MOST_RESOLVED: Final = 200
"""Ties for which every resolution is looked for; of the others, the order alone is offered."""


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every tie, at the rank of the one that the smaller code puts behind."""
    for number, tie in enumerate(subject.ties):
        first, second = tie.pair.first, tie.pair.second
        if number < MOST_RESOLVED:
            resolutions = settling(subject, first, second)
        else:
            orders = (overriding(subject, *pair) for pair in ((first, second), (second, first)))
            resolutions = tuple(one for one in orders if one is not None)
        finding = tie_finding(tie)
        advice = "let one of them override the other, or give them different ranks"
        if tie.witness is not None:
            advice = f"they meet on {json.dumps(tie.witness, ensure_ascii=False)}"
        yield replace(
            finding, help=advice, resolutions=resolutions, is_counted=subject.has_every_tie
        )
