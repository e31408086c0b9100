"""Witnesses, replayed by the oracle.

In: a checked rule set, a spot of its world. Out: a `Replay`: the request, and what the oracle says
of it. A spot that cannot be turned into a request is `Undecided`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rulec.analysis.answers import Place, Undecided, Witness
from rulec.analysis.overlay import Overlay
from rulec.analysis.world import Spot, World
from rulec.check.tree import CheckedRuleSet
from rulec.instant import instant
from rulec.oracle.candidates import Candidates
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import (
    Matched,
    Win,
    broken_assumption,
    effective,
    identify,
    matching,
    resolve_all,
)
from rulec.ruleset.model import Lane

__all__ = ["Replay", "replay"]


@dataclass(frozen=True, slots=True)
class Replay:
    """A request and the oracle's answers to it."""

    checked: CheckedRuleSet
    matched: Matched
    witness: Witness

    @property
    def identity(self) -> str:
        return identify(self.matched)

    @property
    def effective(self) -> list[str]:
        return effective(self.matched)

    @property
    def wins(self) -> list[Win]:
        """What wins at the witness's place."""
        place = self.witness.place
        assert place is not None
        point = next(one for one in self.checked.ruleset.points if one.code == place.point)
        return resolve_all(self.matched, point, place.scenario)


def replay(
    checked: CheckedRuleSet,
    overlay: Overlay,
    spot: Spot,
    place: Place | None,
    among: Sequence[str] | None = None,
    world: World | None = None,
    candidates: Candidates | None = None,
) -> Replay | Undecided:
    """A spot as a request that keeps every assumption, and what the oracle makes of it.

    `candidates` are the rule set's, for who asks often. `among` names the definitions to look at,
    if not all; `world` is the spot's, if not the whole's.
    """
    found = (world or overlay.predicates.world).facts(spot)
    if found is None or isinstance(found, Undecided):
        return Undecided()
    facts, time = found
    read = read_facts(checked.ruleset.vocabulary, facts)
    assert broken_assumption(checked, read) is None, "the witness breaks an assumption"
    as_of = 0 if time is None else instant(time)
    if among is None and candidates is not None:
        return Replay(checked, candidates.matching(read, as_of), Witness(facts, time, place))
    if among is None:
        ordered = list(overlay.definitions.values())
    else:
        numbers = sorted(overlay.numbers[code] for code in among)
        ordered = [overlay.definitions[number] for number in numbers]
        products, businesses = (
            tuple(one for one in ordered if one.lane is lane)
            for lane in (Lane.PRODUCT, Lane.BUSINESS)
        )
        few = replace(checked.ruleset, products=products, businesses=businesses)
        checked = replace(checked, ruleset=few)
    return Replay(
        checked,
        matching(checked, read, as_of, ordered),
        Witness(facts, time, place),
    )
