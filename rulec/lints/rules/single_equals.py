"""One `=`, or a sign of another language, stands for a comparison.

## Finds

`=`, `===` and `<>` between a fact and a value.

## Why it matters

The language compares with `==` and `!=`; nothing in a condition is assigned.

## Example

```condition
seller.level = 3
```

## Instead

```condition
seller.level == 3
```

## Exactness

Exact.

## Fix

Safe: `==` or `!=`, as the finding says.
"""

from __future__ import annotations
