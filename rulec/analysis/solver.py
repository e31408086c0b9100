"""A SAT solver for what the searches leave open; there where `rulec[solver]` is installed.

In: a `World`, trees that must hold, and a judge (`hunt.py`). Out: as `hunt`, its conflicts and
propagations counted as looks. Without the extra every answer is `Undecided`.

A facet is a variable for each class, exactly one of them true; a tree is a variable for each of its
nodes that, where it is true, lets the node hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rulec.analysis.budget import ITEM, STEP, Allowance
from rulec.analysis.hunt import Judge
from rulec.analysis.witness import Undecided
from rulec.analysis.world import All, Some, Spot, Tree, World

try:
    from pysat.solvers import Solver
except ImportError:
    Solver = None

__all__ = ["has_solver", "is_unsatisfiable", "solve"]

_CONFLICT: Final = 500
"""Looks that a conflict costs, with what it propagates."""
_VARIABLE: Final = 8 * ITEM
"""Looks that a variable costs, with its clauses."""
_NAME: Final = "glucose4"
"""One that takes a budget of conflicts."""


def has_solver() -> bool:
    """Whether the extra `rulec[solver]` is installed."""
    return Solver is not None


def is_unsatisfiable(world: World, trees: Sequence[Tree], allowance: Allowance) -> bool:
    """Whether the solver proves that some trees exclude each other."""
    return solve(world, trees, lambda _: (), allowance) is None


def solve(
    world: World, seeds: Iterable[Tree], judge: Judge, allowance: Allowance
) -> Spot | Undecided | None:
    """A spot at which every seed holds and the judge is content."""
    if Solver is None:
        return Undecided()
    undecided: Undecided | None = None
    with Solver(name=_NAME) as solver:
        clauses = _Clauses(world, solver, allowance)
        for seed in seeds:
            clauses.require(seed)
        n_conflicts = 0
        while True:
            if allowance.left <= 0:
                return Undecided()
            solver.conf_budget(allowance.left // _CONFLICT + 1)
            answer = solver.solve_limited()
            counted = solver.accum_stats()
            assert counted is not None
            n_before, n_conflicts = n_conflicts, counted["conflicts"]
            allowance.spend(STEP + _CONFLICT * (n_conflicts - n_before))
            if not answer:
                return undecided if answer is False else Undecided()
            classes = clauses.classes(solver.get_model() or ())
            spot = world.settle({n: 1 << each for n, each in classes.items()}, allowance)
            if spot is None or isinstance(spot, Undecided):
                undecided = spot or undecided
                clauses.exclude(classes)
                continue
            reasons = judge(spot)
            if not reasons:
                return spot
            if all(world.holds(reason, spot) for reason in reasons):
                # Nothing would be learned, and the same spot found for ever.
                undecided = Undecided()
                clauses.exclude(classes)
                continue
            for reason in reasons:
                clauses.require(reason)


class _Clauses:
    """Trees as clauses; a variable for each class of each facet that some tree reads."""

    def __init__(self, world: World, solver: Any, allowance: Allowance) -> None:
        self._world = world
        self._solver = solver
        self._allowance = allowance
        self._n_variables = 0
        self._classes: dict[int, dict[int, int]] = {}
        self._known: dict[Tree, int] = {}

    def require(self, tree: Tree) -> None:
        """Let a tree hold."""
        if isinstance(tree, bool):
            if not tree:
                self._solver.add_clause([])
            return
        self._solver.add_clause([self._variable(tree)])

    def exclude(self, classes: dict[int, int]) -> None:
        """Keep facets that hang together from having these classes at once."""
        for group in self._world.together(classes):
            self._solver.add_clause([-self._class(n)[classes[n]] for n in group if n in classes])

    def classes(self, model: Sequence[int]) -> dict[int, int]:
        """The class of each facet in a model."""
        true = {variable for variable in model if variable > 0}
        return {
            number: next(each for each, variable in own.items() if variable in true)
            for number, own in self._classes.items()
        }

    def _new(self) -> int:
        self._n_variables += 1
        self._allowance.spend(_VARIABLE)
        return self._n_variables

    def _variable(self, tree: Tree) -> int:
        """A variable that lets a tree hold where it is true."""
        found = self._known.get(tree)
        if found is not None:
            return found
        variable = self._known[tree] = self._new()
        if isinstance(tree, All):
            for item in tree.items:
                self._solver.add_clause([-variable, self._variable(item)])
        elif isinstance(tree, Some):
            self._solver.add_clause([-variable, *(self._variable(item) for item in tree.items)])
        elif isinstance(tree, tuple):
            number, mask = tree
            own = self._class(number)
            self._solver.add_clause([-variable, *(v for c, v in own.items() if mask >> c & 1)])
        return variable

    def _class(self, number: int) -> dict[int, int]:
        """A variable for each class of a facet, of which exactly one is true."""
        own = self._classes.get(number)
        if own is None:
            possible = self._world.possible[number]
            every = [each for each in range(possible.bit_length()) if possible >> each & 1]
            own = self._classes[number] = {each: self._new() for each in every}
            self._solver.add_clause(list(own.values()))
            is_before = 0
            for variable in own.values():
                is_here = self._new()
                self._solver.add_clause([-variable, is_here])
                if is_before:
                    self._solver.add_clause([-is_before, is_here])
                    self._solver.add_clause([-is_before, -variable])
                is_before = is_here
        return own
