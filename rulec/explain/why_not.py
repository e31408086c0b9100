"""Why a definition did not win a point: the first thing in its way, as the walk meets it.

In: a checked rule set, facts, a definition, a point. Out: an `Obstacle`, or None where it wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rulec.check.tree import CheckedRuleSet
from rulec.explain.clauses import Failure, failure
from rulec.oracle.facts import Facts
from rulec.oracle.resolve import effective, identify, matching, resolve
from rulec.ruleset.model import Definition, Point

__all__ = ["Obstacle", "why_not"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What kept a definition from winning."""

    kind: Literal["condition", "not-effective", "not-bound", "weaker"]
    message: str
    failure: Failure | None = None
    """The clause that failed, where it was the condition."""


def why_not(
    checked: CheckedRuleSet, facts: Facts, definition: Definition, point: Point
) -> Obstacle | None:
    """The first obstacle of a definition at a point."""
    ruleset, code = checked.ruleset, definition.code
    failed = failure(checked.conditions[code], facts)
    if failed is not None:
        return Obstacle("condition", f"`{failed.text}` is not true", failed)
    matched = matching(checked, facts)
    if code not in effective(ruleset, matched):
        identity = identify(ruleset, matched)
        message = f"it matches, but the identified business `{identity}` does not install it"
        return Obstacle("not-effective", message)
    if all(binding.point != point.code for binding in definition.bindings):
        return Obstacle("not-bound", f"it is effective, but binds nothing at `{point.code}`")
    winner = resolve(ruleset, matched, point)
    if winner == code:
        return None
    return Obstacle("weaker", f"it is effective, but `{winner}` stands before it")
