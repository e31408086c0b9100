"""A part of a condition asks nothing: it is true, or false, whatever the value.

## Finds

`true` and `false` inside a condition, and comparisons that every value satisfies, or none: `in []`,
a range that covers all declared values, `startsWith("")`, a rollout of 0 % or 100 %. A condition
that is nothing but `true` or `false` is none.

## Why it matters

A clause that is always true reads like a restriction and is none; one that never is makes what it
stands with dead.

## Example

```condition
seller.isTMSeller() && (item.contains(4199) || buyer.level in [])
```

## Instead

```condition
seller.isTMSeller() && item.contains(4199)
```

## Exactness

Exact for each clause by itself, within its declared range. What several clauses say together is
`LOG202` to `LOG204`.

## Fix

Safe. The clause becomes `true` or `false`, and those leave what they stand with. One over an
optional fact is unknown where the fact is missing, so what is written instead is true, or under a
negation false, where the clause is: `x not in []` becomes `has(x)`; `x in []` becomes `false`, and
in `!(.. && x in [])` it becomes `!has(x)`, since `has(x) && false` would be false where `x` is
missing too. None in a named condition over an optional fact, which others may negate, nor around a
comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rulec.check.tree import Atom, HasTag, HasTags, IsPresent, IsSet, Typed
from rulec.diagnostic import Diagnostic, Fix
from rulec.lints.subject import Subject
from rulec.logic import And, Leaf, Not, Or, Truth, Use
from rulec.simplify.values import Literal, complement, is_never, true_values
from rulec.source import Excerpt, Span
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.model import Fact, Presence

__all__ = ["find"]


class _Part(NamedTuple):
    """A part of a condition, where it hangs, and whether it stands under an even number of `!`."""

    node: Typed
    parent: And[Atom] | Or[Atom] | None
    number: int
    is_positive: bool


class _Constant(NamedTuple):
    """What a part always is; where `fact` is missing, it is unknown."""

    value: bool
    fact: Fact | None


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every part that is constant by itself."""
    vocabulary = {id(text) for text, _ in subject.vocabulary_conditions}
    for text, condition in subject.texts():
        is_named = id(text) in vocabulary
        for part in _parts(condition):
            constant = _constant(part.node)
            if constant is not None and not (isinstance(part.node, Truth) and not part.parent):
                yield _finding(text, part, constant, is_named)


def _parts(condition: Typed) -> Iterator[_Part]:
    """Every atom, each with the negation right before it, from left to right."""
    stack = [_Part(condition, None, 0, True)]
    while stack:
        part = stack.pop()
        node = part.node
        if isinstance(node, Not) and not isinstance(node.item, Leaf | Truth):
            stack.append(_Part(node.item, None, 0, not part.is_positive))
        elif isinstance(node, Leaf | Truth | Not):
            yield part
        elif not isinstance(node, Use):
            items = enumerate(node.items)
            inner = [_Part(item, node, n, part.is_positive) for n, item in items]
            stack.extend(reversed(inner))


def _constant(node: Typed) -> _Constant | None:
    if isinstance(node, Not):
        inner = _constant(node.item)
        return None if inner is None else _Constant(not inner.value, inner.fact)
    if isinstance(node, Truth):
        return _Constant(node.value, None)
    if not isinstance(node, Leaf) or isinstance(node.value, IsPresent | IsSet | HasTag):
        return None
    atom = node.value
    if isinstance(atom, HasTags):
        return None if atom.tags else _Constant(atom.needs_all, None)
    values = true_values(atom)
    fact = atom.fact if atom.fact.presence is Presence.OPTIONAL else None
    if is_never(Literal(atom.fact, values)):
        return _Constant(False, fact)
    if is_never(Literal(atom.fact, complement(atom.fact, values))):
        return _Constant(True, fact)
    return None


def _finding(text: Excerpt, part: _Part, constant: _Constant, is_named: bool) -> Diagnostic:
    span = part.node.span
    shown = quoted(text.text[slice(*span)])
    state = "always true" if constant.value else "never true"
    there = f" where `{constant.fact.path}` is there" if constant.fact else ""
    message = f"{shown} is {state}{there}"
    instead = _instead(constant, part.is_positive, is_named)
    if isinstance(part.node, Truth) and part.parent is not None:
        span, instead = _without(part.node, part.parent, part.number)
        message = f"{shown} asks nothing" if instead == "" else f"{shown} decides all around it"
    help = "leave it out" if not instead else f"write `{instead}`"
    fix = None
    gone = text.text[slice(*span)]
    if instead is not None and "//" not in gone and "/*" not in gone:
        fix = Fix.of(text, help, [(span, instead)])
    return Diagnostic("LOG205", message, text.where(part.node.span), help, fix=fix)


def _instead(constant: _Constant, is_positive: bool, is_named: bool) -> str | None:
    """What means the same; where a negation decides, where it is false is what counts."""
    value, fact = constant
    if fact is None:
        return "true" if value else "false"
    if is_named:
        return None
    if is_positive:
        return f"has({fact.path})" if value else "false"
    return "true" if value else f"!has({fact.path})"


def _without(node: Truth, parent: And[Atom] | Or[Atom], number: int) -> tuple[Span, str]:
    """`true` or `false` taken out of what it stands with: the span that goes, and what comes."""
    if isinstance(parent, Or) is node.value:
        return parent.span, "true" if node.value else "false"
    if number == 0:
        return Span(node.span.start, parent.items[1].span.start), ""
    return Span(parent.items[number - 1].span.end, node.span.end), ""
