"""A condition is true on every request.

## Finds

A condition that every request satisfies, or every one that has the optional facts it reads.

## Why it matters

Whoever reads it believes that it chooses. Most often an alternative is too wide by one value.

## Example

```condition
buyer.level < 5 || buyer.level >= 3
```

## Instead

```condition
buyer.level >= 3
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`.

## Fix

Narrow one alternative; where every request is meant, say `has(...)` or `true`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.analysis.condition import Always
from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every condition that is always true and does not plainly say so, as a whole."""
    for parts in subject.parts:
        if parts.always is None or parts.text.text.strip() == "true":
            continue
        when, leans = parts.always
        more = "" if when is Always.EVERY else " that has the facts it reads"
        message = f"every request{more} satisfies this"
        where = parts.text.whole
        advice = "narrow one of its alternatives"
        yield Diagnostic("LOG202", message, where, advice, assumes=subject.assumed(leans))
