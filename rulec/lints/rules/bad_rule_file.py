"""A file of the rule set does not have the shape it must have.

## Finds

Text that is no TOML, unknown keys, missing keys, values of the wrong kind, and files
that do not belong.

## Why it matters

An unknown key that was ignored would be a rule somebody believes in and nobody runs.

## Example

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
kpi = "attach rate"
identty = "item.contains(4199)"

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

Write the key that the finding suggests.
"""

from __future__ import annotations
