"""An alternative of a live condition never wins.

## Finds

A branch of the outermost `||` of a definition that wins elsewhere: wherever this branch matches,
others stand in the way at every point the definition binds.

## Why it matters

The definition is alive, so nobody looks; the case that the branch was written for never comes.

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
identity = 'seller.isTMSeller() && item.contains(4199) || seller.isOverseas()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Instead

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
identity = 'seller.isOverseas()'

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`. A branch of a business counts as
alive where the business is identified by it.

## Fix

Delete the branch, or give the definition a smaller rank.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.analysis.answers import Undecided
from rulec.analysis.branches import dead_branches
from rulec.diagnostic import Diagnostic
from rulec.lints.proofs import covered
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every branch that others cover, at the branch."""
    proofs = subject.proofs
    for one in proofs.live if proofs else ():
        if proofs is None or one.code in proofs.dead_codes:
            continue
        for span, answer in dead_branches(proofs.analysis, one.code):
            if isinstance(answer, Undecided):
                proofs.leave_open(one, f"whether a branch of {quoted(one.code)} ever wins")
            elif answer.cover:
                names = ", ".join(map(quoted, answer.codes))
                message = f"this alternative of {quoted(one.code)} never wins: {names} covers it"
                where, advice = one.condition.where(span), covered(answer, subject.all_texts)
                yield Diagnostic(
                    "LOG304",
                    message,
                    where,
                    advice,
                    cover=answer.codes,
                    assumes=answer.assumptions,
                )
