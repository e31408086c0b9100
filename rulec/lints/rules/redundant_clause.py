"""A clause of `&&` follows from the others.

## Finds

A clause of `&&` that is true wherever the other clauses are: through ranges, trees, tags, lists.

## Why it matters

It reads like a restriction, costs a test, and misleads whoever widens the clause that matters.

## Example

```condition
buyer.level > 5 && buyer.level > 3
```

## Instead

```condition
buyer.level > 5
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. All clauses that are found can
go together. A clause that follows only from an assumption of the vocabulary is found too: the
finding says so.

## Fix

Safe: the clause is deleted, and the condition stays true on the same requests. Unsafe where that
leans on an assumption of the vocabulary, which may be given up one day. None in a named condition,
which others may negate, nor around a comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every clause that can go."""
    for parts in subject.parts:
        for idle in parts.idle:
            if idle.is_branch:
                continue
            message = "this clause follows from the others"
            if idle.leans:
                message += " and an assumption of the vocabulary"
            assumes, where = subject.assumed(idle.leans), parts.text.where(idle.span)
            fix = subject.without(parts, idle)
            yield Diagnostic("LOG204", message, where, "delete it", assumes=assumes, fix=fix)
