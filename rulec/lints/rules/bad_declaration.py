"""A declaration in vocabulary.toml makes no sense.

## Finds

Facts that do not say what their absence means, reserved names, bounds and defaults that do not fit
the type.

## Why it matters

Every condition is checked against the vocabulary, so what it says must be certain.

## Example

```toml vocabulary.toml
[entity.buyer]
kind = "people"

[entity.buyer.facts]
level = { type = "int" }
```

## Instead

```toml vocabulary.toml
[entity.buyer]
kind = "people"

[entity.buyer.facts]
level = { type = "int", optional = true }
```

## Exactness

Exact.

## Fix

The finding says which keys to write.
"""

from __future__ import annotations
