"""Who stands before whom: the order of one lane, and the pairs that nothing orders.

In: definitions of a rule set. Out: their order, which is fixed here once for every request; the
pairs of one lane and rank that nothing orders, each with the places where they meet.

Smaller rank is stronger. Inside a rank `overrides` is a partial order; among those whose betters
have all been placed, the smallest code comes next. Whether an unordered pair is a tie depends on
conditions; until their overlap is proved, every one that meets is (`ties`).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import groupby
from typing import Final, NamedTuple

from rulec.diagnostic import Diagnostic
from rulec.ruleset.model import Definition, Lane, RuleSet
from rulec.vocabulary.conform import quoted

__all__ = ["OpenPair", "open_pairs", "strongest_first", "tie_finding", "tied", "ties"]

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


def open_pairs(ruleset: RuleSet) -> Iterator[OpenPair]:
    """The pairs whose overlap would be a tie, by `second` in program order.

    Lazy, and what `overrides` orders costs nothing: each definition is compared with all before it
    as one set of bits.
    """
    for rank in _ranks(ruleset):
        for number, met in rank.meetings():
            yield from (rank.pair(first, number) for first in _bits(met))


def ties(ruleset: RuleSet) -> Iterator[OpenPair]:
    """The open pairs that are ties: one a definition, against the strongest it meets."""
    for rank in _ranks(ruleset):
        for number, met in rank.meetings():
            yield rank.pair(next(_bits(met)), number)


def tied(ruleset: RuleSet) -> frozenset[str]:
    """The codes of everyone who stands in a tie."""
    codes: set[str] = set()
    for rank in _ranks(ruleset):
        members = 0
        for number, met in rank.meetings():
            members |= met | 1 << number
        codes.update(rank.group[number].code for number in _bits(members))
    return frozenset(codes)


def tie_finding(pair: OpenPair) -> Diagnostic:
    """The finding about two definitions between which nothing decides."""
    here = f" at {quoted(pair.point)}" if pair.point else ""
    names = " and ".join(
        f"{quoted(one.code)} (of {quoted(one.owner)})" for one in (pair.first, pair.second)
    )
    message = f"nothing decides between {names}{here}: both have rank {pair.second.rank}"
    advice = f"let one say `overrides = [...]`, or give it a smaller rank than {pair.second.rank}"
    return Diagnostic("LOG310", message, pair.second.rank_where, advice)


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


def _ranks(ruleset: RuleSet) -> Iterator[_Rank]:
    orders = {point.code: frozenset(point.order) for point in ruleset.points}
    for lane in (ruleset.products, ruleset.businesses):
        for _, group in groupby(strongest_first(lane), key=lambda one: one.rank):
            yield _Rank(list(group), orders)


def _bits(members: int) -> Iterator[int]:
    """The numbers in a set of bits, ascending."""
    while members:
        lowest = members & -members
        yield lowest.bit_length() - 1
        members ^= lowest


class _Rank:
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
