"""A fact is called in a way its type does not know.

## Finds

A flag without `()`, a value with `()`, a method of another type, the wrong number of arguments.

## Why it matters

Every type has one shape, so a reader sees at the place of use what kind of fact is read.

## Example

```condition
seller.isTMSeller && item.contains(4199)
```

## Instead

```condition
seller.isTMSeller() && item.contains(4199)
```

## Exactness

Exact.

## Fix

Safe where only parentheses are missing, or call nothing. Otherwise write the shape that the finding
shows.
"""

from __future__ import annotations
