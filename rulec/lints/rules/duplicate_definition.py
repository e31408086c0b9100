"""Two things have one name.

## Finds

A code, a binding, or the name of an entity or a fact that is defined twice. Display names may
repeat.

## Why it matters

Every decision names a definition by its code; two with one code could not be told apart.

## Example

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
kpi = "attach rate"
identity = "item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[bind]]
point = "Price.discount"
implementation = "com.shop.OtherDrone"
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

Rename or delete one of them.
"""

from __future__ import annotations
