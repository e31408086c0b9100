"""The conformance files, each case down every road. Extend the .toml files; no Python is needed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from roads import Road, write_ruleset

import rulec
from rulec.driver import compile_folder
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import BadFact, read_facts

HERE = Path(__file__).parent

PLATFORM = """
[[ability]]
code = "a"
[[ability.point]]
code = "p"
default = "none"
"""


def _cases(pattern: str, kind: str) -> list[Any]:
    cases: list[Any] = []
    for file in sorted(HERE.glob(pattern)):
        topic = tomllib.loads(file.read_text(encoding="utf-8"))
        for number, case in enumerate(topic.get(kind, [])):
            label = (
                case.get("name")
                or case.get("condition")
                or json.dumps(case.get("facts"), default=str)
            )
            cases.append(pytest.param(topic, case, id=f"{file.stem}[{number}] {label}"[:100]))
    return cases


def _language_road(tmp_path: Path, topic: Mapping[str, Any], condition: str) -> Path:
    """A rule set of two businesses: the condition, and its negation."""
    one = '[[business]]\ncode = "{}"\nowner = "o"\nrank = {}\nidentity = {}\n[[business.bind]]\n'
    one += 'point = "p"\nimplementation = "{}"\n'
    texts = [("yes", 1, condition), ("no", 2, f"!({condition}\n)")]
    business = "".join(one.format(code, rank, json.dumps(text), code) for code, rank, text in texts)
    return write_ruleset(
        tmp_path,
        {
            "vocabulary.toml": topic["vocabulary"],
            "platform.toml": PLATFORM,
            "businesses/both.toml": business,
        },
    )


def _with_base(topic: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    base = topic.get("base", {})
    return {name: base.get(name, {}) | facts.get(name, {}) for name in base | facts}


@pytest.mark.parametrize(("topic", "case"), _cases("language-*.toml", "case"))
def test_condition(tmp_path: Path, topic: dict[str, Any], case: dict[str, Any]) -> None:
    road = Road(_language_road(tmp_path, topic, case["condition"]))
    expected = {"true": (True, "yes"), "false": (False, "no"), "unknown": (None, "platform")}
    n_facts = 0
    for word, (truth, winner) in expected.items():
        for facts in case.get(word, []):
            request = _with_base(topic, facts)
            read = read_facts(road.checked.ruleset.vocabulary, request)
            assert evaluate(road.checked.conditions["yes"], read) is truth, facts
            assert road.ask(request).winners == {"p": winner}, facts
            n_facts += 1
    for facts in case.get("broken", []):
        road.refuse(_with_base(topic, facts))
        n_facts += 1
    assert n_facts, "a case without facts tests nothing"


@pytest.mark.parametrize(("topic", "case"), _cases("language-*.toml", "refused"))
def test_refused(tmp_path: Path, topic: dict[str, Any], case: dict[str, Any]) -> None:
    folder = _language_road(tmp_path, topic, "true")
    file = folder / "businesses" / "both.toml"
    condition = json.dumps(case["condition"], ensure_ascii=False)
    lines = file.read_text(encoding="utf-8").split("\n")
    lines[lines.index('identity = "true"')] = f"identity = {condition}"
    file.write_text("\n".join(lines), encoding="utf-8")
    findings = compile_folder(folder).findings
    assert [finding.code for finding in findings] == [case["code"]]
    where = findings[0].where
    assert where is not None
    if "at" in case:
        shown = where.source.text[where.span.start : where.span.end]
        assert shown == json.dumps(case["at"], ensure_ascii=False)[1:-1]


@pytest.mark.parametrize(("topic", "case"), _cases("language-*.toml", "bad_facts"))
def test_bad_facts(tmp_path: Path, topic: dict[str, Any], case: dict[str, Any]) -> None:
    road = Road(_language_road(tmp_path, topic, "true"))
    facts = case["facts"]
    for name, own in topic.get("base", {}).items():
        if isinstance(facts.get(name, {}), dict):
            facts[name] = own | facts.get(name, {})
    with pytest.raises(BadFact) as by_oracle:
        read_facts(road.checked.ruleset.vocabulary, facts)
    assert by_oracle.value.path == case["at"]
    with pytest.raises(rulec.FactError) as by_engine:
        road.program.match(facts)
    error = by_engine.value
    assert (f"{error.entity}.{error.fact}" if error.fact else error.entity) == case["at"]
