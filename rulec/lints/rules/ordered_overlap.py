"""Two definitions meet, and only their order says who wins.

## Finds

Two businesses, or two products, of which one wins on some request where the other would win without
it, and neither of which lies in the other: somewhere each matches alone. Off unless its code or
name is selected: most rule sets mean nearly all of these.

## Why it matters

An order that decides between owners is worth a look before a rank is moved.

## Example

```toml businesses/all.toml
[[business]]
code = "drone"
owner = "insurance"
kpi = "attach rate"
rank = 10
identity = "item.contains(4199)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business]]
code = "overseas"
owner = "overseas"
kpi = "orders from abroad"
rank = 20
identity = "seller.isOverseas()"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Overseas"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "drone"
owner = "insurance"
kpi = "attach rate"
rank = 10
identity = "item.contains(4199) && !seller.isOverseas()"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business]]
code = "overseas"
owner = "overseas"
kpi = "orders from abroad"
rank = 20
identity = "seller.isOverseas()"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Overseas"
```

## Exactness

Exact, within a budget; what it leaves open is `ANA901`. A definition that lies in a weaker one is
meant as its special case, and one that lies in a stronger one has findings of its own. What
`before` moves, and points that take all, are not looked at.

## Fix

None is needed where the order is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.analysis.answers import Witness
from rulec.diagnostic import Diagnostic
from rulec.lints.pairs import ordered_pairs
from rulec.lints.proofs import evidence
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every pair that order alone decides somewhere, at the weaker one's rank."""
    for rival in ordered_pairs(subject.proofs) if subject.proofs else ():
        first, second = rival.first, rival.second
        here = "who is identified"
        if rival.place is not None:
            here = f"the winner at {quoted(rival.place.point)}"
        message = f"{quoted(first.code)} (of {quoted(first.owner)}) and {quoted(second.code)}"
        message += f" (of {quoted(second.owner)}) meet, and their order alone decides {here}"
        yield Diagnostic(
            "LOG311",
            message,
            second.rank_where,
            "leave it if the order is meant",
            between=(first.code, second.code),
            **evidence(Witness(rival.witness, rival.as_of, rival.place)),
        )
