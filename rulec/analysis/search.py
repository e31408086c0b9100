"""Is there a request that satisfies all of these conditions?

In: conditions in negation normal form, and their `Space`. Out: a cube whose every request satisfies
them all, `None` where there is no such request, or `Undecided` where the budget ran out.

A depth-first search over the alternatives. What must hold narrows the cube first; alternatives the
cube already excludes are dropped, one that is left alone must hold, one that the cube implies needs
nothing more. Then it branches on the condition with the fewest alternatives. The problem is
NP-complete, so the budget counts branches and an answer is never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from rulec.analysis.cubes import Cube, FacetKey, Space
from rulec.logic import And, Leaf, Node, Or, Truth
from rulec.simplify.values import Literal

__all__ = ["BUDGET", "Undecided", "satisfy"]

BUDGET: Final = 20_000
"""Branches of one question."""

_Alternatives: TypeAlias = tuple[Node[Literal], ...]


class Undecided:
    """The budget ran out: neither proven nor refuted."""


def satisfy(
    space: Space, conditions: Sequence[Node[Literal]], budget: int = BUDGET
) -> Cube | Undecided | None:
    """A cube inside all conditions."""
    stack: list[tuple[Cube, list[Node[Literal]]]] = [({}, list(conditions))]
    while stack:
        if budget <= 0:
            return Undecided()
        budget -= 1
        cube, pending = stack.pop()
        state = _narrow(space, cube, pending)
        if state is None:
            continue
        narrowed, open_ = state
        if not open_:
            return narrowed
        open_.sort(key=len)
        first, rest = open_[0], [Or(items, items[0].span) for items in open_[1:]]
        stack.extend((narrowed, [item, *rest]) for item in reversed(first))
    return None


def _narrow(
    space: Space, cube: Cube, pending: list[Node[Literal]]
) -> tuple[Cube, list[_Alternatives]] | None:
    """What must hold, and the alternatives still open; None: a contradiction."""
    narrowed = dict(cube)
    open_: list[_Alternatives] = []
    while True:
        while pending:
            node = pending.pop()
            match node:
                case Leaf(value=literal):
                    key, mask = space.mask(literal)
                    narrowed[key] = _mask(space, narrowed, key) & mask
                    if not narrowed[key]:
                        return None
                case And(items=items):
                    pending.extend(items)
                case Or(items=items):
                    open_.append(items)
                case Truth(value=False):
                    return None
        still: list[_Alternatives] = []
        for items in open_:
            left = _left(space, narrowed, items)
            if left is None:
                continue
            if not left:
                return None
            if len(left) == 1:
                pending.append(left[0])
            else:
                still.append(left)
        open_ = still
        if not pending:
            return narrowed, open_


def _left(space: Space, cube: Cube, items: _Alternatives) -> _Alternatives | None:
    """The alternatives the cube does not exclude; None: one of them holds on all of it."""
    left: list[Node[Literal]] = []
    for item in items:
        if isinstance(item, Leaf):
            key, mask = space.mask(item.value)
            possible = _mask(space, cube, key)
            if not possible & ~mask:
                return None
            if not possible & mask:
                continue
        left.append(item)
    return tuple(left)


def _mask(space: Space, cube: Cube, key: FacetKey) -> int:
    found = cube.get(key)
    return space.possible(key) if found is None else found
