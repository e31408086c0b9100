"""A word or a single sign stands for `&&`, `||` or `!`.

## Finds

`and`, `or`, `not` between conditions, and a single `&` or `|`.

## Why it matters

One spelling for each connective: a condition reads the same in every team's file.

## Example

```condition
seller.isTMSeller() and item.contains(4199)
```

## Instead

```condition
seller.isTMSeller() && item.contains(4199)
```

## Exactness

Exact.

## Fix

Safe: `&&`, `||` or `!`, as the finding says.
"""

from __future__ import annotations
