"""The passes from typed atoms to literals, in the order they run.

In: `Typed`. Out: a tree of And and Or over literals, or one lone `Truth`. Every pass keeps the set
of requests on which the whole condition is true. A named condition is simplified once for each sign
it stands under, however often it is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rulec.check.tree import Typed
from rulec.logic import Node
from rulec.simplify.fold_constants import Folded, fold_constants
from rulec.simplify.push_negations import Pushed, push_negations
from rulec.simplify.values import Literal

__all__ = ["Simplified", "simplify"]


@dataclass(frozen=True, slots=True)
class Simplified:
    """What the passes made so far of what many conditions share."""

    pushed: Pushed = field(default_factory=Pushed)
    folded: Folded = field(default_factory=Folded)


def simplify(condition: Typed, known: Simplified | None = None) -> Node[Literal]:
    """A checked condition as literals in negation normal form, without constants inside.

    `known` remembers named conditions from one call to the next.
    """
    known = known or Simplified()
    return fold_constants(push_negations(condition, known.pushed), known.folded)
