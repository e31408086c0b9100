"""Is there a request that satisfies all of these conditions?

In: conditions in negation normal form, and their `Space`. Out: the facts of a request that
satisfies them all, `None` where there is no such request, or `Undecided` where the budget ran out.

A depth-first search over the alternatives. What must hold narrows the cube first; alternatives the
cube already excludes are dropped, one that is left alone must hold, one that the cube implies needs
nothing more. Then it branches on the condition with the fewest alternatives. A cube with nothing
left to choose is turned into a request, where the facets of one fact allow it. The problem is
NP-complete, so looks are counted (`budget.py`) and an answer is never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from rulec.analysis.budget import ITEM, STEP, Allowance
from rulec.analysis.cubes import Cube, Place, Space
from rulec.analysis.witness import Facts, Undecided, realise
from rulec.logic import And, Leaf, Node, Or, Truth
from rulec.simplify.values import Literal

__all__ = ["satisfy"]

_ITEM: Final = 8 * ITEM
"""Looks that an alternative costs here: literals are told apart by what they say, not by number."""

_Alternatives: TypeAlias = tuple[Node[Literal], ...]


def satisfy(
    space: Space, conditions: Sequence[Node[Literal]], allowance: Allowance
) -> Facts | Undecided | None:
    """A request on which all conditions are true."""
    undecided: Undecided | None = None
    stack: list[tuple[Cube, list[Node[Literal]]]] = [({}, list(conditions))]
    while stack:
        if allowance.left <= 0:
            return Undecided()
        cube, pending = stack.pop()
        state = _narrow(space, cube, pending, allowance)
        if state is None:
            continue
        narrowed, open_ = state
        if not open_:
            found = realise(space, narrowed, allowance)
            if isinstance(found, dict):
                return found
            undecided = found or undecided
            continue
        open_.sort(key=len)
        first, rest = open_[0], [Or(items, items[0].span) for items in open_[1:]]
        stack.extend((narrowed, [item, *rest]) for item in reversed(first))
    return undecided


def _narrow(
    space: Space, cube: Cube, pending: list[Node[Literal]], allowance: Allowance
) -> tuple[Cube, list[_Alternatives]] | None:
    """What must hold, and the alternatives still open; None: a contradiction."""
    narrowed = dict(cube)
    open_: list[_Alternatives] = []
    allowance.spend(STEP + _ITEM * len(cube))
    while True:
        while pending:
            node = pending.pop()
            allowance.spend(_ITEM)
            match node:
                case Leaf(value=literal):
                    place, mask = space.mask(literal)
                    narrowed[place] = _mask(space, narrowed, place) & mask
                    if not narrowed[place]:
                        return None
                case And(items=items):
                    pending.extend(items)
                case Or(items=items):
                    open_.append(items)
                case Truth(value=False):
                    return None
        still: list[_Alternatives] = []
        allowance.spend(_ITEM * sum(map(len, open_)))
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
            place, mask = space.mask(item.value)
            possible = _mask(space, cube, place)
            if not possible & ~mask:
                return None
            if not possible & mask:
                continue
        left.append(item)
    return tuple(left)


def _mask(space: Space, cube: Cube, place: Place) -> int:
    found = cube.get(place)
    return space.possible(place) if found is None else found
