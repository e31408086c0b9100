"""Every request that matters, one by one: the oracle that exact answers are held to.

In: a checked rule set over a small vocabulary. Out: a `Grid` of requests such that whatever any
request shows, one of these shows: one for each choice of a class of each fact, and one for each
stretch of time. Patterns and rollouts have no list of classes: theirs are a sample, and the grid
says so. Written apart from `rulec/analysis`: values are taken from the conditions themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from rulec.check.tree import (
    Atom,
    CheckedRuleSet,
    Compare,
    HasTag,
    HasTags,
    InList,
    InRange,
    IsSelected,
    IsUnder,
    Matches,
    Typed,
)
from rulec.logic import leaves
from rulec.oracle.facts import Facts
from rulec.oracle.resolve import Matched, broken_assumption, matching
from rulec.vocabulary.model import Fact, FactType, Presence

MAX_REQUESTS = 6_000


@dataclass(frozen=True)
class Grid:
    """The requests that keep every assumption, matched by the oracle."""

    requests: list[Matched]
    is_complete: bool


def atoms(checked: CheckedRuleSet) -> list[Atom]:
    """Every atom of every condition, rollout and assumption."""
    trees: list[Typed] = [
        *checked.conditions.values(),
        *checked.rollouts.values(),
        *(item.is_broken for item in checked.assumptions),
    ]
    return [leaf.value for tree in trees for leaf in leaves(tree)]


def times(checked: CheckedRuleSet) -> list[int]:
    """A time in each stretch between the ends of windows."""
    ends = {0}
    for definition in checked.ruleset.definitions:
        for one in (definition.liveness, *(b.liveness for b in definition.bindings)):
            if one.window is not None:
                ends |= {t for t in (one.window.start, one.window.end) if t is not None}
    return sorted({t + d for t in ends for d in (-1, 0)})


def values(fact: Fact, own: list[Atom]) -> list[Any]:
    """A value of each class of a fact; of patterns and rollouts, some."""
    if fact.type is FactType.FLAG:
        return [False, True]
    if fact.type.is_tags:
        tags: set[Any] = set()
        for atom in own:
            tags |= {atom.tag} if isinstance(atom, HasTag) else set()
            tags |= set(atom.tags) if isinstance(atom, HasTags) else set()
        ordered = sorted(tags, key=str)
        every = range(len(ordered) + 1)
        return [frozenset(some) for n in every for some in combinations(ordered, n)]
    absent: list[Any] = [None] if fact.presence is Presence.OPTIONAL else []
    if fact.type is FactType.ENUM:
        return absent + list(fact.values)
    named: set[Any] = set()
    for atom in own:
        match atom:
            case Compare(value=value):
                named.add(value)
            case InList(values=listed):
                named |= set(listed)
            case InRange(low=low, high=high):
                named |= {end for end in (low, high) if end is not None}
            case IsUnder(paths=paths):
                named |= set(paths)
            case Matches(text=text):
                named |= {text, f"{text}zz", f"zz{text}", f"zz{text}zz"}
            case IsSelected():
                named |= {"k", "kk", "kkk"} if fact.type is FactType.STRING else {5, 9, 23}
    if fact.type in (FactType.STRING, FactType.TREE):
        below = {f"{node}/zz" if node else "zz" for node in named}
        return absent + sorted(named | (below if fact.type is FactType.TREE else set()) | {"zz"})
    near = {value + d for value in named | {0} for d in (-1, 0, 1)} | {fact.low, fact.high}
    return absent + sorted(value for value in near if fact.low <= value <= fact.high)


def grid(checked: CheckedRuleSet) -> Grid | None:
    """The grid of a rule set; None where it has too many requests."""
    read = atoms(checked)
    facts = [f for e in checked.ruleset.vocabulary.entities.values() for f in e.facts.values()]
    choices: list[list[Any]] = []
    n_requests = len(moments := times(checked))
    for fact in facts:
        choices.append(values(fact, [atom for atom in read if atom.fact == fact]))
        n_requests *= len(choices[-1])
        if n_requests > MAX_REQUESTS:
            return None
    found = list(_matched(checked, [f.path for f in facts], choices, moments))
    return Grid(found, not any(isinstance(atom, Matches | IsSelected) for atom in read))


def _matched(
    checked: CheckedRuleSet, paths: list[str], choices: list[list[Any]], moments: list[int]
) -> Iterator[Matched]:
    for chosen in product(*choices):
        request: Mapping[str, Any] = dict(zip(paths, chosen, strict=True))
        facts: Facts = request
        if broken_assumption(checked, facts) is None:
            yield from (matching(checked, facts, moment) for moment in moments)
