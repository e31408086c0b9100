"""One term makes up much of what every request costs.

## Finds

In a rule set of at least 1,000 terms, an alternative of a condition that alone is at least 5 % of
the terms a request is expected to look at. Off unless recorded traffic says how rare facts are:
`rulec check --traffic SAMPLE`.

## Why it matters

A request looks at the terms that its facts bring about, and at no others. So a rule set of ten
thousand definitions is as fast as its terms are selective: one that hangs on what half of all
requests carry is looked at by half of all requests, whoever wins.

## Example

Among a thousand definitions of one tag each:

```toml vocabulary.toml
[entity.item]
kind = "commodity"
contains = "tags"
[entity.item.facts]
tags = { type = "tags<int>" }
isNew = { type = "flag" }
```

```toml businesses/new.toml
code = "new"
owner = "novelties"
kpi = "first orders"
identity = "item.isNew()"

[[bind]]
point = "Price.discount"
implementation = "com.shop.New"
```

## Instead

With the same traffic:

```toml vocabulary.toml
[entity.item]
kind = "commodity"
contains = "tags"
[entity.item.facts]
tags = { type = "tags<int>" }
isNew = { type = "flag" }
```

```toml businesses/new.toml
code = "new"
owner = "novelties"
kpi = "first orders"
identity = "item.isNew() && item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.New"
```

## Exactness

An estimate: how often each literal holds is counted in the sample, facts of different entities are
taken as independent. Static guesses alone never report it. `rulec inspect` shows the same shares of
an artifact.

## Fix

Add a clause that few requests satisfy - a tag, a shop, a category - or accept it for a definition
that is meant for everyone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.vocabulary.conform import quoted

__all__ = ["find"]

FEWEST_TERMS: Final = 1_000
DOMINANT: Final = 0.05
"""The share of the expected candidates from which a term dominates them."""


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every dominant term, at the condition of its definition."""
    if subject.traffic is None or subject.cost is None or subject.ruleset is None:
        return
    if subject.cost["terms"] < FEWEST_TERMS:
        return
    definitions = {one.code: one for one in subject.ruleset.definitions}
    total = sum(subject.cost["expected_candidates"].values())
    for term in subject.cost["dominant"]:
        if term["share"] < DOMINANT:
            continue
        definition = definitions[term["code"]]
        yield Diagnostic(
            "PRF502",
            f"a term of {quoted(definition.code)} is {term['share']:.1%} of the {total:,.1f} terms "
            f"that a request is expected to look at: {term['condition']}",
            definition.condition.whole,
            "add a clause that few requests satisfy",
        )
