"""A binding steps in where nobody can.

## Finds

A binding to a point that platform.toml does not declare, or that is not open to it.

## Why it matters

The binding would never run, and its owner would not know.

## Example

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
kpi = "attach rate"
identity = "item.contains(4199)"

[[bind]]
point = "Price.discounts"
implementation = "com.shop.Drone"
```

## Instead

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
kpi = "attach rate"
identity = "item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Exactness

Exact.

## Fix

Write the suggested point, or ask the platform team to open one.
"""

from __future__ import annotations
