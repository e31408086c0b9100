"""A suppression does not say why, or its time is over.

## Finds

`# rulec: ignore[...]` comments without `reason`, with an `until` that has passed, or written in a
way that cannot be read. They hide nothing.

## Why it matters

Whoever reads the file later must be able to tell whether the reason still holds.

## Example

```toml businesses/drone.toml
# rulec: ignore[missing-kpi]
code = "drone"
owner = "insurance"
identity = "item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Instead

```toml businesses/drone.toml
# rulec: ignore[missing-kpi] reason="a pilot: the KPI follows its first numbers"
code = "drone"
owner = "insurance"
identity = "item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Exactness

Exact. `rulec check --as-of DAY` makes the answer reproducible.

## Fix

Give the reason; delete what has expired.
"""

from __future__ import annotations
