"""The right winner of made requests, for every engine to be held to.

In: a world and requests. Out: the rank of the strongest rule that matches each, -1 where none does.
Every rule is asked about every open request, clause by clause, on arrays. A test holds this to
`rulec.oracle` on both families; it is what makes a check at a million rules affordable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from benchmarks.domains import FACTS
from benchmarks.requests import Requests
from benchmarks.worlds import Atom, Rule

__all__ = ["matches", "winners", "winners_by_point"]

_TYPES = {fact.path: fact.type for fact in FACTS}


def winners(rules: Iterable[Rule], requests: Requests) -> NDArray[np.int64]:
    """The winning rank of each request: `[n]`, -1 for none."""
    found = np.full(len(requests), -1, dtype=np.int64)
    waiting, left = np.arange(len(requests)), requests
    for rule in rules:
        holds = matches(rule, left)
        if holds.any():
            found[waiting[holds]] = rule.rank
            waiting = waiting[~holds]
            left = left.take(~holds)
            if not len(waiting):
                break
    return found


def winners_by_point(
    rules: Iterable[Rule],
    requests: Requests,
    points_of: Callable[[Rule], Iterable[int]],
    n_points: int,
) -> NDArray[np.int64]:
    """The winning rank at every point, of rules that bind some of them: `[n_points, n]`."""
    found = np.full((n_points, len(requests)), -1, dtype=np.int64)
    for rule in rules:
        holds = matches(rule, requests)
        if holds.any():
            for point in points_of(rule):
                found[point, holds & (found[point] < 0)] = rule.rank
    return found


def matches(rule: Rule, requests: Requests) -> NDArray[np.bool_]:
    """Which requests a rule matches: `[n]`."""
    holds = np.ones(len(requests), dtype=bool)
    for clause in rule.clauses:
        any_atom = np.zeros(len(requests), dtype=bool)
        for atom in clause.atoms:
            any_atom |= _holds(atom, requests)
        holds &= ~any_atom if clause.is_negated else any_atom
        if not holds.any():
            break
    return holds


def _holds(atom: Atom, requests: Requests) -> NDArray[np.bool_]:
    values = requests.values[atom.path]
    match atom.relation:
        case "has":
            return (values == atom.value).any(axis=1)
        case "on":
            return values == 0
        case "from":
            return values >= atom.value
    if _TYPES[atom.path] == "word":
        return values == int(str(atom.value)[1:])
    return values == atom.value
