"""A condition multiplies into too many terms.

## Finds

A part of a condition that mixes alternatives over several entities, so that distributing it makes
more than 4,096 terms. The finding names the part.

## Why it matters

Each term is matched on its own; thousands of them for one definition cost every request.

## Example

```condition
(item.contains(1) || order.quantity == 1) &&
(item.contains(2) || order.quantity == 2) &&
(item.contains(3) || order.quantity == 3) &&
(item.contains(4) || order.quantity == 4) &&
(item.contains(5) || order.quantity == 5) &&
(item.contains(6) || order.quantity == 6) &&
(item.contains(7) || order.quantity == 7) &&
(item.contains(8) || order.quantity == 8) &&
(item.contains(9) || order.quantity == 9) &&
(item.contains(10) || order.quantity == 10) &&
(item.contains(11) || order.quantity == 11) &&
(item.contains(12) || order.quantity == 12) &&
(item.contains(13) || order.quantity == 13)
```

## Instead

```condition
item.contains(1) ||
order.quantity in 1..14
```

## Exactness

Exact. Terms are counted before they are made.

## Fix

Split the definition, or declare a fact for a part of the condition.
"""

from __future__ import annotations
