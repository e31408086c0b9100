"""Why the winner of a point wins on one request, and what kept another definition from it.

In: a checked rule set, a request's facts, what it is asked at. Out: `Explanation`, which reads as
lines of text. Everything is asked of the oracle, so it takes milliseconds, not microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rulec.check.tree import CheckedRuleSet
from rulec.explain.clauses import Clause
from rulec.explain.tie import Rival, rivals
from rulec.explain.why import why
from rulec.explain.why_not import Obstacle, why_not
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import matching, resolve
from rulec.simplify.describe import written
from rulec.vocabulary.suggest import suggest
from rulec_runtime import ExplainError
from rulec_runtime.clock import micros_of

__all__ = ["Explanation", "Moment", "explain"]

_MAX_RIVALS: Final = 8
"""Other sides of a tie that a line names."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a request is asked at: the point, the scenario, the time."""

    point: str
    scenario: str | None
    as_of: str | datetime | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one definition won a point, and why another one did not; `str` is the text of it."""

    point: str
    winner: str
    """The code that won, or that said the default shall run; `platform` where nobody binds."""
    because: tuple[Clause, ...]
    """What made its condition true; none for the platform, or where it asks nothing."""
    rivals: tuple[Rival, ...] = ()
    """The other sides of a tie that it won by its smaller code."""
    other: str | None = None
    """The code asked about, where it is another one than the winner."""
    obstacle: Obstacle | None = None
    """The first thing in its way; None where there is none: it is among the winners."""

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The explanation as people read it."""
        yield f"why {self.winner}"
        width = max((len(clause.asked) for clause in self.because), default=0)
        for clause in self.because:
            yield f"  {clause.asked:<{width}}  read {clause.read}"
        if self.winner == "platform":
            yield "  no effective definition binds the point"
        elif not self.because:
            yield "  its condition asks nothing"
        yield from _settled(self.rivals)
        if self.other is not None:
            yield f"why not {self.other}"
            yield from _in_the_way(self.obstacle)


def explain(
    checked: CheckedRuleSet,
    request: Mapping[str, Any],
    moment: Moment,
    other: str | None = None,
    *,
    strict: bool = True,
) -> Explanation:
    """Why the winner won; of `other`, if one is named, what kept it from winning.

    ExplainError where no definition has that code.
    """
    definitions = {definition.code: definition for definition in checked.ruleset.definitions}
    if other is not None and other not in definitions:
        close = suggest(other, definitions)
        advice = f"; did you mean `{close}`?" if close else ""
        raise ExplainError(f"no definition `{other}`{advice}")
    facts = read_facts(checked.ruleset.vocabulary, request, strict=strict)
    matched = matching(checked, facts, None if moment.as_of is None else micros_of(moment.as_of))
    point = next(item for item in checked.ruleset.points if item.code == moment.point)
    win = resolve(matched, point, moment.scenario)
    winner = win.blocked_by or win.code
    because = why(checked, facts, winner) if winner in definitions else ()
    sides = rivals(matched, winner)
    if other is None or other == winner:
        return Explanation(point.code, winner, because, sides)
    obstacle = why_not(matched, definitions[other], point, moment.scenario)
    return Explanation(point.code, winner, because, sides, other, obstacle)


def _settled(others: Sequence[Rival]) -> Iterator[str]:
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


def _in_the_way(obstacle: Obstacle | None) -> Iterator[str]:
    if obstacle is None:
        yield "  it is among the winners"
        return
    yield f"  {obstacle.message}"
    if obstacle.failure is None:
        return
    for clause in obstacle.failure.changes:
        shown = "".join(f" with {written(clause.fact, value)}" for value in clause.needed)
        yield f"  {clause.fact.path} is {clause.read}; {clause.asked} holds{shown}"
    if not obstacle.failure.changes:
        yield "  no value of any fact makes it true"
