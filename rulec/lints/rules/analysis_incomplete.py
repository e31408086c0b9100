"""A question about the rule set could not be decided.

## Finds

A condition, a binding or a default about which nothing is proved, neither that it ever matters nor
that it never does: the budget ran out, or no request could be built that shows it.

## Why it matters

The other rules are silent about it. That is no proof that all is well, and this finding says so.

## Example

```toml vocabulary.toml
[entity.buyer]
kind = "people"

[entity.buyer.facts]
id = { type = "int", id = true, optional = true }
isVip = { type = "flag" }
```

```condition
buyer.isVip() && rollout(0.001%, by: buyer.id, salt: "a")
  && rollout(0.001%, by: buyer.id, salt: "b")
```

## Instead

```toml vocabulary.toml
[entity.buyer]
kind = "people"

[entity.buyer.facts]
id = { type = "int", id = true, optional = true }
isVip = { type = "flag" }
```

```condition
buyer.isVip() && rollout(1%, by: buyer.id, salt: "a")
```

## Exactness

It reports what is not known. A tie that could not be decided is `LOG310`. Of more than ten
questions of one kind, one finding counts them and names the first. Budgets count looks and no time,
so the same questions stay open on every machine.

## Fix

Split the condition, or ask less of one string or one key. `budget` in rulec.toml lets proofs cost
more, and the extra `rulec[solver]` decides more for the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.analysis.budget import Kind
from rulec.diagnostic import Diagnostic
from rulec.lints.open_questions import OpenQuestions
from rulec.lints.subject import Subject

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Everything that the other rules asked about and that stayed open; so it comes last."""
    found = OpenQuestions(subject.budget) if subject.proofs is None else subject.proofs.open
    for parts in subject.parts:
        if not parts.is_decided:
            where = parts.text.whole
            text = " ".join(parts.text.text.split())
            found.add(Kind.CONDITION, text, where, "what of this condition matters")
    definitions = subject.ruleset.definitions if subject.ruleset is not None else ()
    yield from found.findings(definitions[0].where if definitions else None)
