"""A special case loses the products of the general one, and does not say so.

## Finds

A business that says neither `products` nor `products_like` and matches only where a weaker one does
that installs products: while the special one is identified, those products are gone, and at some
point one of them would have won. And a weaker business whose `before` puts it ahead of a product,
where a special one that does not bind that point is identified: the product wins there instead.

## Why it matters

Only the identified business's products count, and only its `before`, also at points where it binds
nothing and falls through. A special case is rarely meant to take a pre-sale away.

## Example

```toml products/presale.toml
code = "presale"
owner = "sellers"
kpi = "deposits"
condition = "item.contains(7)"

[[bind]]
point = "Price.payment"
implementation = "com.shop.Deposit"
```

```toml businesses/all.toml
[[business]]
code = "tmall"
owner = "sellers"
kpi = "orders"
rank = 20
identity = "seller.isTMSeller()"
products = ["presale"]

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"

[[business]]
code = "drone"
owner = "insurance"
kpi = "attach rate"
rank = 10
identity = "seller.isTMSeller() && item.contains(4199)"

[[business.bind]]
point = "Fulfilment.insurance"
implementation = "com.shop.Drone"
```

## Instead

```toml products/presale.toml
code = "presale"
owner = "sellers"
kpi = "deposits"
condition = "item.contains(7)"

[[bind]]
point = "Price.payment"
implementation = "com.shop.Deposit"
```

```toml businesses/all.toml
[[business]]
code = "tmall"
owner = "sellers"
kpi = "orders"
rank = 20
identity = "seller.isTMSeller()"
products = ["presale"]

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Tmall"

[[business]]
code = "drone"
owner = "insurance"
kpi = "attach rate"
rank = 10
identity = "seller.isTMSeller() && item.contains(4199)"
products_like = "tmall"

[[business.bind]]
point = "Fulfilment.insurance"
implementation = "com.shop.Drone"
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. Of several such weaker businesses the
strongest is named. A business that says `products`, be it `[]`, has been asked already, and two
that merely overlap are no special case of each other.

## Fix

Say `products_like = "the general one"`, or `products = []` where it is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rulec.analysis.answers import Witness
from rulec.diagnostic import Diagnostic
from rulec.lints.pairs import lost_places, lost_products
from rulec.lints.proofs import Proofs, evidence
from rulec.lints.resolve import installing
from rulec.lints.subject import Subject
from rulec.ruleset.model import Definition, Lane
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every special case that takes something away, at its code."""
    proofs = subject.proofs
    for one in proofs.live if proofs else ():
        if proofs is not None and one.lane is Lane.BUSINESS:
            if one.products_where is None:
                yield from _products(subject, proofs, one)
            yield from _places(proofs, one)


def _products(subject: Subject, proofs: Proofs, one: Definition) -> Iterator[Diagnostic]:
    lost = lost_products(proofs, one)
    if lost is None:
        return
    other, change = lost
    assert change.new is not None
    assert change.place is not None
    code, like = quoted(one.code), quoted(other.code)
    message = f"while {code} is identified, the products of {like} are gone: "
    message += f"{quoted(change.new.code)} would win at {quoted(change.place.point)}"
    advice = f'say `products_like = "{other.code}"`, or `products = []` if it is meant'
    found = _finding(message, one, advice, change.witness)
    yield replace(found, resolutions=tuple(installing(subject, one, other)))


def _places(proofs: Proofs, one: Definition) -> Iterator[Diagnostic]:
    for other, product, place, witness in lost_places(proofs, one):
        message = f"while {quoted(one.code)} is identified, {quoted(product.code)} wins at "
        message += f"{quoted(place.point)}, and {quoted(other.code)} is not before it any more"
        advice = f"bind {quoted(place.point)} in {quoted(one.code)} too, if that is not meant"
        yield _finding(message, one, advice, witness)


def _finding(message: str, one: Definition, advice: str, witness: Witness) -> Diagnostic:
    return Diagnostic("LOG316", message, one.where, advice, **evidence(witness))
