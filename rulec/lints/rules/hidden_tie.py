"""A tie shows as soon as a stronger definition is disabled by hand.

## Finds

Two businesses, or two products, of one rank and without an order between them, that could both be
the strongest on one request if one stronger definition were not there. While it is, it wins
wherever the two meet, so they are no tie.

## Why it matters

`engine.disable("the stronger")` takes effect at the next request, and order never moves: who
wins then is settled by the smaller code, which nobody wrote down.

## Example

```toml businesses/all.toml
[[business]]
code = "bundle"
owner = "bundles"
kpi = "items a basket"
rank = 1
identity = "item.contains(4199) && item.contains(55)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Bundle"

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
code = "phone"
owner = "phones"
kpi = "orders"
rank = 10
identity = "item.contains(55)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Phone"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "bundle"
owner = "bundles"
kpi = "items a basket"
rank = 1
identity = "item.contains(4199) && item.contains(55)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Bundle"

[[business]]
code = "drone"
owner = "insurance"
kpi = "attach rate"
rank = 10
overrides = ["phone"]
identity = "item.contains(4199)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"

[[business]]
code = "phone"
owner = "phones"
kpi = "orders"
rank = 10
identity = "item.contains(55)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Phone"
```

## Exactness

Exact, within a budget: of each definition the strongest such partner is named, and one definition
that hides the tie alone. Ties that only several hide together are no finding. What the budget
leaves open is `ANA901`.

## Fix

Let one of the two say `overrides = ["the other"]`, or give them different ranks.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.analysis.answers import Witness
from rulec.diagnostic import Diagnostic
from rulec.lints.pairs import hidden_ties
from rulec.lints.proofs import evidence
from rulec.lints.resolve import overriding
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every pair that one definition keeps apart, at the weaker one's rank."""
    for rival in hidden_ties(subject.proofs) if subject.proofs else ():
        assert rival.hidden_by is not None
        first, second = quoted(rival.first.code), quoted(rival.second.code)
        here = "" if rival.place is None else f" at {quoted(rival.place.point)}"
        message = f"nothing decides between {first} and {second}{here}"
        message += f" once {quoted(rival.hidden_by.code)} is disabled"
        pairs = ((rival.first, rival.second), (rival.second, rival.first))
        orders = [overriding(subject, *pair) for pair in pairs]
        advice = f'let {first} say `overrides = ["{rival.second.code}"]`, or the other way round'
        yield Diagnostic(
            "LOG317",
            message,
            rival.second.rank_where,
            advice,
            cover=(rival.hidden_by.code,),
            between=(rival.first.code, rival.second.code),
            resolutions=tuple(one for one in orders if one is not None),
            **evidence(Witness(rival.witness, rival.as_of, rival.place)),
        )
