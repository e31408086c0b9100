"""What the questions about one rule set may cost, counted and never timed.

In: bounds. Out: a `Budget`, and an `Allowance` for each question that is asked of it.

Every search here is of a problem that is NP-complete, so each of them counts *looks*: a look is one
cube or alternative that a search compares with what is left. A question is asked with a whole
allowance or, once those of its kind have spent their share, not at all. So its answer depends on
the question, and on whether there was anything left; one that is remembered costs what it did.

A kind of question may spend half of what is left when the first of it is asked: no kind, however
hostile the rules, keeps those behind it from being asked at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["ITEM", "QUESTION", "RUN", "SOLVER", "STEP", "Allowance", "Budget", "Kind"]

RUN: Final = 400_000_000
"""Looks at one rule set."""
QUESTION: Final = 2_000_000
"""Looks of one search."""
SOLVER: Final = 50_000_000
"""Looks of one question to the solver."""
ITEM: Final = 8
"""Looks of native code that an alternative costs where Python looks at it."""
STEP: Final = 64 * ITEM
"""What a step of a search in Python costs besides."""


class Kind(Enum):
    """What is asked, in words that go on `.. could not be decided`."""

    CONDITION = "which parts of a condition matter"
    WIN = "whether a definition ever wins"
    COVER = "which definitions of a cover can be spared"
    RELATION = "how two definitions lie to each other"
    TIE = "whether two definitions tie"
    CHANGE = "what a change does to winners"


@dataclass
class _Pool:
    """What questions of one kind may spend together."""

    left: int
    n_asked: int = 0
    n_open: int = 0


class Allowance:
    """What one search may still spend; `left` is below 1 where it is over."""

    __slots__ = ("_budget", "_kind", "left")

    def __init__(self, left: int, budget: Budget | None = None, kind: Kind | None = None) -> None:
        self.left = left
        self._budget = budget
        self._kind = kind

    def spend(self, looks: int) -> None:
        """Count some looks."""
        self.left -= looks
        if self._budget is not None and self._kind is not None:
            self._budget.charge(self._kind, looks)


class Budget:
    """The looks of one rule set: `run` of all questions, `question` of each search of one.

    `solver` bounds each question to the SAT solver. Thread-safety: use one in one thread.
    """

    def __init__(self, run: int = RUN, question: int = QUESTION, solver: int = SOLVER) -> None:
        self.run = run
        self.question = question
        self.solver = solver
        self._pools: dict[Kind, _Pool] = {}
        self._left = run

    def ask(self, kind: Kind, *, part: int = 1, times: int = 1, solver: bool = False) -> Allowance:
        """The allowance of one more search, or a part or some times of it."""
        pool = self._pool(kind)
        pool.n_asked += 1
        most = self.solver if solver else self.question * times // part
        return Allowance(0 if self.is_spent(kind) else most, self, kind)

    def charge(self, kind: Kind, looks: int) -> None:
        """Count what a remembered answer cost when it was found."""
        self._pool(kind).left -= looks
        self._left -= looks

    def is_spent(self, kind: Kind) -> bool:
        """Whether no question of a kind is asked any more."""
        return self._pool(kind).left <= 0 or self._left <= 0

    def leave_open(self, kind: Kind) -> None:
        """Count a question that stays without an answer."""
        self._pool(kind).n_open += 1

    def allow(self, run: int) -> None:
        """Another bound for all questions, before the first is asked."""
        if self._pools:
            raise RuntimeError("questions were asked already")
        self.run = self._left = run

    @property
    def spent(self) -> int:
        """Looks so far."""
        return self.run - self._left

    @property
    def is_near(self) -> bool:
        """Whether a quarter is spent: who counts anew may then find more answers."""
        return self.spent * 4 > self.run

    @property
    def asked(self) -> Counter[Kind]:
        """How many searches of each kind were begun."""
        return Counter({kind: pool.n_asked for kind, pool in self._pools.items()})

    @property
    def open(self) -> Counter[Kind]:
        """How many questions of each kind stayed without an answer."""
        return +Counter({kind: pool.n_open for kind, pool in self._pools.items()})

    def _pool(self, kind: Kind) -> _Pool:
        found = self._pools.get(kind)
        if found is None:
            found = self._pools[kind] = _Pool(self._left - self._left // 2)
        return found
