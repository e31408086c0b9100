"""Ties: definitions that nothing orders, and that one request can match.

In: a rule set, the meaning of its conditions, their normal forms, and those of what breaks its
assumptions. Out: `Tie`s, each with a request that both definitions match, replayed by the oracle,
or without one where the search ended undecided.

Only pairs without order are asked about (`ruleset/order.py`), and of those only the ones whose
hulls meet are searched. Two products matter to each other only if some business has both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rulec.analysis.cubes import Space
from rulec.analysis.overlap import Overlaps, bits
from rulec.analysis.witness import Facts, Undecided
from rulec.check.tree import Typed
from rulec.logic import And, Leaf, Node, Or, Truth, fold, leaf_values
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import read_facts
from rulec.ruleset.model import Definition, Lane, RuleSet, Scope
from rulec.ruleset.order import OpenPair, Rank, ranks
from rulec.simplify.values import Existence, Literal, complement
from rulec.source import Span
from rulec.vocabulary.model import Presence

__all__ = ["Tie", "tied", "ties"]

_NEVER: Final = Truth(False, Span(0, 0))
"""Stands for a condition without a meaning."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Two definitions that nothing orders; `witness` is None where the search ended undecided."""

    pair: OpenPair
    witness: Facts | None


def ties(
    ruleset: RuleSet,
    conditions: Mapping[str, Typed],
    normal: Mapping[str, Node[Literal]],
    broken: Sequence[Node[Literal]] = (),
) -> Iterator[Tie]:
    """The ties: one a definition, with the strongest one that it can meet.

    A definition whose condition has no meaning has a finding of its own, and is left out.
    """
    for rank, asked in _asked(ruleset, conditions, normal, broken):
        for number, open_ in rank.meetings():
            found = (asked.tie(first, number) for first in asked.candidates(number, open_))
            tie = next((tie for tie in found if tie is not None), None)
            if tie is not None:
                yield tie


def tied(
    ruleset: RuleSet,
    conditions: Mapping[str, Typed],
    normal: Mapping[str, Node[Literal]],
    broken: Sequence[Node[Literal]] = (),
) -> frozenset[str]:
    """The codes of everyone who stands in a tie."""
    codes: set[str] = set()
    for rank, asked in _asked(ruleset, conditions, normal, broken):
        for number, open_ in rank.meetings():
            for first in asked.candidates(number, open_):
                both = {rank.group[first].code, rank.group[number].code}
                if not both <= codes and asked.tie(first, number) is not None:
                    codes |= both
    return frozenset(codes)


def _asked(
    ruleset: RuleSet,
    conditions: Mapping[str, Typed],
    normal: Mapping[str, Node[Literal]],
    broken: Sequence[Node[Literal]],
) -> Iterator[tuple[Rank, _Asked]]:
    """Every rank in which something is open, and the means to ask about it."""
    always = [_unless(each) for each in broken]
    for rank in ranks(ruleset):
        if next(rank.meetings(), None) is not None:
            yield rank, _Asked(ruleset, rank, conditions, normal, always)


class _Asked:
    """The questions of one rank."""

    def __init__(
        self,
        ruleset: RuleSet,
        rank: Rank,
        conditions: Mapping[str, Typed],
        normal: Mapping[str, Node[Literal]],
        always: Sequence[Node[Literal]],
    ) -> None:
        self._ruleset = ruleset
        self._rank = rank
        self._conditions = conditions
        own = [normal.get(one.code, _NEVER) for one in rank.group]
        space = Space(ruleset.vocabulary, leaf_values((*own, *always)))
        self._overlaps = Overlaps(space, own, always)

    def candidates(self, number: int, open_: int) -> Iterator[int]:
        """Those of some open ones that the definition may meet, the strongest first."""
        one = self._rank.group[number]
        for first in bits(self._overlaps.candidates(number) & open_):
            if _share_a_business(self._ruleset, self._rank.group[first], one):
                yield first

    def tie(self, first: int, second: int) -> Tie | None:
        """Two definitions that nothing orders, if one request can match both."""
        found = self._overlaps.between(first, second)
        if found is None:
            return None
        pair = self._rank.pair(first, second)
        if isinstance(found, Undecided):
            return Tie(pair, None)
        facts = read_facts(self._ruleset.vocabulary, found)
        for one in (pair.first, pair.second):
            assert evaluate(self._conditions[one.code], facts) is True, "the witness is none"
        return Tie(pair, found)


def _share_a_business(ruleset: RuleSet, one: Definition, two: Definition) -> bool:
    """Whether both can be effective on one request, as far as installing goes."""
    needed = {each.code for each in (one, two) if each.scope is not Scope.ALL}
    if one.lane is Lane.BUSINESS or not needed:
        return True
    return any(needed <= set(business.installed) for business in ruleset.businesses)


def _unless(broken: Node[Literal]) -> Node[Literal]:
    """Where a condition is not true: false, or unknown since a fact is missing."""

    def visit(node: Node[Literal], items: Sequence[Node[Literal]]) -> Node[Literal]:
        match node:
            case Truth(value=value, span=span):
                return Truth(not value, span)
            case And(span=span):
                return Or(tuple(items), span)
            case Or(span=span):
                return And(tuple(items), span)
            case Leaf(value=Literal(fact=fact, values=values), span=span):
                other = Leaf(Literal(fact, complement(fact, values)), span)
                may_miss = fact.presence is Presence.OPTIONAL and not isinstance(values, Existence)
                absent = Leaf(Literal(fact, Existence(False)), span)
                return Or((other, absent), span) if may_miss else other
        raise AssertionError("a negation is left")

    return fold(broken, visit)
