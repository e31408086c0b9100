"""A definition changes nothing.

## Finds

A product that binds no point, and a business that binds no point and installs no product.

## Why it matters

It matches requests, costs time, may take the identity from another business, and runs nothing.

## Example

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
kpi = "attach rate"
identity = "item.contains(4199)"
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

Exact. A business that installs products does something, and is no finding.

## Fix

Bind a point, or delete the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every definition without a binding and without another effect, at its code."""
    for definition in subject.ruleset.definitions if subject.ruleset else ():
        has_effect = definition.bindings or definition.products or definition.products_like
        if not has_effect:
            message = f"{quoted(definition.code)} binds no extension point"
            advice = "add a `[[bind]]`, or delete the definition"
            yield Diagnostic("ORG405", message, definition.where, advice)
