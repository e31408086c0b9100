"""An `overrides` names what stands behind anyway.

## Finds

An `overrides` that names a definition of a weaker rank.

## Why it matters

The rank has decided already; the line says nothing, and a reader will look for what it changes.

## Example

```toml businesses/all.toml
[[business]]
code = "drone"
owner = "insurance"
kpi = "attach rate"
rank = 10
overrides = ["overseas"]
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

Exact.

## Fix

Take the code out of `overrides`.
"""

from __future__ import annotations
