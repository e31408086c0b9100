"""The requests that show a change, each replayed by the oracle on both rule sets.

In: both rule sets and a spot. Out: a `Witness`, or None where the spot has no request that can be
written down. A fact that one rule set does not declare is left out of the request for it.

The oracle evaluates every condition of the first few. Of a rule set of ten thousand that takes a
tenth of a second each, so for the rest it evaluates those that hold by the analysis, those that
changed and those that others name; the engine, which knows nothing of the analysis, is asked about
the whole rule sets in `compare/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any, Final

from rulec.analysis.answers import Place, Witness
from rulec.analysis.overlay import Overlay
from rulec.analysis.sides import Outcome
from rulec.analysis.witness import Undecided
from rulec.analysis.world import Spot
from rulec.check.tree import CheckedRuleSet
from rulec.instant import instant
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import (
    Matched,
    Win,
    broken_assumption,
    identify,
    matching,
    resolve_all,
)
from rulec.ruleset.model import Lane
from rulec.vocabulary.model import Vocabulary

__all__ = ["Shown", "projected"]

EVALUATIONS: Final = 50_000
"""Conditions to evaluate for witnesses that are replayed whole."""


def projected(vocabulary: Vocabulary, facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A request without what a vocabulary does not declare."""
    entities = vocabulary.entities
    return {
        name: {fact: value for fact, value in own.items() if fact in entities[name].facts}
        for name, own in facts.items()
        if name in entities
    }


class Shown:
    """Turns spots into witnesses."""

    def __init__(
        self,
        checked: tuple[CheckedRuleSet, CheckedRuleSet],
        overlays: tuple[Overlay, Overlay],
        changed: Set[str],
    ) -> None:
        self._checked = checked
        self._overlays = overlays
        self._left = EVALUATIONS
        self._known: dict[frozenset[tuple[int, int]], list[Matched]] = {}
        """What the oracle said of spots: one shows changes at many places."""
        self._named = [changed | _named(one) for one in checked]
        self._ordered = [list(overlay.definitions.values()) for overlay in overlays]
        self._places = [{one.code: n for n, one in enumerate(own)} for own in self._ordered]

    def witness(
        self,
        place: Place | None,
        pair: tuple[Outcome | None, Outcome | None],
        spot: Spot,
        *,
        is_order: bool = False,
    ) -> Witness | None:
        """A request at a spot, after the oracle saw on it what a change says."""
        found = self._overlays[0].predicates.world.facts(spot)
        if found is None or isinstance(found, Undecided):
            return None
        facts, time = found
        known = frozenset(spot.items())
        matches = self._known.get(known)
        if matches is None:
            is_whole = self._left > 0
            self._left -= sum(map(len, self._ordered))
            matches = self._known[known] = [
                self._matched(side, facts, time, spot, is_whole=is_whole) for side in (0, 1)
            ]
        if is_order:
            assert place is not None
            for matched, first in zip(matches, pair, strict=True):
                codes = [win.code for win in _wins(matched, place)]
                both = [codes.index(one.code) for one in pair if one is not None]
                assert first is not None
                assert codes.index(first.code) == min(both), "the witness shows another order"
            return Witness(facts, time, place)
        for matched, expected, other in zip(matches, pair, pair[::-1], strict=True):
            wanted = expected or other
            assert wanted is not None
            has_won = _has_won(matched, place, wanted)
            assert has_won is (expected is not None), "the witness does not show the change"
        return Witness(facts, time, place)

    def _matched(
        self,
        side: int,
        facts: Mapping[str, Any],
        time: str | None,
        spot: Spot,
        *,
        is_whole: bool,
    ) -> Matched:
        checked, overlay, ordered = self._checked[side], self._overlays[side], self._ordered[side]
        vocabulary = checked.ruleset.vocabulary
        read = read_facts(vocabulary, projected(vocabulary, facts))
        assert broken_assumption(checked, read) is None, "the witness breaks an assumption"
        if not is_whole:
            holding = overlay.predicates.holding(spot)
            codes = self._named[side] | {
                overlay.definitions[number].code for number in holding.among(overlay.definitions)
            }
            places = self._places[side]
            ordered = [ordered[n] for n in sorted(places[c] for c in codes if c in places)]
            products, businesses = (
                tuple(one for one in ordered if one.lane is lane)
                for lane in (Lane.PRODUCT, Lane.BUSINESS)
            )
            few = replace(checked.ruleset, products=products, businesses=businesses)
            checked = replace(checked, ruleset=few)
        return matching(checked, read, 0 if time is None else instant(time), ordered)


def _has_won(matched: Matched, place: Place | None, wanted: Outcome) -> bool:
    if place is None:
        return identify(matched) == wanted.code
    return any(
        (win.code, win.implementation, win.blocked_by)
        == (wanted.code, wanted.implementation, wanted.blocked_by)
        for win in _wins(matched, place)
    )


def _wins(matched: Matched, place: Place) -> list[Win]:
    point = next(one for one in matched.checked.ruleset.points if one.code == place.point)
    return resolve_all(matched, point, place.scenario)


def _named(checked: CheckedRuleSet) -> set[str]:
    """Those whom points or bindings name, so that no walk misses them."""
    ruleset = checked.ruleset
    named = {code for point in ruleset.points for code in point.order}
    for one in ruleset.definitions:
        for binding in one.bindings:
            named.update(binding.before)
    return named
