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

Safe where the fact stands between two values: both comparisons, joined by `&&`. By hand, a range
reads better: `seller.level in 2..5`. `seller.level > 1 < 5` is left to its writer.
"""

from __future__ import annotations
