"""The default of a point never runs.

## Finds

A default that no request reaches, under no scenario: on each somebody wins, or says that
the default shall run.

## Why it matters

It is code that nobody calls. A note: a default that is there just in case may well stay.

## Example

```toml platform.toml
[[ability]]
code = "price"

[[ability.point]]
code = "Price.discount"
default = { implementation = "platform.NoDiscount" }
```

```toml businesses/all.toml
[[business]]
code = "tmall"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'seller.isTMSeller()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"

[[business]]
code = "others"
owner = "sellers"
kpi = "orders"
rank = 2
identity = '!seller.isTMSeller()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Others"
```

## Instead

```toml platform.toml
[[ability]]
code = "price"

[[ability.point]]
code = "Price.discount"
default = { implementation = "platform.NoDiscount" }
```

```toml businesses/all.toml
[[business]]
code = "tmall"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'seller.isTMSeller()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. The finding names as few
definitions as it takes.

## Fix

None is needed; or declare `default = "none"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.proofs import covered
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every default that is never reached."""
    proofs = subject.proofs
    for point, never in proofs.unreached_defaults if proofs else ():
        names = ", ".join(map(quoted, never.codes))
        message = f"the default of {quoted(point.code)} never runs: {names} leaves no request"
        advice, assumes = covered(never, subject.all_texts), never.assumptions
        yield Diagnostic("LOG321", message, point.where, advice, cover=never.codes, assumes=assumes)
