"""A text is larger than any sound one.

## Finds

Conditions over 256 KiB, 65,536 words and signs, 128 levels or lists of 10,000 values; files over
64 MiB or nested too deep.

## Why it matters

The bounds keep a hostile or broken text cheap to refuse. Real rules stay far below them.

## Example

```condition
!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!seller.isTMSeller()
```

## Instead

```condition
!seller.isTMSeller()
```

## Exactness

Exact.

## Fix

Split the condition into several definitions, or declare a fact for a part of it.
"""

from __future__ import annotations
