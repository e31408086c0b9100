"""A class of requests has another winner than in the version before.

## Finds

`rulec diff OLD NEW` reports each pair of an old and a new winner, at every point where it occurs
and of who is identified: with a request that shows it, whose requests they are, and, given a
traffic sample, on how many rows.

## Why it matters

An edit of one team can take requests from another one, and no rule file says so. Whoever reviews
it sees here what it does, not what it says.

## Example

```toml old/businesses/tmall.toml
code = "tmall"
owner = "retail"
kpi = "orders"
identity = "seller.isTMSeller()"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

```toml new/businesses/tmall.toml
code = "tmall"
owner = "retail"
kpi = "orders"
identity = "seller.isTMSeller() && !item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

## Instead

```toml old/businesses/tmall.toml
code = "tmall"
owner = "retail"
kpi = "orders"
identity = "seller.isTMSeller() && !item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

```toml new/businesses/tmall.toml
code = "tmall"
owner = "retail"
kpi = "orders per seller"
identity = "!item.contains(4199) && seller.isTMSeller()"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

## Exactness

Exact within a budget: no class is reported that does not exist, and what was not looked at is
named.

## Fix

None: it is what the edit does. `--only-owner OWNER` fails where it does that to somebody else.
"""

from __future__ import annotations
