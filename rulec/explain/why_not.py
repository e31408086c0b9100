"""Why a definition did not win a point: the first thing in its way, as the walk meets it.

In: what matched on one request, a definition, a point. Out: an `Obstacle`, or None where it wins,
or where it is the one that says "stop here".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rulec.explain.clauses import Failure, failure
from rulec.oracle.resolve import Matched, binding_at, effective, identify, resolve_all
from rulec.ruleset.model import Definition, Lane, Point

__all__ = ["Obstacle", "why_not"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What kept a definition from winning."""

    kind: Literal["condition", "not-live", "not-effective", "not-bound", "weaker"]
    message: str
    failure: Failure | None = None
    """The clause that failed, where it was the condition."""


def why_not(
    matched: Matched, definition: Definition, point: Point, scenario: str | None = None
) -> Obstacle | None:
    """The first obstacle of a definition at a point."""
    code = definition.code
    failed = failure(matched.checked.conditions[code], matched.facts)
    if failed is not None:
        return Obstacle("condition", f"`{failed.text}` is not true", failed)
    if code not in matched.codes:
        return Obstacle(
            "not-live", "it matches, but is not live: disabled, or by window or rollout"
        )
    if code not in effective(matched):
        return Obstacle("not-effective", _why_not_effective(matched, definition))
    if binding_at(matched, definition, point, scenario) is None:
        return Obstacle("not-bound", _why_not_bound(definition, point, scenario))
    wins = resolve_all(matched, point, scenario)
    if any(code in (win.code, win.blocked_by) for win in wins):
        return None
    first = wins[0].blocked_by or wins[0].code
    return Obstacle("weaker", f"it is effective, but `{first}` stands before it")


def _why_not_effective(matched: Matched, definition: Definition) -> str:
    if definition.lane is Lane.PRODUCT:
        identity = identify(matched)
        return f"it matches, but the identified business `{identity}` does not install it"
    stronger = matched.businesses[: matched.businesses.index(definition)]
    barrier = next(one.code for one in stronger if one.is_isolated and one.code in matched.codes)
    return f"it matches, but `{barrier}` is isolated and stands before it"


def _why_not_bound(definition: Definition, point: Point, scenario: str | None) -> str:
    here = [binding for binding in definition.bindings if binding.point == point.code]
    if not here:
        return f"it is effective, but binds nothing at `{point.code}`"
    if any(binding.scenario in (None, scenario) for binding in here):
        return f"it is effective, but none of its bindings at `{point.code}` is live"
    return f"it is effective, but binds `{point.code}` in other scenarios only"
