"""Lists at the limit are one local condition, whatever they ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from roads import Road, write_ruleset

from rulec.limits import MAX_LIST

RULES = {
    "vocabulary.toml": """
[entity.r]
kind = "context"
[entity.r.facts]
tags = { type = "tags<int>" }
labels = { type = "tags<string>" }
node = { type = "tree", optional = true }
[entity.q]
kind = "people"
facts.a = { type = "flag" }
""",
    "platform.toml": '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n',
}
NUMBERS = ", ".join(map(str, range(MAX_LIST)))
WORDS = ", ".join(f"'w/{number}'" for number in range(MAX_LIST))


@pytest.mark.parametrize(
    ("condition", "matching", "other"),
    [
        (f"r.tags.containsAny([{NUMBERS}])", {"tags": [7]}, {"tags": [MAX_LIST]}),
        (f"!r.tags.containsAll([{NUMBERS}])", {"tags": [7]}, {"tags": list(range(MAX_LIST))}),
        (f"r.labels.containsAny([{WORDS}])", {"labels": ["w/9"]}, {"labels": ["w"]}),
        (f"r.node under [{WORDS}]", {"node": "w/9/x"}, {"node": "w"}),
        (f"r.node not in [{WORDS}]", {"node": "w/9/x"}, {"node": "w/9"}),
    ],
    ids=["any", "not all", "labels", "under", "not in"],
)
def test_a_list_at_the_limit(
    tmp_path: Path, condition: str, matching: dict[str, object], other: dict[str, object]
) -> None:
    business = f'code = "b"\nowner = "o"\nidentity = "q.a() && ({condition})"\n'
    road = Road(write_ruleset(tmp_path, RULES | {"businesses/b.toml": business}))
    asked = [{"r": facts, "q": {"a": True}} for facts in (matching, other)]
    assert [answer.identity for answer in road.ask_all(asked)] == ["b", "platform"]


def test_a_large_exclusive_group(tmp_path: Path) -> None:
    vocabulary = RULES["vocabulary.toml"]
    vocabulary += f'[[assume]]\nexclusive = {{ fact = "r.tags", values = [{NUMBERS}] }}\n'
    road = Road(write_ruleset(tmp_path, RULES | {"vocabulary.toml": vocabulary}))
    road.ask({"r": {"tags": [9_999, MAX_LIST]}})
    road.refuse({"r": {"tags": [9_999, 0]}})
