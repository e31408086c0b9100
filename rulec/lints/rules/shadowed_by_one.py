"""A binding never wins: one definition covers it.

## Finds

A binding that wins on no request, at none of the scenarios it is tried under, because one other
definition stands in its way on all of them: it stands ahead, is isolated, or is identified instead.

## Why it matters

The implementation never runs. Most often the special case stands behind the general one.

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

Exact, within a budget; what it cannot decide is `ANA901`. Regions are taken as the engine
takes them: a product counts where it is installed, a business where no barrier keeps it out;
rollouts, windows, scenarios and the order of the point count too.

## Fix

Give the special case a smaller rank, or delete it.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.proofs import covered
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every binding that is covered by one definition which runs something else."""
    for dead in subject.proofs.dead if subject.proofs else ():
        codes = dead.cover.codes
        if len(codes) != 1 or (subject.proofs and subject.proofs.runs_the_same(dead)):
            continue
        code, point = quoted(dead.definition.code), quoted(dead.binding.point)
        message = f"{code} never wins at {point}: {quoted(codes[0])} covers it"
        advice = covered(dead.cover, subject.all_texts)
        where, assumes = dead.binding.where, dead.cover.assumptions
        yield Diagnostic("LOG301", message, where, advice, cover=codes, assumes=assumes)
