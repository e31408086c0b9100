"""A rule set of few of its definitions, for checks that look at some.

In: a subject, and definitions of it. Out: a `Subject` of those alone, and what can be read off a
rule set or a condition at a glance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rulec.check.tree import Typed
from rulec.lints.proofs import Proofs
from rulec.lints.subject import Subject
from rulec.logic import And, Leaf, Not, Or, Use
from rulec.ruleset.model import Definition, Lane, RuleSet

__all__ = ["among", "ends", "only", "reads"]


def ends(ruleset: RuleSet) -> frozenset[int]:
    """When windows end."""
    lives = (
        live
        for one in ruleset.definitions
        for live in (one.liveness, *(binding.liveness for binding in one.bindings))
    )
    windows = (live.window for live in lives if live.window is not None)
    return frozenset(window.end for window in windows if window.end is not None)


def among(ruleset: RuleSet, definitions: Iterable[Definition]) -> RuleSet:
    """A rule set of some of its definitions."""
    kept = list(definitions)
    products, businesses = (
        tuple(one for one in kept if one.lane is lane) for lane in (Lane.PRODUCT, Lane.BUSINESS)
    )
    return replace(ruleset, products=products, businesses=businesses)


def only(subject: Subject, definitions: Sequence[Definition], proofs: Proofs | None) -> Subject:
    """A subject of some definitions alone."""
    assert subject.ruleset is not None
    ruleset = among(subject.ruleset, definitions)
    found = replace(subject, ruleset=ruleset, vocabulary_conditions=(), proofs=proofs)
    found.__dict__["all_texts"] = subject.all_texts
    return found


def reads(condition: Typed) -> set[tuple[str, bool]]:
    """The facts and the named conditions that one reads."""
    found: set[tuple[str, bool]] = set()
    stack: list[Typed] = [condition]
    while stack:
        node = stack.pop()
        if isinstance(node, Leaf):
            found.add((node.value.fact.path, False))
        elif isinstance(node, Not):
            stack.append(node.item)
        elif isinstance(node, And | Or):
            if isinstance(node, Use):
                found.add((node.name, True))
            stack.extend(node.items)
    return found
