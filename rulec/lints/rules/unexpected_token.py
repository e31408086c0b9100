"""Something stands where the grammar does not allow it.

## Finds

A word or a sign of a condition that cannot follow what stands before it. The finding says in words
what was expected.

## Why it matters

A condition that does not parse has no meaning, so the rule set does not compile.

## Example

```condition
seller.isTMSeller() && && item.contains(4199)
```

## Instead

```condition
seller.isTMSeller() && item.contains(4199)
```

## Exactness

Exact. Each condition reports its first mistake only: what follows says nothing certain.

## Fix

By hand.
"""

from __future__ import annotations
