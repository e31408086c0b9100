"""The branches of a condition that only match where somebody else wins.

In: an `Analysis` and a definition of it. Out: the spans of its dead branches, each with the proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Never, Undecided, both
from rulec.analysis.asked import Asked
from rulec.analysis.wins import Reason, identified
from rulec.logic import Node, Or, Truth
from rulec.ruleset.model import Definition, Lane
from rulec.simplify.values import Literal
from rulec.source import Span

__all__ = ["dead_branches"]


def dead_branches(analysis: Analysis, code: str) -> Iterator[tuple[Span, Never | Undecided]]:
    """The branches of a condition's outermost `||` that win nowhere the definition stands.

    None where the definition itself wins nowhere. A branch of a product counts where some
    business installs it, one of a business also where it is identified. A list that one
    comparison asks for, `containsAny` of it, is one branch.
    """
    number = analysis.overlay.numbers[code]
    definition = analysis.overlay.definitions[number]
    source = analysis.meaning.normal[code]
    if not isinstance(source, Or) or isinstance(analysis.meaning.sources[code], Truth):
        return  # who is never live wins nowhere, and its facts need not be in the world
    analysis.branches.pop(number, None)
    found: list[tuple[Span, Never | Undecided]] = []
    branches: dict[Span, list[Node[Literal]]] = {}
    for item in source.items:
        branches.setdefault(item.span, []).append(item)
    for span, items in branches.items():
        branch = items[0] if len(items) == 1 else Or(tuple(items), span)
        added = Reason(((analysis.overlay.predicates.add(branch, is_indexed=False), True),))
        dead = _is_dead_with(analysis, number, definition, added)
        if dead is not None:
            found.append((span, dead))
    if len(found) < len(branches):
        yield from found


def _is_dead_with(
    analysis: Analysis, number: int, definition: Definition, added: Reason
) -> Never | Undecided | None:
    """Whether a definition wins nowhere on the requests of one more reason."""
    answer: Never | Undecided = Never()
    questions = [
        question
        for place in analysis.places
        if (walk := analysis.overlay.walk(place.point, place.scenario)).stands.get(number)
        for question, _ in analysis.questions(walk, walk.stands[number])
    ]
    if definition.lane is Lane.BUSINESS:
        questions.append(identified(analysis.overlay, number))
    for question in questions:
        question.seeds.append(added)
        spot = analysis.find(question)
        analysis.branches.setdefault(number, Asked()).rest_on([question])
        if spot is not None and not isinstance(spot, Undecided):
            return None
        answer = both(answer, spot or analysis.proven(question))
    return answer
