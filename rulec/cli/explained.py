"""The lines that `rulec try --explain` adds: why the winner won, why another one did not.

In: a compiled rule set, a request's facts, a point. Out: lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import click

from rulec.check.tree import CheckedRuleSet
from rulec.explain.clauses import Clause
from rulec.explain.tie import Rival, rivals
from rulec.explain.why import why
from rulec.explain.why_not import why_not
from rulec.instant import instant
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import matching, resolve
from rulec.simplify.describe import written
from rulec.vocabulary.suggest import suggest

__all__ = ["Moment", "explained"]

_MAX_RIVALS: Final = 8
"""Other sides of a tie that a line names."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a request is asked at: the point, the scenario, the time as written."""

    point: str
    scenario: str | None
    as_of: str | None


def explained(
    checked: CheckedRuleSet, request: Mapping[str, Any], moment: Moment, other: str | None
) -> Iterator[str]:
    """Why the winner won a point; of `other`, if there is one, what kept it from winning."""
    ruleset = checked.ruleset
    facts = read_facts(ruleset.vocabulary, request)
    matched = matching(checked, facts, None if moment.as_of is None else instant(moment.as_of))
    point = next(item for item in ruleset.points if item.code == moment.point)
    win = resolve(matched, point, moment.scenario)
    winner = win.blocked_by or win.code
    definitions = {definition.code: definition for definition in ruleset.definitions}
    yield f"why {winner}"
    if winner in definitions:
        clauses = why(checked, facts, winner)
        yield from _aligned(clauses)
        if not clauses:
            yield "  its condition asks nothing"
        yield from _ties(rivals(matched, winner))
    else:
        yield "  no effective definition binds the point"
    if other is None or other == winner:
        return
    definition = definitions.get(other)
    if definition is None:
        close = suggest(other, definitions)
        advice = f": did you mean `{close}`?" if close else ""
        raise click.UsageError(f"no definition `{other}`{advice}")
    obstacle = why_not(matched, definition, point, moment.scenario)
    yield f"why not {other}"
    if obstacle is None:
        yield "  it is among the winners"
        return
    yield f"  {obstacle.message}"
    if obstacle.failure is not None:
        for clause in obstacle.failure.changes:
            shown = "".join(f" with {written(clause.fact, value)}" for value in clause.needed)
            yield f"  {clause.fact.path} is {clause.read}; {clause.asked} holds{shown}"
        if not obstacle.failure.changes:
            yield "  no value of any fact makes it true"


def _ties(others: Sequence[Rival]) -> Iterator[str]:
    """What stood on the other side of a tie that the smaller code settled."""
    if not others:
        return
    met = [other for other in others if other.is_matched]
    shown = ", ".join(f"`{other.code}`" for other in (met or others)[:_MAX_RIVALS])
    more = len(met or others) - _MAX_RIVALS
    shown += f" and {more:,} more" if more > 0 else ""
    if met:
        yield f"  settled tie: {shown} matched this request too; the smaller code stands first"
    else:
        yield f"  settled tie: {shown} did not match this request"


def _aligned(clauses: tuple[Clause, ...]) -> Iterator[str]:
    width = max((len(clause.asked) for clause in clauses), default=0)
    for clause in clauses:
        yield f"  {clause.asked:<{width}}  read {clause.read}"
