"""Covers: why there is no request, in as few definitions as it takes, and proved twice.

In: a question that found no request. Out: `Never` with a cover, minimal within the budget, or
`Undecided` where the second proof ran out of it.

The hunt learned reasons from the spots it looked at; they and the seeds exclude each other. A
reason is left out if the others still do. What remains is proved again by the plain search over
literals (`search.py`), which shares neither trees, nor cubes, nor order with the hunt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rulec.analysis.answers import Cause, Never
from rulec.analysis.budget import Budget, Kind
from rulec.analysis.deny import unless
from rulec.analysis.hunt import hunt
from rulec.analysis.overlay import Overlay
from rulec.analysis.search import satisfy
from rulec.analysis.solver import has_solver, is_unsatisfiable
from rulec.analysis.wins import Question, Reason, as_tree
from rulec.analysis.witness import Undecided
from rulec.logic import Node, Or, Truth
from rulec.simplify.values import Literal
from rulec.source import Span

__all__ = ["proven", "refutes"]

PROOF: Final = 8
"""Times of a question's looks that its second proof gets: it knows what to prove, and not how."""
_NOWHERE: Final = Span(0, 0)


def proven(question: Question, budget: Budget, kind: Kind) -> Never | Undecided:
    """The cover of a question that has no request."""
    overlay = question.overlay
    kept, is_minimal = _minimal(question, budget)
    if not refutes(overlay, [*question.seeds, *kept], budget, kind):
        budget.leave_open(kind)
        return Undecided()
    causes: dict[Cause, int] = {}
    broken: dict[str, None] = {}
    for reason in kept:
        culprit = reason.signed[0][0]
        if reason.role is None:
            place = overlay.assumptions.index(culprit)
            broken[overlay.meaning.assumptions[place].text] = None
        else:
            via = None if reason.via is None else overlay.definitions[reason.via].code
            causes[Cause(overlay.definitions[culprit].code, reason.role, via)] = overlay.place[
                culprit
            ]
    return Never(tuple(sorted(causes, key=causes.__getitem__)), tuple(broken), is_minimal)


def refutes(overlay: Overlay, reasons: Sequence[Reason], budget: Budget, kind: Kind) -> bool:
    """Whether reasons exclude each other, by the plain search or, over its budget, a solver."""
    nodes = [_node(overlay, reason) for reason in reasons]
    allowance = budget.ask(kind, times=1 if has_solver() else PROOF)
    found = satisfy(overlay.predicates.world.space, nodes, allowance)
    if isinstance(found, Undecided) and has_solver():
        predicates = overlay.predicates
        trees = [as_tree(predicates, reason) for reason in reasons]
        allowance = budget.ask(kind, solver=True)
        found = None if is_unsatisfiable(predicates.world, trees, allowance) else found
    return found is None


def _minimal(question: Question, budget: Budget) -> tuple[list[Reason], bool]:
    """Reasons of which none can be left out; one definition alone where one is enough.

    Over the budget, those that are left, and False. Who covers alone stood in the way at the first
    spot already, and no spot came after it.
    """
    allowance = budget.ask(Kind.COVER)

    def rest(reasons: list[Reason]) -> list[Reason] | None:
        """The assumptions that some reasons need to exclude each other; None: they do not."""
        fewer = Question(question.overlay, [*question.seeds, *reasons], lambda *_: iter(()))
        world = question.overlay.predicates.world
        is_proof = hunt(world, fewer.trees(), fewer.judge, allowance) is None
        return list(fewer.learned) if is_proof else None

    found = rest([])
    if found is not None:
        return found, True
    learned = [reason for reason in question.learned if reason.role is not None]
    for reason in learned if question.n_spots == 1 else ():
        found = rest([reason])
        if found is not None:
            return [reason, *found], True
    kept, assumed = learned, [reason for reason in question.learned if reason.role is None]
    for reason in reversed(learned):
        fewer = [other for other in kept if other != reason]
        found = rest(fewer)
        if found is not None:
            kept, assumed = fewer, found
    return [*kept, *assumed], allowance.left > 0


def _node(overlay: Overlay, reason: Reason) -> Node[Literal]:
    predicates = overlay.predicates
    items = tuple(
        predicates[number].source if holds else unless(predicates[number].source)
        for number, holds in reason.signed
    )
    if len(items) == 1:
        return items[0]
    return Or(items, _NOWHERE) if items else Truth(False, _NOWHERE)
