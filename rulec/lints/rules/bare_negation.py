"""`!` stands before a comparison without parentheses.

## Finds

`!a.b == 3` and `!a.b in [...]`.

## Why it matters

It could mean `!(a.b == 3)` or `(!a.b) == 3`; readers disagree, so the language asks.

## Example

```condition
!seller.level == 3
```

## Instead

```condition
seller.isTMSeller() && order.quantity != 3
```

## Exactness

Exact.

## Fix

Safe: the parentheses. By hand, turn the comparison round: `!=`, `not in`.
"""

from __future__ import annotations
