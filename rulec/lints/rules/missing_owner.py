"""A definition does not say who answers for it.

## Finds

`owner` that is missing or blank.

## Why it matters

Every decision names its owner: somebody must be asked when it is wrong.

## Example

```toml businesses/drone.toml
code = "drone"
kpi = "attach rate"
identity = "item.contains(4199)"

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

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Exactness

Exact.

## Fix

Name the organisation.
"""

from __future__ import annotations
