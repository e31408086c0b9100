"""The passes from typed atoms to literals, in the order they run.

In: `Typed`. Out: a tree of And and Or over literals, or one lone `Truth`. Every pass keeps the set
of requests on which the whole condition is true.
"""

from __future__ import annotations

from rulec.check.tree import Typed
from rulec.logic import Node
from rulec.simplify.fold_constants import fold_constants
from rulec.simplify.push_negations import push_negations
from rulec.simplify.values import Literal

__all__ = ["simplify"]


def simplify(condition: Typed) -> Node[Literal]:
    """A checked condition as literals in negation normal form, without constants inside."""
    return fold_constants(push_negations(condition))
