"""A value is not written as the language writes values.

## Finds

Numbers with leading zeros, unknown escapes, typographic quotes, times without an offset.

## Why it matters

Each of them means different things in different languages, and here none.

## Example

```condition
seller.level == 007
```

## Instead

```condition
seller.level == 7
```

## Exactness

Exact.

## Fix

By hand; the finding shows how the value is written.
"""

from __future__ import annotations
