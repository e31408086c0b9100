"""A code names no definition of the kind that is meant.

## Finds

Codes in `products`, `products_like` and their like that nobody defines, or that belong to the other
lane.

## Why it matters

A business would install a product that does not exist.

## Example

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
kpi = "attach rate"
identity = "item.contains(4199)"
products = ["presale"]

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Instead

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
kpi = "attach rate"
identity = "item.contains(4199)"
products = ["presale"]

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

```toml products/presale.toml
code = "presale"
owner = "presale"
kpi = "deposits paid"
condition = "item.contains(77)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Presale"
```

## Exactness

Exact.

## Fix

Write the suggested code, or define it.
"""

from __future__ import annotations
