"""An alternative of `||` adds nothing.

## Finds

A branch of `||` that no request satisfies, or that only matches where another one does.

## Why it matters

It reads like a case of its own; whoever edits it later finds that nothing changes.

## Example

```condition
seller.isTMSeller() || seller.isTMSeller() && item.contains(4199)
```

## Instead

```condition
seller.isTMSeller()
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. All branches that are found can
go together.

## Fix

Safe: the branch is deleted, and the condition stays true on the same requests. Unsafe where that
leans on an assumption of the vocabulary. None in a named condition, which others may negate, nor
around a comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every branch that can go."""
    for parts in subject.parts:
        for idle in parts.idle:
            if not idle.is_branch:
                continue
            message = "no request satisfies this alternative"
            if not idle.is_never:
                message = "this alternative matches only where another one does"
            assumes, where = subject.assumed(idle.leans), parts.text.where(idle.span)
            fix = subject.without(parts, idle)
            yield Diagnostic("LOG203", message, where, "delete it", assumes=assumes, fix=fix)
