"""A binding never wins, and what covers it runs the same.

## Finds

A binding that wins on no request, where everyone who covers it stands ahead of it and binds the
same implementation: `LOG301` and `LOG302` are left out then.

## Why it matters

It is harmless today. It goes wrong on the day somebody changes one of the two and not the other.

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
implementation = "com.shop.Tmall"
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
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`.

## Fix

Safe: the binding is deleted, and every point is proved to keep its winners. None where the binding
is an inline table or holds a comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic, Fix
from rulec.document import Document
from rulec.lints.edits import keys_at, without_table
from rulec.lints.proofs import covered
from rulec.lints.subject import Subject
from rulec.source import Where
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every binding that is covered by those who run the same."""
    proofs = subject.proofs
    for dead in proofs.dead if proofs else ():
        if proofs is None or not proofs.runs_the_same(dead):
            continue
        code, point = quoted(dead.definition.code), quoted(dead.binding.point)
        names = ", ".join(map(quoted, dead.cover.codes))
        message = f"{code} never wins at {point}, and {names} runs the same there"
        advice = "delete the binding; " + covered(dead.cover, subject.all_texts)
        where, codes = dead.binding.where, dead.cover.codes
        assumes = dead.cover.assumptions
        fix = _without(subject.documents.get(where.source.path), where)
        yield Diagnostic("LOG305", message, where, advice, cover=codes, assumes=assumes, fix=fix)


def _without(document: Document | None, where: Where) -> Fix | None:
    """The binding's table taken out, if it is one of its own and holds no comment."""
    keys = () if document is None else keys_at(document, where)
    edit = without_table(document, keys) if document and "bind" in keys[-2:] else None
    return None if edit is None else Fix("delete the binding", (edit,))
