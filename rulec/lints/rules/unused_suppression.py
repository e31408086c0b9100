"""A suppression hides nothing.

## Finds

Codes in a `# rulec: ignore[...]` comment that hide no finding, or that cannot be suppressed at all.

## Why it matters

A comment that outlives its finding would hide the next one, which nobody has looked at.

## Example

```toml businesses/drone.toml
# rulec: ignore[ORG402] reason="pilot until May"
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

Safe: the code is deleted, and with the last one the comment.
"""

from __future__ import annotations
