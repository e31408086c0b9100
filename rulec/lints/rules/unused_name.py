"""The vocabulary holds a name that no rule reads.

## Finds

A named condition that nothing uses, and a deprecated fact that nothing reads any more.

## Why it matters

A named condition without readers is no rule, and looks like one. A deprecated fact without readers
can go, which is what everybody waited for.

## Example

```toml vocabulary.toml
[entity.seller]
kind = "people"
[entity.seller.facts]
isTMSeller = { type = "flag" }
level = { type = "int", optional = true }

[define]
trusted = "seller.level >= 4"
```

```toml businesses/tm.toml
code = "tm"
owner = "sellers"
kpi = "repeat orders"
identity = "seller.isTMSeller()"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tm"
```

## Instead

```toml vocabulary.toml
[entity.seller]
kind = "people"
[entity.seller.facts]
isTMSeller = { type = "flag" }
level = { type = "int", optional = true }

[define]
trusted = "seller.level >= 4"
```

```toml businesses/tm.toml
code = "tm"
owner = "sellers"
kpi = "repeat orders"
identity = "seller.isTMSeller() && trusted"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Tm"
```

## Exactness

Exact; silent while a condition has no meaning, since it may read the name. Any other fact that
nothing reads is an offer to those who write rules, and no finding.

## Fix

Delete the name.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.check.tree import Typed
from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.logic import And, Leaf, Not, Or, Use
from rulec.ruleset.model import RuleSet
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.model import Exclusive

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every name without a reader, where it is declared."""
    ruleset = subject.ruleset
    if ruleset is None or not _is_whole(subject, ruleset):
        return
    names, facts = _read(subject, ruleset)
    for name, text in ruleset.vocabulary.defines.items():
        if name not in names:
            message = f"nothing uses the named condition {quoted(name)}"
            yield Diagnostic("ORG407", message, text.whole, "delete it, or write its name")
    for entity in ruleset.vocabulary.entities.values():
        for fact in entity.facts.values():
            if fact.deprecated is not None and fact.path not in facts:
                message = f"nothing reads the deprecated {quoted(fact.path)} any more"
                yield Diagnostic("ORG407", message, fact.where, "delete it")


def _is_whole(subject: Subject, ruleset: RuleSet) -> bool:
    """Whether every condition has a meaning, so that every reader is known."""
    assumptions = ruleset.vocabulary.assumptions
    n_sides = 2 * sum(not isinstance(one, Exclusive) for one in assumptions)
    n_texts = len(ruleset.vocabulary.defines) + n_sides
    is_read = all(finding.severity != "error" for finding in subject.findings)
    return (
        is_read
        and len(subject.vocabulary_conditions) == n_texts
        and len(subject.conditions) == len(ruleset.definitions)
    )


def _read(subject: Subject, ruleset: RuleSet) -> tuple[set[str], set[str]]:
    """The named conditions and the facts that something reads; a named one reads as it is used."""
    names: set[str] = set()
    facts = {rollout.by.text for rollout in ruleset.rollouts()}
    facts |= {one.fact.path for one in ruleset.vocabulary.assumptions if isinstance(one, Exclusive)}
    n_defines = len(ruleset.vocabulary.defines)
    sides = [typed for _, typed in subject.vocabulary_conditions[n_defines:]]
    stack: list[Typed] = [*sides, *subject.conditions.values()]
    while stack:
        node = stack.pop()
        if isinstance(node, Leaf):
            facts.add(node.value.fact.path)
        elif isinstance(node, Not):
            stack.append(node.item)
        elif isinstance(node, Use):
            if node.name not in names:
                names.add(node.name)
                stack.append(node.item)
        elif isinstance(node, And | Or):
            stack.extend(node.items)
    return names, facts
