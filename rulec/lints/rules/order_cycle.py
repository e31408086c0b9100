"""An order between definitions leads back to where it started.

## Finds

Businesses that install what each other installs, in a circle. The finding shows the circle.

## Why it matters

There is no first one to start from.

## Example

```toml businesses/all.toml
[[business]]
code = "drone"
owner = "insurance"
kpi = "attach rate"
rank = 10
products_like = "overseas"
identity = "item.contains(4199)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business]]
code = "overseas"
owner = "overseas"
kpi = "orders from abroad"
rank = 20
products_like = "drone"
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

List the products in one of them.
"""

from __future__ import annotations
