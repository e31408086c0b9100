"""A window in which nothing can ever win.

## Finds

`active` whose end is not after its start, at a definition or a binding; a binding whose window lies
outside that of its definition; and a binding with a window, its own or its definition's, in all of
which others stand in its way.

## Why it matters

The campaign is announced, and never runs.

## Example

```toml businesses/all.toml
[[business]]
code = "spring"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'seller.isTMSeller()'
active = ["2027-04-01T00:00:00Z", "2027-03-01T00:00:00Z"]

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Spring"
```

## Instead

```toml businesses/all.toml
[[business]]
code = "spring"
owner = "sellers"
kpi = "orders"
rank = 1
identity = 'seller.isTMSeller()'
active = ["2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z"]

[[business.bind]]
point = "Price.discount"
implementation = "com.shop.Spring"
```

## Exactness

Exact, within a budget; what it cannot decide is `ANA901`.

## Fix

Exchange the two ends, move the window, or give the definition a smaller rank.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.diagnostic import Diagnostic
from rulec.lints.proofs import covered
from rulec.lints.subject import Subject
from rulec.ruleset.model import Window
from rulec.source import Where
from rulec.vocabulary.conform import quoted

__all__ = ["find"]


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every empty window, then every window in which a binding is covered throughout."""
    for definition in subject.ruleset.definitions if subject.ruleset else ():
        if _is_empty(definition.liveness.window):
            yield _finding(definition.where, f"{quoted(definition.code)} is never live")
        for binding in definition.bindings:
            if _is_empty(binding.liveness.window):
                yield _finding(
                    binding.where, f"the binding of {quoted(binding.point)} is never live"
                )
            elif _are_apart(definition.liveness.window, binding.liveness.window):
                message = f"the binding of {quoted(binding.point)} is live only while "
                message += f"{quoted(definition.code)} is not"
                yield Diagnostic("ORG404", message, binding.where, "make the two windows meet")
    for dead in subject.proofs.dead if subject.proofs else ():
        windows = (dead.definition.liveness.window, dead.binding.liveness.window)
        if dead.cover.cover and any(window is not None for window in windows):
            names = ", ".join(map(quoted, dead.cover.codes))
            code, point = quoted(dead.definition.code), quoted(dead.binding.point)
            message = f"{code} wins at {point} at no time of its window: {names} covers it"
            advice = covered(dead.cover, subject.all_texts)
            where, codes = dead.binding.where, dead.cover.codes
            assumes = dead.cover.assumptions
            yield Diagnostic("ORG404", message, where, advice, cover=codes, assumes=assumes)


def _is_empty(window: Window | None) -> bool:
    ends = (None, None) if window is None else (window.start, window.end)
    return ends[0] is not None and ends[1] is not None and ends[0] >= ends[1]


def _are_apart(one: Window | None, two: Window | None) -> bool:
    """Whether two windows, neither of them empty, share no time."""
    if one is None or two is None or _is_empty(one):
        return False
    starts = [each.start for each in (one, two) if each.start is not None]
    ends = [each.end for each in (one, two) if each.end is not None]
    return bool(starts and ends) and max(starts) >= min(ends)


def _finding(where: Where, message: str) -> Diagnostic:
    advice = "the second time of `active` must be after the first"
    return Diagnostic("ORG404", message, where, advice)
