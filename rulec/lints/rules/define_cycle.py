"""A named condition leads back to itself.

## Finds

Names in `[define]` that use each other in a circle. The finding shows the circle.

## Why it matters

A circle of names has no meaning: there is no first one to start from.

## Example

```toml vocabulary.toml
[entity.buyer]
kind = "people"

[entity.buyer.facts]
isVip = { type = "flag" }
level = { type = "int", optional = true }

[define]
good = "buyer.isVip() || great"
great = "good && buyer.level > 5"
```

## Instead

```toml vocabulary.toml
[entity.buyer]
kind = "people"

[entity.buyer.facts]
isVip = { type = "flag" }
level = { type = "int", optional = true }

[define]
good = "buyer.isVip()"
great = "good && buyer.level > 5"
```

```toml businesses/vip.toml
code = "vip"
owner = "buyers"
kpi = "repeat orders"
identity = "great"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Vip"
```

## Exactness

Exact.

## Fix

Write one of the conditions out.
"""

from __future__ import annotations
