"""Whole comparisons of random rule sets, and their verdicts, against every request."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from analysis.grid import grid
from analysis.small import FEW, checked, shops, tight_shops
from analysis.test_diff import edited, expected, shown
from hypothesis import given
from hypothesis import strategies as st

from rulec.check.tree import CheckedRuleSet
from rulec.compare.report import compare
from rulec.compare.versions import Version, version_of
from rulec.driver import compile_ruleset
from rulec.ruleset.model import RuleSet


def owned(ruleset: RuleSet) -> RuleSet:
    """The rule set with three owners, by code."""
    lanes = [
        tuple(replace(one, owner=f"o{sum(one.code.encode()) % 3}") for one in lane)
        for lane in (ruleset.products, ruleset.businesses)
    ]
    return replace(ruleset, products=lanes[0], businesses=lanes[1], origin=None)


def version(rules: CheckedRuleSet) -> Version:
    return version_of("shop", compile_ruleset(owned(rules.ruleset), allow_ties=True))


def served(old: CheckedRuleSet, seen: set[tuple[Any, ...]]) -> Counter[str]:
    """The classes of each owner: of whoever wins before, or says stop."""
    owners = {one.code: one.owner for one in old.ruleset.definitions}
    found: Counter[str] = Counter()
    for place, _, *pair in seen:
        old_winner = pair[1] if pair[0] == "order" else pair[0]
        code = old_winner
        if place is not None and pair[0] != "order" and old_winner is not None:
            code = old_winner[1] or old_winner[0]
        if code in owners:
            found[owners[code]] += 1
    return found


@given(st.one_of(tight_shops(), shops()), st.data())
@FEW
def test_a_verdict_counts_every_class(files: dict[str, str], data: st.DataObject) -> None:
    rules = checked(files)
    requests = grid(rules)
    if requests is None or not requests.is_complete or len(requests.requests) > 600:
        return
    old, new = version(rules), version(edited(data, rules))
    found = compare(old, new, limit=None, only_owner="o0")
    assert found.verdict is not None
    if not found.is_complete:
        assert not found.verdict.passes
        return
    seen = expected(old.checked, new.checked, requests.requests)
    assert shown(found.difference) == seen
    others = served(old.checked, seen)
    del others["o0"]
    assert dict(found.verdict.others) == others
    assert found.verdict.passes is not bool(others)
    assert sum(len(group.changes) for group in found.groups) == len(seen)
