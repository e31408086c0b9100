"""Branches over one fact say in many words what a list or a range says in one.

## Finds

Branches of one `||` that compare one fact with `==` or `in [...]`, and two ranges of one fact that
touch or overlap.

## Why it matters

A list is read at a glance; a row of comparisons has to be compared word by word, and one that names
another fact is easily overlooked.

## Example

```condition
buyer.level == 1 || seller.isTMSeller() || buyer.level == 2
```

## Instead

```condition
buyer.level in [1, 2] || seller.isTMSeller()
```

## Exactness

No false alarm. Only branches that stand side by side as they are written; `<` and `>` are left.

## Fix

Safe: one list or range where the first branch stands. None around a comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from rulec.check.tree import Atom, Compare, InList, InRange, Typed
from rulec.diagnostic import Diagnostic, Fix
from rulec.lints.subject import Subject
from rulec.logic import And, Leaf, Not, Or, Use, leaves
from rulec.source import Excerpt, Source, Span
from rulec.syntax.parse import parse
from rulec.syntax.tree import Comparison, Membership, Operator, ValueRange
from rulec.vocabulary.conform import quoted

__all__ = ["find"]

_Branches: TypeAlias = Sequence[tuple[int, Atom]]
"""Branches over one fact: their numbers in the `||`, and what they ask."""
_Values: TypeAlias = Sequence[str]
"""The values of a comparison as they are written; of a range both ends, and the dots between."""


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every `||` with branches that one would say."""
    written: dict[str, _Values] = {}
    for text, condition in subject.texts():
        for node in _alternatives(condition):
            for branches in _mergeable(node):
                yield _finding(text, node, branches, written)


def _alternatives(condition: Typed) -> Iterator[Or[Atom]]:
    """Every `||` of the text itself, from left to right."""
    stack = [condition]
    while stack:
        node = stack.pop()
        if isinstance(node, Or):
            yield node
        if isinstance(node, Not):
            stack.append(node.item)
        elif isinstance(node, And | Or) and not isinstance(node, Use):
            stack.extend(reversed(node.items))


def _mergeable(node: Or[Atom]) -> Iterator[_Branches]:
    values: dict[str, list[tuple[int, Atom]]] = {}
    ranges: dict[str, list[tuple[int, Atom]]] = {}
    for number, item in enumerate(node.items):
        if not isinstance(item, Leaf):
            continue
        atom = item.value
        if _asked(atom):
            values.setdefault(atom.fact.path, []).append((number, atom))
        elif isinstance(atom, InRange):
            ranges.setdefault(atom.fact.path, []).append((number, atom))
    yield from (same for same in values.values() if len(same) > 1)
    for same in ranges.values():
        touching = _touching(same)
        if touching is not None:
            yield touching


def _asked(atom: Atom) -> tuple[int | str, ...]:
    """The values that `==` or `in [...]` ask for; none for other atoms."""
    if isinstance(atom, Compare):
        return (atom.value,) if atom.operator is Operator.EQUAL else ()
    return atom.values if isinstance(atom, InList) else ()


def _touching(branches: _Branches) -> _Branches | None:
    """Two ranges with nothing between them, the lower first, that leave an end of the fact out."""
    ordered = sorted(branches, key=lambda one: (_low(one[1]) is not None, _low(one[1]) or 0))
    for one, two in pairwise(ordered):
        end, start = _end(one[1]), _low(two[1])
        touches = end is None or start is None or start <= end
        is_all = _low(one[1]) is None and None in (end, _end(two[1]))
        if touches and not is_all:
            return one, two
    return None


def _low(atom: Atom) -> int | None:
    return atom.low if isinstance(atom, InRange) else None


def _end(atom: Atom) -> int | None:
    """The first number behind a range."""
    if not isinstance(atom, InRange) or atom.high is None:
        return None
    return atom.high + atom.includes_high


def _written(piece: str) -> _Values:
    """The values that a comparison names, as it writes them."""
    expr, _ = parse(Excerpt(Source("", piece), piece, range(len(piece) + 1)))
    leaf = leaves(expr)[0].value if expr is not None else None
    if isinstance(leaf, Comparison):
        return [piece[slice(*leaf.value.span)]]
    if not isinstance(leaf, Membership):
        return []
    if not isinstance(leaf.set, ValueRange):
        return [piece[slice(*value.span)] for value in leaf.set.values]
    low, high = leaf.set.low, leaf.set.high
    dots = "..=" if leaf.set.includes_high else ".."
    return piece[slice(*low.span)] if low else "", dots, piece[slice(*high.span)] if high else ""


def _finding(
    text: Excerpt, node: Or[Atom], branches: _Branches, written: dict[str, _Values]
) -> Diagnostic:
    """The finding of one `||`; `written` remembers comparisons by their text."""
    fact = branches[0][1].fact
    said: list[_Values] = []
    for number, _ in branches:
        piece = text.text[slice(*node.items[number].span)]
        if piece not in written:
            written[piece] = _written(piece)
        said.append(written[piece])
    is_range = isinstance(branches[0][1], InRange)
    members = _range(branches, said) if is_range else f"[{', '.join(_values(branches, said))}]"
    instead = f"{fact.path} in {members}"
    first, *rest = sorted(number for number, _ in branches)
    changes = [(node.items[first].span, instead)]
    changes += [
        (Span(node.items[number - 1].span.end, node.items[number].span.end), "") for number in rest
    ]
    gone = text.text[node.items[first].span.start : node.items[rest[-1]].span.end]
    has_comment = "//" in gone or "/*" in gone
    message = f"{len(branches)} branches ask for one value of {quoted(fact.path)} each"
    help = f"write {quoted(instead)}"
    fix = None if has_comment else Fix.of(text, help, changes)
    return Diagnostic("LOG206", message, text.where(node.items[first].span), help, fix=fix)


def _values(branches: _Branches, said: Sequence[_Values]) -> Iterator[str]:
    """The values as they are written, each once."""
    seen: set[int | str] = set()
    for (_, atom), values in zip(branches, said, strict=True):
        for value, number in zip(values, _asked(atom), strict=True):
            if number not in seen:
                seen.add(number)
                yield value


def _range(branches: _Branches, said: Sequence[_Values]) -> str:
    """The range that two ranges make, with the ends as they are written."""
    ends = [_end(atom) for _, atom in branches]
    is_first = ends[0] is None or (ends[1] is not None and ends[0] > ends[1])
    return said[0][0] + "".join(said[0 if is_first else 1][1:])
