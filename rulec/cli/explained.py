"""The lines that `rulec try --explain` adds: why the winner won, why another one did not.

In: a compiled rule set, a request's facts, a point. Out: lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from rulec.check.tree import CheckedRuleSet
from rulec.explain.clauses import Clause
from rulec.explain.why import why
from rulec.explain.why_not import why_not
from rulec.instant import instant
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import matching, resolve
from rulec.simplify.describe import written
from rulec.vocabulary.suggest import suggest

__all__ = ["Moment", "explained"]


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


def _aligned(clauses: tuple[Clause, ...]) -> Iterator[str]:
    width = max((len(clause.asked) for clause in clauses), default=0)
    for clause in clauses:
        yield f"  {clause.asked:<{width}}  read {clause.read}"
