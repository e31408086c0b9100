"""A definition changes nothing.

## Finds

A product that binds no point, or that no business installs though it says no `scope = "all"`; and a
business that binds no point and installs no product.

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

Exact. A business that installs products does something, and is no finding. A product that is put
aside, by `enabled = false` or by the condition `false`, need not be installed.

## Fix

Bind a point, or delete the file. Name the product in the `products` of a business, or say
`scope = "all"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.ruleset.model import Lane, Scope
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every definition without a binding and without another effect, at its code."""
    ruleset = subject.ruleset
    if ruleset is None:
        return
    live = {one.code for one in subject.proofs.live} if subject.proofs else frozenset[str]()
    installed = {code for one in ruleset.businesses for code in one.installed}
    for one in ruleset.definitions:
        code = quoted(one.code)
        if not (one.bindings or one.products or one.products_like):
            message, advice = f"{code} binds no extension point", "add a `[[bind]]`"
        elif (
            one.lane is Lane.PRODUCT
            and one.scope is Scope.INSTALLED
            and one.code in live - installed
        ):
            message = f"no business installs {code}, so it is effective on no request"
            advice = 'name it in the `products` of a business, say `scope = "all"`'
        else:
            continue
        yield Diagnostic("ORG405", message, one.where, f"{advice}, or delete the definition")
