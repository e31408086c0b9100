"""One condition is written in several places.

## Finds

Three or more definitions with the same condition of more than one comparison, spaces and comments
aside; and one that says word for word what a named condition says.

## Why it matters

Whoever changes it will find all of its copies but one.

## Example

```toml businesses/all.toml
[[business]]
code = "phones"
owner = "insurance"
kpi = "attach rate"
rank = 1
identity = "seller.isTMSeller() && item.contains(4199)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Phones"

[[business]]
code = "screens"
owner = "insurance"
kpi = "attach rate"
rank = 2
identity = "seller.isTMSeller()  &&  item.contains(4199)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Screens"

[[business]]
code = "drones"
owner = "insurance"
kpi = "attach rate"
rank = 3
identity = "seller.isTMSeller() && item.contains(4199)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drones"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "phones"
owner = "insurance"
kpi = "attach rate"
rank = 1
identity = "seller.isTMSeller() && item.contains(4199)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Phones"

[[business]]
code = "drones"
owner = "insurance"
kpi = "attach rate"
rank = 2
identity = "seller.isTMSeller() && item.contains(5000)"

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Drones"
```

## Exactness

Exact on the words. Conditions that mean the same in other words are `LOG314`.

## Fix

Name it under `[define]` in vocabulary.toml, and write the name.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.subject import Subject
from rulec.logic import And, Leaf, Not, Or, Use
from rulec.ruleset.model import Definition
from rulec.source import Excerpt
from rulec.syntax.parse import tokenize
from rulec.vocabulary.conform import quoted

__all__ = ["find", "rough"]

_MANY = 3
_MAX_SHOWN = 3


def find(subject: Subject) -> Iterator[Diagnostic]:
    """One finding for each condition that stands in many places, at the first of them."""
    if subject.ruleset is None:
        return
    named = {rough(text): (name, text) for name, text in subject.ruleset.vocabulary.defines.items()}
    same: dict[str, list[Definition]] = {}
    for definition in subject.ruleset.definitions:
        if definition.code in subject.conditions:
            same.setdefault(rough(definition.condition), []).append(definition)
    for text_of, alike in same.items():
        if len(alike) < _MANY and text_of not in named:
            continue
        groups: dict[tuple[str, ...], list[Definition]] = {}
        for definition in alike:
            if _has_parts(subject, definition):
                groups.setdefault(_words(definition.condition), []).append(definition)
        name, text = named.get(text_of, ("", None))
        for words, group in groups.items():
            if text is not None and _words(text) == words:
                yield from (_named(definition, name) for definition in group)
            elif len(group) >= _MANY:
                yield _repeated(group)


def rough(text: Excerpt) -> str:
    """Equal for texts of the same words, and made without the lexer where it can be."""
    has_comment = "//" in text.text or "/*" in text.text
    return "".join("".join(_words(text) if has_comment else text.text).split())


def _words(text: Excerpt) -> tuple[str, ...]:
    return tuple(word.text for word in tokenize(text.text))


def _has_parts(subject: Subject, definition: Definition) -> bool:
    """Whether it is more than one comparison or one name."""
    node = subject.conditions[definition.code]
    while isinstance(node, Not):
        node = node.item
    return isinstance(node, And | Or) and not isinstance(node, Use | Leaf)


def _named(definition: Definition, name: str) -> Diagnostic:
    message = f"the condition of {quoted(definition.code)} has a name already"
    return Diagnostic("ORG406", message, definition.condition.whole, f"write {quoted(name)}")


def _repeated(group: list[Definition]) -> Diagnostic:
    group = sorted(group, key=lambda one: (one.where.source.path, one.where.position))
    shown = ", ".join(quoted(one.code) for one in group[:_MAX_SHOWN])
    more = f" and {len(group) - _MAX_SHOWN:,} more" if len(group) > _MAX_SHOWN else ""
    message = f"{len(group):,} definitions have the same condition: {shown}{more}"
    help = "name it under `[define]` in vocabulary.toml, and write the name"
    return Diagnostic("ORG406", message, group[0].condition.whole, help)
