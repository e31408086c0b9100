"""Ties on random rule sets, against every request of a grid.

Two definitions tie on a request if nothing but their codes decides between them, and nobody who is
ordered before either of them counts there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from analysis.grid import Grid, grid
from analysis.small import FEW, checked, shops, tight_shops
from hypothesis import given
from hypothesis import strategies as st

from rulec.analysis.overlay import Meaning
from rulec.analysis.ties import Ties, tied
from rulec.check.tree import CheckedRuleSet
from rulec.oracle.resolve import Matched, _walk, binding_at, effective
from rulec.ruleset.model import Definition, Point, Reduce


def overridden(rules: CheckedRuleSet) -> dict[str, set[str]]:
    """Everyone who stands behind a definition by `overrides`."""
    direct = {one.code: set(one.overrides) for one in rules.ruleset.definitions}
    behind = {code: set(codes) for code, codes in direct.items()}
    for _ in behind:
        for codes in behind.values():
            codes |= {far for near in list(codes) for far in behind[near]}
    return behind


def is_open(one: Definition, two: Definition, behind: dict[str, set[str]]) -> bool:
    """Whether nothing decides between two definitions, points aside."""
    is_peer = one.lane is two.lane and one.rank == two.rank
    return is_peer and two.code not in behind[one.code] and one.code not in behind[two.code]


def tied_businesses(matched: Matched, behind: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Businesses that leave open who is identified."""
    own = [one for one in matched.businesses if one.code in matched.codes]
    strongest = [
        one
        for place, one in enumerate(own)
        if all(is_open(other, one, behind) for other in own[:place])
    ]
    yield from ((one.code, two.code) for one, two in combinations(strongest, 2))


def tied_at(
    matched: Matched, point: Point, scenario: str | None, behind: dict[str, set[str]]
) -> Iterator[tuple[str, str]]:
    """Definitions that leave open who wins at a point."""
    counting = effective(matched)
    walk = _walk(matched, point, scenario)
    standing = [*point.order, *(one.code for one in walk if one.code not in point.order)]
    named = set(point.order)
    moved = walk != sorted(walk, key=lambda one: standing.index(one.code))
    assert not moved or named
    binders = [(one, binding_at(matched, one, point, scenario)) for one in walk]
    here = [(one, binding) for one, binding in binders if one.code in counting and binding]
    strongest: list[Definition] = []
    for place, (one, _) in enumerate(here):
        if one.code in named:
            continue
        ahead = [
            other
            for other, binding in here[:place]
            if binding is not None
            and (point.reduce is Reduce.FIRST or binding.implementation is None)
        ]
        if all(o.code not in named and is_open(o, one, behind) for o in ahead):
            strongest.append(one)
    for one, two in combinations(strongest, 2):
        if is_open(one, two, behind):
            yield one.code, two.code


def shown(rules: CheckedRuleSet, requests: Grid) -> set[str]:
    """Everyone who stands in a tie on some request of the grid."""
    behind, codes = overridden(rules), set()
    for matched in requests.requests:
        for pair in tied_businesses(matched, behind):
            codes.update(pair)
        for point in rules.ruleset.points:
            for scenario in (None, *rules.ruleset.scenarios):
                for pair in tied_at(matched, point, scenario, behind):
                    codes.update(pair)
    return codes


@given(st.one_of(shops(), tight_shops()))
@FEW
def test_ties_agree_with_every_request(files: dict[str, str]) -> None:
    rules = checked(files)
    requests = grid(rules)
    if requests is None or len(requests.requests) > 500:
        return
    meaning = Meaning(rules.ruleset, rules.conditions, rules.assumptions, rules.rollouts)
    found, expected = set(tied(Ties(meaning))), shown(rules, requests)
    assert expected <= found
    if requests.is_complete:
        assert found == expected
