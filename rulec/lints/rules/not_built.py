"""Something the design names and this version does not build.

## Finds

Keys, methods and values that a later version will understand.

## Why it matters

What is not built is refused, never ignored: a rule set must not promise what does not run.

## Example

```toml platform.toml
[[ability]]
code = "price"

[[ability.point]]
code = "Price.discount"
reduce = "merge"
default = { implementation = "platform.NoDiscount" }
```

## Instead

```toml platform.toml
[[ability]]
code = "price"

[[ability.point]]
code = "Price.discount"
default = { implementation = "platform.NoDiscount" }
```

## Exactness

Exact.

## Fix

The finding says what to do until it is built.
"""

from __future__ import annotations
