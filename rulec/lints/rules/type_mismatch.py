"""A fact meets a value or an operator of another type.

## Finds

Numbers compared with text, decimals with more places than the fact has, `<` on text.

## Why it matters

Nothing is converted silently: `"10" < "9"` is true of text and false of numbers.

## Example

```condition
seller.level == "3"
```

## Instead

```condition
seller.level == 3
```

## Exactness

Exact.

## Fix

Write the value in the type of the fact.
"""

from __future__ import annotations
