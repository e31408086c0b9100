"""A suppression names a lint that does not exist.

## Finds

Words in a `# rulec: ignore[...]` comment that are neither a code nor a name.

## Why it matters

The finding it was written for is not hidden, and a reader believes that it is.

## Example

```toml businesses/drone.toml
# rulec: ignore[ORG999] reason="pilot until May"
code = "drone"
owner = "insurance"
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

Write the suggested code.
"""

from __future__ import annotations
