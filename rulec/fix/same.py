"""Do two conditions mean the same?

In: two checked conditions and their vocabulary. Out: whether each is true exactly where the other
is and, for one that others name, false exactly where the other is; a search over its budget is no
proof, and answers no.

Assumptions are left out: a rewrite that leans on one is none that keeps its meaning.
"""

from __future__ import annotations

from rulec.analysis.budget import QUESTION, Allowance
from rulec.analysis.cubes import Space
from rulec.analysis.deny import unless
from rulec.analysis.search import satisfy
from rulec.check.tree import Typed
from rulec.logic import Node, Not, leaf_values
from rulec.simplify.passes import simplify
from rulec.simplify.values import Literal
from rulec.source import Span
from rulec.vocabulary.model import Vocabulary

__all__ = ["is_same"]

_NOWHERE = Span(0, 0)


def is_same(vocabulary: Vocabulary, one: Typed, two: Typed, *, also_false: bool) -> bool:
    """Whether two conditions are proved to be true on the same requests.

    `also_false` asks the same of where they are false.
    """
    if not _are_equivalent(vocabulary, simplify(one), simplify(two)):
        return False
    if not also_false:
        return True
    first, second = (simplify(Not(each, _NOWHERE)) for each in (one, two))
    return _are_equivalent(vocabulary, first, second)


def _are_equivalent(vocabulary: Vocabulary, one: Node[Literal], two: Node[Literal]) -> bool:
    denied = [unless(one), unless(two)]
    space = Space(vocabulary, leaf_values((one, two, *denied)))
    questions = ((one, denied[1]), (two, denied[0]))
    return all(satisfy(space, question, Allowance(QUESTION)) is None for question in questions)
