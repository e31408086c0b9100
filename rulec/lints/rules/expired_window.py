"""A window has closed for good.

## Finds

An `active` window of a definition or a binding that ended before the time of the check: now, or the
`--as-of` of the command line.

## Why it matters

Nothing in it will ever run again. It is read, checked and compiled all the same, and the next
reader takes it for a rule.

## Example

```toml businesses/sale.toml
code = "sale"
owner = "campaigns"
kpi = "orders of the day"
identity = "item.contains(4199)"
active = ["2019-11-11T00:00:00+08:00", "2019-11-12T00:00:00+08:00"]

[[bind]]
point = "Price.discount"
implementation = "com.shop.Sale"
```

## Instead

```toml businesses/sale.toml
code = "sale"
owner = "campaigns"
kpi = "orders of the day"
identity = "item.contains(4199)"
active = ["2019-11-11T00:00:00+08:00", ""]

[[bind]]
point = "Price.discount"
implementation = "com.shop.Sale"
```

## Exactness

Exact, by the clock it is asked about; `--as-of` makes a run repeat itself.

## Fix

Delete it, or give the window its new end.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.instant import written_instant
from rulec.lints.subject import Subject
from rulec.ruleset.model import Liveness
from rulec.source import Where
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every definition and every binding whose window has closed."""
    for definition in subject.ruleset.definitions if subject.ruleset else ():
        whole = _closed(subject, definition.liveness)
        if whole is not None:
            yield _finding(quoted(definition.code), whole, definition.where)
            continue
        for binding in definition.bindings:
            end = _closed(subject, binding.liveness)
            if end is not None:
                said = f"the binding of {quoted(definition.code)} to {quoted(binding.point)}"
                yield _finding(said, end, binding.where)


def _closed(subject: Subject, liveness: Liveness) -> int | None:
    """When a window closed, if it has."""
    end = liveness.window.end if liveness.window else None
    return end if end is not None and end <= subject.as_of else None


def _finding(what: str, end: int, where: Where) -> Diagnostic:
    message = f"{what} ended on {written_instant(end)}"
    return Diagnostic("ORG403", message, where, "delete it, or give the window its new end")
