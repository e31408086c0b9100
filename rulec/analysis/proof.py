"""Covers: why there is no request, in as few definitions as it takes, and proved twice.

In: a question that found no request. Out: `Never` with a minimal cover, or `Undecided` where the
second proof ran out of budget.

The hunt learned reasons from the spots it looked at; they and the seeds exclude each other. A
reason is left out if the others still do. What remains is proved again by the plain search over
literals (`search.py`), which shares neither trees, nor cubes, nor order with the hunt.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulec.analysis.answers import Cause, Never
from rulec.analysis.deny import unless
from rulec.analysis.hunt import BUDGET, hunt
from rulec.analysis.overlay import Overlay
from rulec.analysis.search import satisfy
from rulec.analysis.solver import is_unsatisfiable
from rulec.analysis.wins import Question, Reason, as_tree
from rulec.analysis.witness import Undecided
from rulec.logic import Node, Or, Truth
from rulec.simplify.values import Literal
from rulec.source import Span

__all__ = ["proven", "refutes"]

_NOWHERE = Span(0, 0)


def proven(question: Question, budget: int = BUDGET) -> Never | Undecided:
    """The cover of a question that has no request."""
    overlay = question.overlay
    kept = _minimal(question, budget)
    if not refutes(overlay, [*question.seeds, *kept]):
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
    return Never(tuple(sorted(causes, key=causes.__getitem__)), tuple(broken))


def refutes(overlay: Overlay, reasons: Sequence[Reason]) -> bool:
    """Whether reasons exclude each other, by the plain search or, over its budget, a solver."""
    nodes = [_node(overlay, reason) for reason in reasons]
    found = satisfy(overlay.predicates.world.space, nodes)
    if isinstance(found, Undecided):
        predicates = overlay.predicates
        trees = [as_tree(predicates, reason) for reason in reasons]
        return is_unsatisfiable(predicates.world, trees) is True
    return found is None


def _minimal(question: Question, budget: int) -> list[Reason]:
    """Reasons of which none can be left out; one definition alone where one is enough.

    Who covers alone stood in the way at the first spot already, and no spot came after it.
    """

    def rest(reasons: list[Reason]) -> list[Reason] | None:
        """The assumptions that some reasons need to exclude each other; None: they do not."""
        fewer = Question(question.overlay, [*question.seeds, *reasons], lambda *_: iter(()))
        world = question.overlay.predicates.world
        is_proof = hunt(world, fewer.trees(), fewer.judge, budget) is None
        return list(fewer.learned) if is_proof else None

    found = rest([])
    if found is not None:
        return found
    learned = [reason for reason in question.learned if reason.role is not None]
    for reason in learned if question.n_spots == 1 else ():
        found = rest([reason])
        if found is not None:
            return [reason, *found]
    kept, assumed = learned, [reason for reason in question.learned if reason.role is None]
    for reason in reversed(learned):
        fewer = [other for other in kept if other != reason]
        found = rest(fewer)
        if found is not None:
            kept, assumed = fewer, found
    return [*kept, *assumed]


def _node(overlay: Overlay, reason: Reason) -> Node[Literal]:
    predicates = overlay.predicates
    items = tuple(
        predicates[number].source if holds else unless(predicates[number].source)
        for number, holds in reason.signed
    )
    if len(items) == 1:
        return items[0]
    return Or(items, _NOWHERE) if items else Truth(False, _NOWHERE)
