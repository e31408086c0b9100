"""A question asked of the search and, where that is over its budget, of the solver.

In: a `Question`, and the `Budget` of the rule set. Out: a spot, `None` where there is none, or
`Undecided`, which the budget counts.
"""

from __future__ import annotations

from rulec.analysis.budget import Budget, Kind
from rulec.analysis.hunt import hunt
from rulec.analysis.solver import has_solver, solve
from rulec.analysis.wins import Question
from rulec.analysis.witness import Undecided
from rulec.analysis.world import Spot

__all__ = ["find"]


def find(
    question: Question, budget: Budget, kind: Kind, *, part: int = 1, is_searched: bool = False
) -> Spot | Undecided | None:
    """A spot where the answer is yes; `is_searched` says that a search was over already."""
    world = question.overlay.predicates.world
    found: Spot | Undecided | None = Undecided()
    if not is_searched:
        allowance = budget.ask(kind, part=part)
        found = hunt(world, question.trees(), question.judge, allowance)
    if isinstance(found, Undecided) and has_solver():
        allowance = budget.ask(kind, solver=True)
        found = solve(world, question.trees(), question.judge, allowance)
    if isinstance(found, Undecided):
        budget.leave_open(kind)
    return found
