"""A business wins nowhere, and nothing changes without it.

## Finds

A business that wins at no point, under no scenario, and whose removal changes no winner: what it
installs or keeps out by being isolated changes none either. It may still be identified. And an
installed product whose condition excludes every business that installs it.

## Why it matters

It is carried along, read and tested for nothing.

## Example

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
code = "drone"
owner = "sellers"
kpi = "orders"
rank = 2
identity = 'seller.isTMSeller() && item.contains(4199)'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "drone"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'seller.isTMSeller() && item.contains(4199)'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business]]
code = "tmall"
owner = "sellers"
kpi = "orders"
rank = 2
identity = 'seller.isTMSeller()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. Both halves are proved: that it
never wins, and that no request has another winner without it.

## Fix

Delete it, or move it ahead of what covers it. If it is there to be identified, suppress the finding
and say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.proofs import Proofs
from rulec.lints.subject import Subject
from rulec.ruleset.model import Lane, Scope
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every live business that wins nowhere and changes nothing; and products out of reach."""
    proofs = subject.proofs
    if proofs is None:
        return
    yield from _products(proofs)
    covers: dict[str, list[str]] = {}
    for dead in proofs.dead:
        covers.setdefault(dead.definition.code, []).extend(dead.cover.codes)
    for one in proofs.live:
        if one.lane is not Lane.BUSINESS or one.code not in proofs.dead_codes:
            continue
        if proofs.is_needless(one):
            codes = tuple(dict.fromkeys(covers.get(one.code, ())))
            message = f"{quoted(one.code)} wins nowhere, and no winner changes without it"
            yield Diagnostic("LOG303", message, one.where, "delete it, or move it", cover=codes)


def _products(proofs: Proofs) -> Iterator[Diagnostic]:
    """Every installed product that matches only where no business does that installs it."""
    for one in proofs.live:
        if one.lane is not Lane.PRODUCT or one.scope is Scope.ALL:
            continue
        if one.code in proofs.dead_codes and proofs.is_out_of_reach(one):
            message = f"{quoted(one.code)} matches on no request of a business that installs it"
            yield Diagnostic("LOG303", message, one.where, "delete it, or widen its condition")
