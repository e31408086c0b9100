"""What is proved of one condition, without looking at others.

In: a condition, its vocabulary and assumptions. Out: `Parts`: what of it never matters, and what
finding that out cost.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from rulec.analysis.answers import Undecided
from rulec.analysis.condition import Always, Condition, Core, Idle
from rulec.analysis.read_once import facts_read_once
from rulec.check.tree import CheckedAssumption, Typed
from rulec.logic import Truth, leaf_values
from rulec.source import Excerpt, Span
from rulec.vocabulary.model import Vocabulary

__all__ = ["Parts", "assumed_facts", "parts_of"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What was proved about one condition, without looking at others."""

    text: Excerpt
    core: Core | None
    always: tuple[Always, bool] | None
    idle: Sequence[Idle]
    is_decided: bool
    looks: int = 0
    """What the answers cost (`analysis/budget.py`)."""


def parts_of(
    vocabulary: Vocabulary,
    text: Excerpt,
    condition: Typed,
    assumptions: Sequence[CheckedAssumption],
    assumed: Set[str] | None = frozenset(),
) -> Parts:
    """Ask everything there is to ask about one condition.

    `assumed` are the facts that assumptions read, as far as some request keeps those: a condition
    that reads none of them may be decided at a glance.
    """
    read = facts_read_once(condition) if assumed is not None else None
    if read is not None and assumed is not None and read.isdisjoint(assumed):
        return Parts(text, None, None, (), True)
    asked = Condition(vocabulary, condition, assumptions)
    core, always = asked.core(), asked.always()
    idle = [] if isinstance(core, Core) else asked.idle()
    return Parts(
        text,
        core if isinstance(core, Core) else None,
        always if isinstance(always, tuple) else None,
        [] if isinstance(idle, Undecided) else idle,
        not asked.is_over and not any(isinstance(one, Undecided) for one in (core, always, idle)),
        asked.looks,
    )


def assumed_facts(
    vocabulary: Vocabulary, assumptions: Sequence[CheckedAssumption]
) -> frozenset[str] | None:
    """The facts that assumptions read; None where no request is found that keeps all of them."""
    if not assumptions:
        return frozenset()
    kept = Condition(vocabulary, Truth(True, Span(0, 0)), assumptions).witness()
    read = leaf_values(one.is_broken for one in assumptions)
    return frozenset(atom.fact.path for atom in read) if isinstance(kept, dict) else None
