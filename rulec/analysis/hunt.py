"""Is there a request for which a question has the answer yes? The search that learns as it goes.

In: a `World`, trees that must hold, and a judge. Out: a spot, `None` where there is none, or
`Undecided` where the budget ran out.

A rule set has too many conditions to write a question out. So the search takes the few trees that
must hold, and each time they leave a request, the spot nearest to rest, it asks the judge, who
runs the rules on it. A judge who is content has found the answer; else it says in trees, each of
which holds wherever the answer is yes and one of which does not hold here, why this request is
none. They bind the rest of the search. Where nothing is left, what was learned is the proof: in
practice a handful of conditions out of ten thousand.

Between two questions it is a depth-first search over cubes: what must hold narrows the cube,
alternatives that the cube excludes are dropped, and it branches where the fewest are left. Each
branch denies the ones before it, so no request is looked at twice. The problem is NP-complete: the
budget counts looks, and an answer is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from rulec.analysis.budget import ITEM, STEP, Allowance
from rulec.analysis.witness import Undecided
from rulec.analysis.world import All, Numbered, Some, Spot, Tree, World

__all__ = ["Judge", "hunt"]

Judge: TypeAlias = Callable[[Spot], Sequence[Tree]]
"""What keeps a spot from being the answer; nothing if it is."""

_Clause: TypeAlias = tuple[Tree, ...]


def hunt(
    world: World, seeds: Iterable[Tree], judge: Judge, allowance: Allowance
) -> Spot | Undecided | None:
    """A spot at which every seed holds and the judge is content."""
    learned: list[Tree] = []
    undecided: Undecided | None = None
    stack: list[tuple[dict[int, int], list[Tree], list[_Clause], int]] = [({}, [*seeds], [], 0)]
    while stack:
        if allowance.left <= 0:
            return Undecided()
        allowance.spend(STEP)
        cube, pending, clauses, n_known = stack.pop()
        n_learned = len(learned)
        pending += learned[n_known:]
        open_ = _narrow(world, cube, pending, clauses, allowance)
        if open_ is None:
            continue
        if open_:
            stack.extend(_branches(world, cube, open_, n_learned))
            continue
        spot = world.settle(cube, allowance)
        if spot is None or isinstance(spot, Undecided):
            undecided = spot or undecided
            continue
        reasons = judge(spot)
        if not reasons:
            return spot
        learned += reasons
        stack.append((cube, [], [], n_learned))
    return undecided


def _branches(
    world: World, cube: Numbered, open_: list[_Clause], n_learned: int
) -> list[tuple[dict[int, int], list[Tree], list[_Clause], int]]:
    """One state for each alternative of the shortest clause, the first to look at last."""
    shortest = min(range(len(open_)), key=lambda number: len(open_[number]))
    rest = open_[:shortest] + open_[shortest + 1 :]
    denied: list[Tree] = []
    states = []
    for item in sorted(open_[shortest], key=lambda item: _distance(world, item)):
        states.append((dict(cube), [*denied, item], list(rest), n_learned))
        if isinstance(item, tuple):
            number, mask = item
            denied.append((number, world.possible[number] & ~mask))
    states.reverse()
    return states


def _distance(world: World, item: Tree) -> int:
    """How far an alternative leads away from rest."""
    if isinstance(item, tuple):
        return 0 if item[1] >> world.rest[item[0]] & 1 else 1
    return 2


def _narrow(
    world: World,
    cube: dict[int, int],
    pending: list[Tree],
    clauses: list[_Clause],
    allowance: Allowance,
) -> list[_Clause] | None:
    """Narrow the cube by what must hold; the alternatives still open, None: a contradiction."""
    while True:
        allowance.spend(ITEM * len(pending))
        is_narrower = _apply(world, cube, pending, clauses)
        if not is_narrower:
            return clauses if is_narrower is False else None
        open_: list[_Clause] = []
        allowance.spend(ITEM * sum(map(len, clauses)))
        for items in clauses:
            left = _left(world.possible, cube, items)
            if left is None:
                continue
            if not left:
                return None
            if len(left) == 1:
                pending.append(left[0])
            else:
                open_.append(left)
        clauses = open_
        if not pending:
            return clauses


def _apply(
    world: World, cube: dict[int, int], pending: list[Tree], clauses: list[_Clause]
) -> bool | None:
    """Let everything pending hold; whether that changed anything, None: a contradiction."""
    is_narrower = False
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            number, mask = node
            before = cube.get(number)
            before = world.possible[number] if before is None else before
            after = before & mask
            if not after:
                return None
            if after != before:
                cube[number] = after
                is_narrower = True
        elif isinstance(node, All):
            pending.extend(node.items)
        elif isinstance(node, Some):
            clauses.append(node.items)
            is_narrower = True
        elif not node:
            return None
    return is_narrower


def _left(possible: Sequence[int], cube: Numbered, items: _Clause) -> _Clause | None:
    """The alternatives the cube does not exclude; None: one of them holds on all of it."""
    left: list[Tree] = []
    for item in items:
        if isinstance(item, tuple):
            number, mask = item
            found = cube.get(number)
            if found is None:
                found = possible[number]
            if not found & ~mask:
                return None
            if not found & mask:
                continue
        left.append(item)
    return tuple(left) if len(left) < len(items) else items
