"""A value lies outside what the vocabulary declares.

## Finds

A word an enum does not list, and a number outside the declared range.

## Why it matters

The comparison could never be true, or always: somebody meant another value.

## Example

```condition
buyer.segment == "consumr"
```

## Instead

```condition
buyer.segment == "consumer"
```

## Exactness

Exact.

## Fix

Write a declared value, or declare this one in vocabulary.toml.
"""

from __future__ import annotations
