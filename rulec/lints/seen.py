"""How many recorded requests show a finding: `seen`, or merely possible.

In: findings about a class of requests, a sample of traffic, the rule set's program with its ties
settled. Out: the findings with `seen`, where it can be told.

Winners come from the program, a batch at a time. Whether others match beside the winner comes from
a second program, in which each definition that a finding names binds a point of its own and nothing
stands before anybody: one batch over the rows that matter tells who matches where.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from rulec.diagnostic import Diagnostic
from rulec.driver import compile_ruleset
from rulec.ruleset.alone import alone
from rulec.ruleset.model import (
    Ability,
    Binding,
    Definition,
    Implementation,
    LaneOrder,
    Point,
    RuleSet,
)
from rulec_runtime import Program, from_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rulec.traffic.decide import Decided
    from rulec.traffic.sample import Sample

__all__ = ["counted"]

_AT_THE_TOP: Final = ("LOG310", "LOG311")
"""Findings of which one of the two must win for a request to show them."""
_TOGETHER: Final = ("LOG313", "LOG314", "LOG317")
MOST_NAMED: Final = 1_024
"""Definitions that one batch looks for; findings about others are not counted."""
BATCH_POINTS: Final = 64
"""Points of one program of them."""


def counted(
    findings: Sequence[Diagnostic],
    ruleset: RuleSet,
    program: Program,
    sample: Sample,
    as_of: str,
) -> list[Diagnostic]:
    """The findings, each with how many of the sample's decided rows show it.

    `as_of` is the time of all rows where no column holds it.
    """
    pairs = [one for one in findings if one.between and one.code in (*_AT_THE_TOP, *_TOGETHER)]
    uncovered = [one for one in findings if one.code == "LOG320"]
    if not pairs and not uncovered:
        return list(findings)
    winners = _Winners(program, sample, as_of)
    named = list(dict.fromkeys(code for one in pairs for code in one.between))[:MOST_NAMED]
    matches = _matches(ruleset, named, sample, as_of)
    n_decided = winners.n_decided
    marked: dict[int, Diagnostic] = {}
    for one in pairs:
        if all(code in matches for code in one.between):
            rows = np.logical_and(*(matches[code] for code in one.between)) & winners.is_decided
            if one.code in _AT_THE_TOP:
                rows &= winners.won_by(one.between, one.point, one.scenario)
            marked[id(one)] = replace(one, seen=(int(rows.sum()), n_decided))
    for one in uncovered:
        rows = winners.won_by(("platform",), one.point, one.scenario)
        marked[id(one)] = replace(one, seen=(int(rows.sum()), n_decided))
    return [marked.get(id(one), one) for one in findings]


class _Winners:
    """Who wins each row of a sample, by scenario."""

    def __init__(self, program: Program, sample: Sample, as_of: str) -> None:
        self._program = program
        self._sample = sample
        self._as_of = as_of
        self._decided: dict[str | None, Decided] = {}
        self._places = {point: place for place, point in enumerate(program.points)}
        first = self._of(None)
        self.is_decided: NDArray[np.bool_] = first.identities >= 0
        self.n_decided = int(self.is_decided.sum())

    def won_by(
        self, codes: Iterable[str], point: str | None, scenario: str | None
    ) -> NDArray[np.bool_]:
        """The rows that one of some definitions wins at a point, or in which one is identified."""
        decided = self._of(scenario)
        if point is None:
            places = [n for n, code in enumerate(decided.identity_codes) if code in codes]
            return np.isin(decided.identities, places)
        own = [d.number for d in self._program.decisions if d.point == point and d.code in codes]
        return np.isin(decided.winners[self._places[point]], own)

    def _of(self, scenario: str | None) -> Decided:
        if scenario not in self._decided:
            self._decided[scenario] = self._sample.decide(self._program, self._as_of, scenario)
        return self._decided[scenario]


def _matches(
    ruleset: RuleSet, named: Sequence[str], sample: Sample, as_of: str
) -> dict[str, NDArray[np.bool_]]:
    """The rows that each of some definitions matches, live ones only."""
    found: dict[str, NDArray[np.bool_]] = {}
    by_code = {one.code: one for one in ruleset.definitions}
    for first in range(0, len(named), BATCH_POINTS):
        own = [by_code[code] for code in named[first : first + BATCH_POINTS]]
        artifact = compile_ruleset(_apart(ruleset, own)).artifact
        if artifact is None:
            continue
        program = from_bytes(artifact)
        decided = sample.decide(program, as_of)
        is_own = np.array([one.code != "platform" for one in program.decisions], dtype=bool)
        for place, point in enumerate(program.points):
            winners = decided.winners[place]
            found[point] = (winners >= 0) & is_own[winners]
    return found


def _apart(ruleset: RuleSet, own: Sequence[Definition]) -> RuleSet:
    """Some definitions, each at a rank and a point of its own, named like it."""
    ability = Ability("matches", "", "", own[0].where)
    points = tuple(
        Point(
            code=one.code,
            name="",
            description="",
            ability=ability.code,
            lane_order=LaneOrder.PRODUCT_FIRST,
            default=None,
            where=one.where,
        )
        for one in own
    )
    apart = replace(ruleset, abilities=(ability,), points=points)
    return alone(apart, own, _binds_its_own)


def _binds_its_own(one: Definition) -> tuple[Binding, ...]:
    return (Binding(one.code, Implementation("matches", None), one.where),)
