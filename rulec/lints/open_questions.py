"""What could not be decided, in as few findings as tell it.

In: questions that stayed open, by kind, and the budget they were asked within. Out: findings of
ANA901. A hostile rule set leaves thousands open: of a kind with more than `MOST` one finding counts
them and names the first. What nobody asked about by name is counted too, so none is kept quiet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rulec.analysis.budget import Budget, Kind
from rulec.analysis.solver import has_solver
from rulec.diagnostic import Diagnostic
from rulec.source import Where
from rulec.vocabulary.conform import quoted

__all__ = ["OpenQuestions"]

MOST: Final = 10
"""Questions of one kind that are told one by one."""
SHOWN: Final = 3
"""Names that stand for all."""


class OpenQuestions:
    """The questions about one rule set that nothing answered."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._found: dict[Kind, dict[tuple[str, str, Where], None]] = {}

    def add(self, kind: Kind, name: str, where: Where, what: str) -> None:
        """One question: whose it is, and `what` could not be decided."""
        self._found.setdefault(kind, {})[name, what, where] = None

    def findings(self, elsewhere: Where | None) -> Iterator[Diagnostic]:
        """All of them; `elsewhere` is shown for what has no place of its own."""
        for kind, own in self._found.items():
            if len(own) <= MOST:
                for _, what, where in own:
                    message = f"it could not be decided within the budget {what}"
                    yield Diagnostic("ANA901", message, where, self._advice)
                continue
            names = list(dict.fromkeys(name for name, _, _ in own))
            more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
            whose = ", ".join(map(quoted, names[:SHOWN])) + more
            message = f"{_counted(len(own), kind)}: {whose}"
            yield Diagnostic("ANA901", message, next(iter(own))[2], self._advice)
        for kind, n_open in self.budget.open.items():
            if kind not in self._found and elsewhere is not None:
                yield Diagnostic("ANA901", _counted(n_open, kind), elsewhere, self._advice)

    @property
    def _advice(self) -> str:
        advice = f"split the condition, or raise `budget` (it is {self.budget.run:,})"
        return advice if has_solver() else f"{advice}, or install `rulec[solver]`"


def _counted(n_open: int, kind: Kind) -> str:
    noun = "question" if n_open == 1 else "questions"
    return f"{n_open:,} {noun} could not be decided within the budget, {kind.value}"
