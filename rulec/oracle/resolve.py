"""Who wins? The walk of a point, definition by definition.

In: a checked rule set, facts, a time. Out: codes of definitions, and what wins at a point (`Win`).
First every condition is evaluated (`matching`); identity, barrier, effective definitions and
winners follow from what matched, each written down as rulesets say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rulec.check.tree import CheckedRuleSet
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import Facts
from rulec.ruleset.model import (
    Binding,
    Definition,
    Implementation,
    Lane,
    LaneOrder,
    Liveness,
    Point,
    Reduce,
    Scope,
)

__all__ = [
    "Matched",
    "Win",
    "binding_at",
    "broken_assumption",
    "effective",
    "identify",
    "is_matched",
    "matching",
    "resolve",
    "resolve_all",
    "strongest_first",
]

PLATFORM: Final = "platform"


@dataclass(frozen=True, slots=True)
class Matched:
    """One request: everyone in order, and whose condition is true and who is live."""

    checked: CheckedRuleSet
    facts: Facts
    as_of: int | None
    """Microseconds since 1970 in UTC; needed where something has a window."""
    products: list[Definition]
    businesses: list[Definition]
    codes: Set[str]


@dataclass(frozen=True, slots=True)
class Win:
    """What wins at a point."""

    code: str
    reason: str
    implementation: Implementation | None
    blocked_by: str | None = None


def matching(
    checked: CheckedRuleSet,
    facts: Facts,
    as_of: int | None = None,
    ordered: Sequence[Definition] | None = None,
) -> Matched:
    """Evaluate every condition; who is not live is as if not there.

    `ordered` has everyone in order, each lane its own, for callers who ask often.
    """
    codes = {
        definition.code
        for definition in checked.ruleset.definitions
        if is_matched(checked, definition, facts, as_of)
    }
    if ordered is None:
        ordered = [
            *strongest_first(checked.ruleset.products),
            *strongest_first(checked.ruleset.businesses),
        ]
    products = [one for one in ordered if one.lane is Lane.PRODUCT]
    businesses = [one for one in ordered if one.lane is Lane.BUSINESS]
    return Matched(checked, facts, as_of, products, businesses, codes)


def is_matched(
    checked: CheckedRuleSet, definition: Definition, facts: Facts, as_of: int | None
) -> bool:
    """Whether a definition is live and its condition true."""
    return _is_live(checked, definition.liveness, facts, as_of) and (
        evaluate(checked.conditions[definition.code], facts) is True
    )


def broken_assumption(checked: CheckedRuleSet, facts: Facts) -> str | None:
    """The first assumption, in its words, that a request breaks; such a request has no answer."""
    broken = (item.text for item in checked.assumptions if evaluate(item.is_broken, facts))
    return next(broken, None)


def identify(matched: Matched) -> str:
    """The strongest business that matched; `platform` if there is none."""
    identity = _identity(matched)
    return PLATFORM if identity is None else identity.code


def effective(matched: Matched) -> list[str]:
    """Every definition that can win somewhere, products first, strongest first in each lane."""
    identity = _identity(matched)
    installed = () if identity is None else identity.installed
    found = [
        product.code
        for product in matched.products
        if product.code in matched.codes
        and (product.scope is Scope.ALL or product.code in installed)
    ]
    for business in matched.businesses:
        if business.code in matched.codes:
            found.append(business.code)
            if business.is_isolated:
                break
    return found


def resolve(matched: Matched, point: Point, scenario: str | None = None) -> Win:
    """What wins at a point: the first of what `resolve_all` gives."""
    return resolve_all(matched, point, scenario)[0]


def resolve_all(matched: Matched, point: Point, scenario: str | None = None) -> list[Win]:
    """Everything that wins at a point, the strongest first; a point that takes one has one."""
    wins: list[Win] = []
    counting = effective(matched)
    for definition in _walk(matched, point, scenario):
        if definition.code not in counting:
            continue
        binding = binding_at(matched, definition, point, scenario)
        if binding is None:
            continue
        if binding.implementation is None:
            wins.append(Win(PLATFORM, "BLOCKED", point.default, definition.code))
            return wins
        is_settled = definition.code in matched.checked.settled
        reason = "TIE" if is_settled else "MATCH"
        wins.append(Win(definition.code, reason, binding.implementation))
        if point.reduce is Reduce.FIRST:
            return wins
    return wins or [Win(PLATFORM, "DEFAULT", point.default)]


def strongest_first(definitions: Iterable[Definition]) -> list[Definition]:
    """By rank; in a rank the smallest code of those that no one left overrides comes next."""
    ordered: list[Definition] = []
    by_rank = groupby(
        sorted(definitions, key=lambda one: (one.rank, one.code)), lambda one: one.rank
    )
    for left in (list(peers) for _, peers in by_rank):
        if not any(one.overrides for one in left):
            ordered += left
            continue
        while left:
            overridden = {code for one in left for code in one.overrides}
            ordered.append(next(one for one in left if one.code not in overridden))
            left.remove(ordered[-1])
    return ordered


def _identity(matched: Matched) -> Definition | None:
    return next((one for one in matched.businesses if one.code in matched.codes), None)


def _walk(matched: Matched, point: Point, scenario: str | None) -> list[Definition]:
    """Every definition in the order in which a point asks them."""
    lanes = [matched.products, matched.businesses]
    by_code = {definition.code: definition for lane in lanes for definition in lane}
    if point.lane_order is LaneOrder.BUSINESS_FIRST:
        lanes.reverse()
    named = [by_code[code] for code in point.order]
    walk = named + [one for lane in lanes for one in lane if one.code not in point.order]
    identity = _identity(matched)
    if identity is None or identity in named:
        return walk
    binding = binding_at(matched, identity, point, scenario)
    if binding is not None and binding.before:
        walk.remove(identity)
        ahead_of = next(one for one in walk if one.code in binding.before)
        walk.insert(walk.index(ahead_of), identity)
    return walk


def binding_at(
    matched: Matched, definition: Definition, point: Point, scenario: str | None
) -> Binding | None:
    """The binding of a definition at a point: of the scenario if there is one, else untagged.

    Conditional ones are tried first, in the order written.
    """
    live = [
        binding
        for binding in definition.bindings
        if binding.point == point.code
        and _is_live(matched.checked, binding.liveness, matched.facts, matched.as_of)
    ]
    live.sort(key=lambda binding: not binding.liveness.is_conditional)
    tagged = [binding for binding in live if scenario and binding.scenario == scenario]
    untagged = [binding for binding in live if binding.scenario is None]
    return next(iter(tagged + untagged), None)


def _is_live(checked: CheckedRuleSet, liveness: Liveness, facts: Facts, as_of: int | None) -> bool:
    """Enabled, inside its window, selected by its rollout; whom no key names is not selected."""
    if not liveness.is_enabled:
        return False
    rollout = liveness.rollout
    if rollout is not None and not evaluate(checked.rollouts[rollout], facts):
        return False
    if liveness.window is None:
        return True
    assert as_of is not None, "a window needs a time"
    return liveness.window.holds(as_of)
