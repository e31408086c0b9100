"""A definition does not say what it is for.

## Finds

`kpi` that is missing or blank.

## Why it matters

A business rule exists to move a number. Without its name nobody can tell whether the rule may go.

## Example

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
identity = "item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Instead

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
kpi = "attach rate"
identity = "item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Exactness

Exact.

## Fix

Name the number in a few words.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every definition without a KPI, at its code."""
    for definition in subject.ruleset.definitions if subject.ruleset else ():
        if not definition.kpi.strip():
            message = f"{quoted(definition.code)} names no KPI"
            advice = 'say which number it moves: `kpi = "..."`'
            yield Diagnostic("ORG402", message, definition.where, advice)
