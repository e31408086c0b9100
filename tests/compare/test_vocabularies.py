"""Versions with different vocabularies, against every request that both take."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from compare.shop import VOCABULARY, WEB, business, compared, files

from rulec.analysis.diff import IncomparableError
from rulec.analysis.shown import projected
from rulec.check.tree import CheckedRuleSet
from rulec.oracle.facts import BadFact, read_facts
from rulec.oracle.resolve import identify, matching

LEVEL = 'level = { type = "int", min = 0, max = 5, optional = true }'
CHANNEL = 'channel = { type = "enum", values = ["app", "web"], default = "app" }'
RULES = (
    business("low", "buyer.level <= 2", rank=1),
    business("far", "buyer.level != 4", rank=2),
    WEB,
    business("rest", 'place.channel != "web" && item.contains(7)', rank=4),
)
CASES = {
    "a wider range": (LEVEL, LEVEL.replace("max = 5", "max = 9")),
    "a range beside it": (LEVEL, LEVEL.replace("min = 0", "min = 1").replace("max = 5", "max = 9")),
    "no absence any more": (LEVEL, LEVEL.replace("optional", "required")),
    "a default": (LEVEL, LEVEL.replace("optional = true", "default = 1")),
    "another default": (CHANNEL, CHANNEL.replace('default = "app"', 'default = "web"')),
    "one more value": (CHANNEL, CHANNEL.replace('"web"]', '"web", "store"]')),
    "a fact more": (CHANNEL, f'{CHANNEL}\nshop = {{ type = "string", optional = true }}'),
}


def requests() -> list[dict[str, Any]]:
    found = []
    for level, channel, tags in product(
        (None, *range(10)), (None, "app", "web", "store"), ([], [7])
    ):
        buyer = {} if level is None else {"level": level}
        place = {} if channel is None else {"channel": channel}
        found.append({"buyer": buyer, "item": {"tags": tags}, "place": place})
    return found


def identity(checked: CheckedRuleSet, facts: dict[str, Any]) -> str | None:
    """Who is identified; None where the version takes no such request."""
    vocabulary = checked.ruleset.vocabulary
    try:
        read = read_facts(vocabulary, projected(vocabulary, facts))
    except BadFact:
        return None
    return identify(matching(checked, read))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("is_forth", [True, False])
def test_every_request_that_both_take(name: str, is_forth: bool, tmp_path: Path) -> None:
    before, after = CASES[name] if is_forth else reversed(CASES[name])
    edited = (RULES[0].replace("<= 2", "<= 3"), *RULES[1:])
    old = files(*RULES, vocabulary=VOCABULARY.replace(CASES[name][0], before))
    new = files(*edited, vocabulary=VOCABULARY.replace(CASES[name][0], after))
    report = compared(tmp_path, old, new)
    expected = set()
    is_ambiguous = "absence" in name or "default" in name
    for facts in requests():
        seen = [identity(one.checked, facts) for one in (report.old, report.new)]
        is_given = facts["buyer" if "level" in before else "place"]
        if None not in seen and seen[0] != seen[1] and (is_given or not is_ambiguous):
            expected.add(tuple(seen))
    found = {
        (one.old.code, one.new.code)
        for one in report.changes
        if one.place is None and one.old is not None and one.new is not None
    }
    assert found == expected
    assert report.is_complete
    assert bool(report.difference.not_compared) is (name != "a fact more")


def test_a_fact_of_two_types_cannot_be_compared(tmp_path: Path) -> None:
    new = VOCABULARY.replace(LEVEL, 'level = { type = "decimal(2)", optional = true }')
    rules = business("low", "buyer.level <= 2")
    with pytest.raises(IncomparableError, match=r"`buyer.level` is int .* decimal\(2\)"):
        compared(tmp_path, files(rules), files(rules, vocabulary=new))
