"""Who wins? The walk of a point, definition by definition.

In: a checked rule set and facts. Out: codes of definitions, or `platform`. First every condition is
evaluated (`matching`); identity, effective definitions and winners follow from what matched, each
written down as rulesets say it, nothing remembered between questions.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from rulec.check.tree import CheckedRuleSet
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import Facts
from rulec.ruleset.model import Definition, LaneOrder, Point, RuleSet, Scope

__all__ = ["broken_assumption", "effective", "identify", "matching", "resolve"]

PLATFORM: Final = "platform"


def matching(checked: CheckedRuleSet, facts: Facts) -> Set[str]:
    """The codes of all definitions whose condition is true."""
    return {code for code, condition in checked.conditions.items() if evaluate(condition, facts)}


def broken_assumption(checked: CheckedRuleSet, facts: Facts) -> str | None:
    """The first assumption, in its words, that a request breaks; such a request has no answer."""
    broken = (item.text for item in checked.assumptions if evaluate(item.is_broken, facts))
    return next(broken, None)


def identify(ruleset: RuleSet, matched: Set[str]) -> str:
    """The strongest business that matched; `platform` if there is none."""
    businesses = _strongest_first(ruleset.businesses)
    return next((item.code for item in businesses if item.code in matched), PLATFORM)


def effective(ruleset: RuleSet, matched: Set[str]) -> list[str]:
    """Every definition that can win somewhere, products first, strongest first in each lane."""
    definitions = _effective_products(ruleset, matched) + _businesses(ruleset, matched)
    return [definition.code for definition in definitions]


def resolve(ruleset: RuleSet, matched: Set[str], point: Point) -> str:
    """The code of the definition whose binding wins at a point; `platform` for its default."""
    products = _effective_products(ruleset, matched)
    businesses = _businesses(ruleset, matched)
    is_product_first = point.lane_order is LaneOrder.PRODUCT_FIRST
    for definition in products + businesses if is_product_first else businesses + products:
        if any(binding.point == point.code for binding in definition.bindings):
            return definition.code
    return PLATFORM


def _strongest_first(definitions: tuple[Definition, ...]) -> list[Definition]:
    return sorted(definitions, key=lambda definition: (definition.rank, definition.code))


def _businesses(ruleset: RuleSet, matched: Set[str]) -> list[Definition]:
    return [item for item in _strongest_first(ruleset.businesses) if item.code in matched]


def _effective_products(ruleset: RuleSet, matched: Set[str]) -> list[Definition]:
    """Products that matched and that the identified business installed, or that are for all."""
    identity = identify(ruleset, matched)
    installed: set[str] = set()
    for business in ruleset.businesses:
        if business.code == identity:
            installed = set(business.installed)
    return [
        product
        for product in _strongest_first(ruleset.products)
        if product.code in matched and (product.scope is Scope.ALL or product.code in installed)
    ]
