"""Who stands before whom: the order of one lane, and the pairs that nothing orders.

In: definitions of a rule set. Out: their order, which is fixed here once for every request; the
pairs of one lane and rank that nothing orders, each with the places where they meet.

Smaller rank is stronger. Inside a rank `overrides` is a partial order; among those whose betters
have all been placed, the smallest code comes next. Whether an unordered pair is a tie depends on
their conditions, which `analysis/ties.py` knows.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import groupby
from typing import Final, NamedTuple

from rulec.ruleset.model import Definition, Lane, RuleSet

__all__ = ["OpenPair", "Rank", "ranks", "strongest_first"]

_UNTAGGED: Final = ""
"""The scenario of a binding that names none: no declared one is empty."""


class OpenPair(NamedTuple):
    """Two definitions that nothing orders; `first` has the smaller place in program order.

    `point` is where they meet, empty for two businesses, whose identity is open wherever they bind.
    """

    first: Definition
    second: Definition
    point: str


def strongest_first(definitions: Iterable[Definition]) -> list[Definition]:
    """The definitions of one lane in order.

    Those that stand in a circle of `overrides` (LOG312), or behind one, come last in their rank.
    """
    ordered: list[Definition] = []
    by_rank = sorted(definitions, key=lambda one: (one.rank, one.code))
    for _, group in groupby(by_rank, key=lambda one: one.rank):
        ordered += _one_rank(list(group))
    return ordered


def ranks(ruleset: RuleSet) -> Iterator[Rank]:
    """The definitions of each lane and rank, products first."""
    orders = {point.code: frozenset(point.order) for point in ruleset.points}
    for lane in (ruleset.products, ruleset.businesses):
        for _, group in groupby(strongest_first(lane), key=lambda one: one.rank):
            yield Rank(list(group), orders)


def _one_rank(group: list[Definition]) -> list[Definition]:
    """The definitions of one rank, given by code, in order."""
    if not any(one.overrides for one in group):
        return group
    by_code = {one.code: one for one in group}
    n_betters = dict.fromkeys(by_code, 0)
    for one in group:
        for weaker in _overridden(one, by_code):
            n_betters[weaker] += 1
    ready = [code for code, n in n_betters.items() if not n]
    placed: dict[str, Definition] = {}
    while ready:
        code = heapq.heappop(ready)
        placed[code] = by_code[code]
        for weaker in _overridden(by_code[code], by_code):
            n_betters[weaker] -= 1
            if not n_betters[weaker]:
                heapq.heappush(ready, weaker)
    return [*placed.values(), *(one for one in group if one.code not in placed)]


def _overridden(one: Definition, group: Mapping[str, Definition]) -> list[str]:
    return [code for code in dict.fromkeys(one.overrides) if code in group]


class Rank:
    """The definitions of one lane and rank, in order; a set of them is an int, bit i the i-th."""

    def __init__(self, group: list[Definition], orders: Mapping[str, Set[str]]) -> None:
        self.group = group
        self._orders = orders
        """By point: who is named in its `order`."""

    def meetings(self) -> Iterator[tuple[int, int]]:
        """Each definition that meets others before it without order, and the set of those.

        Whoever is known to stand ahead of i is dropped as soon as everyone that i overrides has
        taken it over, so a chain of any length holds a few sets.
        """
        ahead = dict.fromkeys((one.code for one in self.group), 0)
        bound: dict[str, dict[str, int]] = {}
        for number, one in enumerate(self.group):
            known = ahead.pop(one.code)
            for code in one.overrides:
                if code in ahead:
                    ahead[code] |= known | 1 << number
            met = (1 << number) - 1 if one.lane is Lane.BUSINESS else self._met(one, bound)
            if met & ~known:
                yield number, met & ~known
            for point, scenario in self._places(one):
                members = bound.setdefault(point, {})
                members[scenario] = members.get(scenario, 0) | 1 << number

    def pair(self, first: int, second: int) -> OpenPair:
        """Two definitions, and the first point where they meet."""
        one, two = self.group[first], self.group[second]
        point = "" if one.lane is Lane.BUSINESS else self._shared_point(one, two)
        return OpenPair(one, two, point)

    def _met(self, one: Definition, bound: Mapping[str, Mapping[str, int]]) -> int:
        """Those that bind a point in a scenario in which this one binds it too."""
        found = 0
        for point, scenario in self._places(one):
            for other, members in bound.get(point, {}).items():
                if _is_shared(scenario, other):
                    found |= members
        return found

    def _shared_point(self, one: Definition, two: Definition) -> str:
        theirs = self._places(one)
        shared = (
            point
            for point, scenario in self._places(two)
            if any(point == at and _is_shared(scenario, other) for at, other in theirs)
        )
        return next(shared)

    def _places(self, one: Definition) -> list[tuple[str, str]]:
        """Where a definition needs order: a point that names it has decided already."""
        return [
            (binding.point, binding.scenario or _UNTAGGED)
            for binding in one.bindings
            if one.code not in self._orders.get(binding.point, ())
        ]


def _is_shared(one: str, two: str) -> bool:
    """Whether bindings of two scenarios can serve one request: an untagged one serves every one."""
    return one == two or _UNTAGGED in (one, two)
