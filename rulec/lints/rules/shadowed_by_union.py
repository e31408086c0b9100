"""A binding never wins: several definitions together cover it.

## Finds

A binding that wins on no request because others, none of them alone, leave none; the finding
names as few as it takes.

## Why it matters

Nobody sees it by comparing two rules, and the implementation never runs.

## Example

```toml businesses/all.toml
[[business]]
code = "low"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'buyer.level < 5'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Low"

[[business]]
code = "high"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'buyer.level >= 5'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.High"

[[business]]
code = "drone"
owner = "sellers"
kpi = "orders"
rank = 2
identity = 'has(buyer.level) && item.contains(4199)'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "low"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'buyer.level < 5'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Low"

[[business]]
code = "high"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'buyer.level >= 5'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.High"

[[business]]
code = "drone"
owner = "sellers"
kpi = "orders"
rank = 0
identity = 'has(buyer.level) && item.contains(4199)'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. The cover is minimal: without any
one of its definitions, some request is left. Where finding that out is over the budget too, the
finding says that fewer may do.

## Fix

Give the covered definition a smaller rank, or delete it.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.proofs import covered
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every binding that only several definitions cover, some of which run something else."""
    for dead in subject.proofs.dead if subject.proofs else ():
        codes = dead.cover.codes
        if len(codes) < 2 or (subject.proofs and subject.proofs.runs_the_same(dead)):
            continue
        code, point = quoted(dead.definition.code), quoted(dead.binding.point)
        message = f"{code} never wins at {point}: {len(codes)} definitions together cover it"
        advice = covered(dead.cover, subject.all_texts)
        where, assumes = dead.binding.where, dead.cover.assumptions
        yield Diagnostic("LOG302", message, where, advice, cover=codes, assumes=assumes)
