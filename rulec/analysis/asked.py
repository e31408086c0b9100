"""What a question was answered from: when an edit cannot have changed the answer.

In: nothing; `analysis.py` fills these. Out: `Asked`. A search that met neither the old condition of
an edited definition nor its new one, at no spot it was judged at and in no reason it learned, runs
the same again. One that cubes alone decided says less: `plain.py` has the rule of its covers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rulec.analysis.answers import Never, Undecided
from rulec.analysis.wins import Question
from rulec.analysis.world import Spot
from rulec.ruleset.model import Binding

__all__ = ["Asked"]


@dataclass(slots=True)
class Asked:
    """Answers about one definition, and all that they rest on."""

    dead: tuple[tuple[Binding, Never | Undecided], ...] = ()
    spots: list[Spot] = field(default_factory=list)
    """Where somebody who is edited has to hold, to change an answer."""
    named: set[int] = field(default_factory=set)
    """The predicates that a search rests on."""
    is_plain: bool = False
    """Whether cubes alone decided: one spot where it wins, else none."""

    def rest_on(self, questions: Iterable[Question]) -> None:
        """Add what searches looked at and learned."""
        for question in questions:
            self.spots += question.spots
            for reason in (*question.seeds, *question.learned):
                self.named.update(number for number, _ in reason.signed)
