"""A condition reads what the vocabulary does not declare.

## Finds

A misspelt entity or fact. The finding suggests the nearest declared name, of the same entity first.

## Why it matters

An engine that answers a misspelt fact with false is wrong silently, for as long as nobody looks.

## Example

```condition
seller.isTMSeler()
```

## Instead

```condition
seller.isTMSeller()
```

## Exactness

Exact.

## Fix

Unsafe, since it is a guess: the suggested name. Or declare the fact in vocabulary.toml.
"""

from __future__ import annotations
