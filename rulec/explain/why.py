"""Why a definition won: the clauses of its condition that held, with the values read.

In: a checked rule set, facts, the code of a definition whose condition is true. Out: its clauses;
none where the condition asks nothing.
"""

from __future__ import annotations

from rulec.check.tree import CheckedRuleSet
from rulec.explain.clauses import Clause, support
from rulec.oracle.facts import Facts

__all__ = ["why"]


def why(checked: CheckedRuleSet, facts: Facts, code: str) -> tuple[Clause, ...]:
    """What made the condition of `code` true."""
    return support(checked.conditions[code], facts)
