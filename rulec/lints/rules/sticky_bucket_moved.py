"""A rollout deals its keys anew, by another salt or another key.

## Finds

`rulec diff OLD NEW` reports a rollout of a definition, or of one of its bindings, whose `salt` or
`by` is not what it was.

## Why it matters

Salt and key decide who is selected. A larger share of the same salt keeps everyone it had; another
salt draws again, so buyers who saw the new price yesterday see the old one today.

## Example

```toml vocabulary.toml
[entity.buyer]
kind = "people"

[entity.buyer.facts]
id = { type = "int", id = true, optional = true }
isVip = { type = "flag" }
```

```toml old/businesses/tmall.toml
code = "tmall"
owner = "retail"
kpi = "orders"
identity = "buyer.isVip()"
rollout = { percent = "5", by = "buyer.id", salt = "tmall" }

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

```toml new/businesses/tmall.toml
code = "tmall"
owner = "retail"
kpi = "orders"
identity = "buyer.isVip()"
rollout = { percent = "10", by = "buyer.id", salt = "tmall-2" }

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

## Instead

```toml vocabulary.toml
[entity.buyer]
kind = "people"

[entity.buyer.facts]
id = { type = "int", id = true, optional = true }
isVip = { type = "flag" }
```

```toml old/businesses/tmall.toml
code = "tmall"
owner = "retail"
kpi = "orders"
identity = "buyer.isVip()"
rollout = { percent = "5", by = "buyer.id", salt = "tmall" }

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

```toml new/businesses/tmall.toml
code = "tmall"
owner = "retail"
kpi = "orders"
identity = "buyer.isVip()"
rollout = { percent = "10", by = "buyer.id", salt = "tmall" }

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

## Exactness

Exact. A percentage that changes alone is no finding.

## Fix

Keep salt and key while a rollout grows; use a new salt for a new experiment only.
"""

from __future__ import annotations
