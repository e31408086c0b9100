"""Who may match is found by what a request says, and nobody who does match is missed."""

from __future__ import annotations

from analysis.grid import grid
from analysis.small import FEW, checked, shops, tight_shops
from hypothesis import given
from hypothesis import strategies as st

from rulec.oracle.candidates import Candidates
from rulec.oracle.resolve import effective, identify, resolve_all


@given(st.one_of(shops(), tight_shops()))
@FEW
def test_candidates_answer_as_everybody_does(files: dict[str, str]) -> None:
    rules = checked(files)
    requests = grid(rules)
    if requests is None:
        return
    candidates = Candidates(rules)
    scenarios = {b.scenario for one in rules.ruleset.definitions for b in one.bindings} | {None}
    for whole in requests.requests[:300]:
        few = candidates.matching(whole.facts, whole.as_of)
        assert few.codes == whole.codes
        assert identify(few) == identify(whole)
        assert effective(few) == effective(whole)
        for point in rules.ruleset.points:
            for scenario in scenarios:
                assert resolve_all(few, point, scenario) == resolve_all(whole, point, scenario)
