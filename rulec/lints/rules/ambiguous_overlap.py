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
one), or make their conditions exclude each other.
"""

from __future__ import annotations
