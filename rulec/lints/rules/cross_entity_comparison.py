"""Two facts are compared with each other.

## Finds

`buyer.level > seller.level`: a fact on both sides.

## Why it matters

Facts are compared with values only; that is what lets the compiler prove who overlaps whom.

## Example

```condition
buyer.level > seller.level
```

## Instead

```condition
buyer.level > 5
```

## Exactness

Exact.

## Fix

Declare a fact for the result, and have the caller derive it: `order.isBuyerAhead()`.
"""

from __future__ import annotations
