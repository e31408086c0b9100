"""Two comparisons share a fact.

## Finds

`1 < x < 5` and its like.

## Why it matters

In some languages this is a range, in others it compares a truth with a number. Here it is neither.

## Example

```condition
1 < seller.level < 5
```

## Instead

```condition
seller.level > 1 && seller.level < 5
```

## Exactness

Exact.

## Fix

Write both comparisons, or a range: `seller.level in 2..5`.
"""

from __future__ import annotations
