"""Two rule sets: every class of requests whose winner changes.

In: the old and the new rule set, checked. Out: a `Difference`: for each place, and for who is
identified, one `Change` a pair of an old and a new winner, with a request that shows it, replayed
by the oracle on both; and what was cut, in words. Nothing else changes: that is proved, not
sampled.

Where the winner changes, somebody who changed is the old or the new winner (`anchors.py`). So the
searches begin there (`pairs.py`, `lists.py`), take turns (`comparison.py`), and stop where enough
is found.

At a point that takes all, each definition that joins or leaves the list is a change of its own.
"""

from __future__ import annotations

from dataclasses import replace

from rulec.analysis.budget import Budget
from rulec.analysis.changes import Change, Cut, Difference
from rulec.analysis.comparison import Comparison
from rulec.analysis.joint import IncomparableError, join
from rulec.analysis.overlay import Meaning, Overlay, read
from rulec.analysis.predicates import Predicates
from rulec.analysis.sides import Outcome
from rulec.analysis.world import AS_OF, World
from rulec.check.tree import CheckedRuleSet
from rulec.logic import Leaf, Node, leaf_values
from rulec.ruleset.model import Definition
from rulec.simplify.values import Literal, Spans
from rulec.source import Span

__all__ = [
    "Change",
    "Cut",
    "Difference",
    "IncomparableError",
    "Outcome",
    "changes",
    "edited",
    "removal",
    "without",
]


def changes(
    old: CheckedRuleSet,
    new: CheckedRuleSet,
    budget: Budget | None = None,
    *,
    limit: int | None = None,
    effort: int | None = None,
    as_of: int | None = None,
    identities: bool = True,
) -> Difference:
    """Every class of requests whose winner changes from one rule set to another.

    Requests count that both take (`joint.py`), at any time or only at `as_of`; without
    `identities`, who is identified is left aside. `limit` bounds the changes, `effort` the requests
    looked at (a hunt counts for `pairs.HUNT`), `budget` what all of it may cost; what they leave
    out is in `cut`. Raises `IncomparableError` where a fact has two types.
    """
    joint = join(old.ruleset.vocabulary, new.ruleset.vocabulary)
    before = _meaning(old)
    after = replace(_meaning(new), known=_known(old, new, before))
    literals = dict.fromkeys(leaf_values(node for one in (before, after) for node in read(one)))
    outside = list(joint.refused)
    if as_of is not None and any(one.fact is AS_OF for one in literals):
        outside.append(Literal(AS_OF, Spans(((AS_OF.low, as_of - 1), (as_of + 1, AS_OF.high)))))
    world = World(joint.vocabulary, [*literals, *outside])
    predicates = Predicates(world)
    first = Overlay(before, predicates)
    first.assumptions += [
        predicates.add(Leaf(one, Span(0, 0)), is_indexed=False) for one in outside
    ]
    shared = {
        code: number
        for code, number in first.numbers.items()
        if (source := after.sources.get(code)) is not None
        and (source is predicates[number].source or world.tree(source) == predicates[number].tree)
    }
    second = Overlay(after, predicates, shared)
    comparison = Comparison(old, new, first, second, budget or Budget())
    found = comparison.run(limit, effort, identities=identities)
    return replace(found, not_compared=(*joint.remarks, *found.not_compared))


def removal(
    checked: CheckedRuleSet,
    overlay: Overlay,
    code: str,
    budget: Budget,
    *,
    runs: bool,
    limit: int | None = None,
) -> Difference:
    """What changes when a definition is taken out, who is identified aside.

    With `runs`, only what changes what runs: another definition may win if it binds the same.
    """
    return edited(checked, overlay, without(checked, code), budget, runs=runs, limit=limit)


def edited(
    checked: CheckedRuleSet,
    overlay: Overlay,
    after: CheckedRuleSet,
    budget: Budget,
    *,
    runs: bool,
    limit: int | None = None,
) -> Difference:
    """As `changes`, where every condition of the new rule set is one of the old, and live alike.

    Who is identified is left aside.
    """
    codes = {one.code for one in after.ruleset.definitions}
    numbers = {code: number for code, number in overlay.numbers.items() if code in codes}
    meaning = replace(_meaning(after), known=overlay.meaning.normal)
    new = Overlay(meaning, overlay.predicates, numbers)
    is_same = _runs_same if runs else Outcome.is_same
    comparison = Comparison(checked, after, overlay, new, budget, is_same=is_same)
    return comparison.run(limit, None, identities=False)


def without(checked: CheckedRuleSet, code: str) -> CheckedRuleSet:
    """A rule set without one definition, and without its name wherever others name it."""

    def less(one: Definition) -> Definition:
        bindings = tuple(
            replace(b, before=tuple(c for c in b.before if c != code)) if b.before else b
            for b in one.bindings
        )
        installed = tuple(c for c in one.installed if c != code)
        return replace(one, bindings=bindings, installed=installed)

    ruleset = checked.ruleset
    products = tuple(less(one) for one in ruleset.products if one.code != code)
    businesses = tuple(less(one) for one in ruleset.businesses if one.code != code)
    points = tuple(
        replace(point, order=tuple(c for c in point.order if c != code)) for point in ruleset.points
    )
    conditions = {one: typed for one, typed in checked.conditions.items() if one != code}
    rest = replace(ruleset, products=products, businesses=businesses, points=points)
    return replace(checked, ruleset=rest, conditions=conditions)


def _runs_same(one: Outcome, two: Outcome) -> bool:
    return one.implementation == two.implementation


def _meaning(checked: CheckedRuleSet) -> Meaning:
    return Meaning(checked.ruleset, checked.conditions, checked.assumptions, checked.rollouts)


def _known(old: CheckedRuleSet, new: CheckedRuleSet, before: Meaning) -> dict[str, Node[Literal]]:
    """The normal forms that stay: of conditions in the same words over the same vocabulary."""
    vocabularies = [one.ruleset.vocabulary for one in (old, new)]
    words = [
        (one.entities, {name: text.text for name, text in one.defines.items()})
        for one in vocabularies
    ]
    if words[0] != words[1]:
        return {}
    texts = {one.code: one.condition.text for one in old.ruleset.definitions}
    return {
        one.code: before.normal[one.code]
        for one in new.ruleset.definitions
        if texts.get(one.code) == one.condition.text and one.code in before.normal
    }
