"""No request satisfies a condition.

## Finds

A condition that is never true, and the fewest of its clauses that exclude each other. One that just
says `false` puts its definition aside, and is no finding here or below.

## Why it matters

The definition is dead text: it looks as if it were at work, and matches nobody.

## Example

```condition
seller.isTMSeller() && buyer.level > 7 && buyer.level < 3
```

## Instead

```condition
seller.isTMSeller() && buyer.level > 3 && buyer.level < 7
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. It sees through ranges, trees,
tags, patterns and named conditions, and takes the assumptions of the vocabulary into account.

## Fix

Change one of the clauses that the finding names; each of them is needed for the contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.source import Span

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every condition that is never true, at the first clause of a minimal contradiction."""
    for parts in subject.parts:
        if parts.core is None or parts.text.text.strip() == "false":
            continue
        clauses = tuple(parts.text.text[span.start : span.end] for span in parts.core.clauses)
        shown = " and ".join(f"`{' '.join(clause.split())}`" for clause in clauses)
        message = f"no request satisfies this: {shown}"
        message += " exclude each other" if len(clauses) > 1 else " is never true"
        place = Span(0, len(parts.text.text))
        if clauses:
            place = parts.core.clauses[0]
        else:
            message = "no request satisfies this: the assumptions alone exclude every one"
        if not parts.core.is_minimal:
            message += "; fewer of them may do: the budget ended before it was known which"
        assumes = subject.assumed(parts.core.leans)
        advice = "change one of them, or delete the definition"
        where = parts.text.where(place)
        yield Diagnostic("LOG201", message, where, advice, cover=clauses, assumes=assumes)
