"""Keep what one system needs: `compile --system buy2`.

In: a rule set, and the name of a system. Out: the rule set without the definitions that are for
other systems only, or a finding where nobody names the system. A definition that names no system is
for all of them. Order stays: whoever overrode a definition that is left out now overrides whom that
one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rulec.diagnostic import Diagnostic
from rulec.ruleset.model import Definition, Point, RuleSet
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.suggest import suggest

__all__ = ["keep_system"]


def keep_system(ruleset: RuleSet, system: str) -> tuple[RuleSet, list[Diagnostic]]:
    """The part of a rule set that `system` runs."""
    known = {name: None for one in ruleset.definitions for name in one.systems}
    if system not in known:
        close = suggest(system, known)
        advice = f"did you mean {quoted(close)}?" if close else None
        message = f"no definition names the system {quoted(system)}"
        return ruleset, [Diagnostic("VOC110", message, None, advice, "--system")]
    everyone = {one.code: one for one in ruleset.definitions}
    kept = {code for code, one in everyone.items() if not one.systems or system in one.systems}
    products = tuple(_without(one, kept, everyone) for one in ruleset.products if one.code in kept)
    businesses = tuple(
        _without(one, kept, everyone) for one in ruleset.businesses if one.code in kept
    )
    points = tuple(_point_without(point, kept) for point in ruleset.points)
    return replace(ruleset, points=points, products=products, businesses=businesses), []


def _without(one: Definition, kept: set[str], everyone: Mapping[str, Definition]) -> Definition:
    return replace(
        one,
        overrides=_overridden(one, kept, everyone),
        products=tuple(code for code in one.products if code in kept),
        installed=tuple(code for code in one.installed if code in kept),
        bindings=tuple(
            replace(binding, before=tuple(code for code in binding.before if code in kept))
            for binding in one.bindings
        ),
    )


def _overridden(
    one: Definition, kept: set[str], everyone: Mapping[str, Definition]
) -> tuple[str, ...]:
    """Whom a definition overrides among the kept ones, through those that are left out."""
    found: dict[str, None] = {}
    passed: set[str] = set()
    pending = list(reversed(one.overrides))
    while pending:
        code = pending.pop()
        if code in kept:
            found[code] = None
        elif code in everyone and code not in passed:
            passed.add(code)
            pending.extend(reversed(everyone[code].overrides))
    return tuple(found)


def _point_without(point: Point, kept: set[str]) -> Point:
    return replace(point, order=tuple(code for code in point.order if code in kept))
