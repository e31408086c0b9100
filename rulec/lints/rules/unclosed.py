"""A bracket or a string is never closed.

## Finds

`(`, `[` or a quote without its partner. The finding points at where it was opened.

## Why it matters

The end of the condition says nothing about where the partner was forgotten.

## Example

```condition
(seller.isTMSeller() && item.contains(4199)
```

## Instead

```condition
seller.isTMSeller() && item.contains(4199)
```

## Exactness

Exact.

## Fix

Close it.
"""

from __future__ import annotations
