"""Planted faults: the cases of whole.toml, each with what the analysis must say of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from analysis.small import checked

from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Answer, Never, Place, Witness
from rulec.analysis.branches import dead_branches

CASES = tomllib.loads((Path(__file__).parent / "whole.toml").read_text("utf-8"))["case"]
VOCABULARY = """
[entity.r]
kind = "people"
[entity.r.facts]
a = { type = "flag" }
b = { type = "flag" }
c = { type = "flag" }
id = { type = "int", id = true, optional = true }
s = { type = "string", optional = true }
"""
PLATFORM = """
[[ability]]
code = "a"
[[ability.point]]
code = "p"
default = "none"
"""
KEYS = {"name", "businesses", "products", "assume", "order"}
QUESTIONS = {"wins", "identifies", "roles", "leans", "dead_branches", "default"}


def said(answer: Answer) -> Any:
    """An answer as a case writes it."""
    if isinstance(answer, Never):
        return list(answer.codes)
    return "alive" if isinstance(answer, Witness) else "undecided"


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    assert case.keys() <= KEYS | QUESTIONS
    assert case.keys() & QUESTIONS
    order = f"order = {case['order']}\n" if "order" in case else ""
    files = {
        "vocabulary.toml": VOCABULARY + case.get("assume", ""),
        "platform.toml": PLATFORM + order,
        "businesses/all.toml": case.get("businesses", ""),
        "products/all.toml": case.get("products", ""),
    }
    rules = checked({name: text for name, text in files.items() if text})
    analysis, place = Analysis(rules), Place("p")
    for code, expected in case.get("wins", {}).items():
        assert said(analysis.wins(code, place)) == expected, code
    for code, expected in case.get("identifies", {}).items():
        assert said(analysis.identifies(code)) == expected, code
    for code, expected in case.get("roles", {}).items():
        answer = analysis.wins(code, place)
        assert isinstance(answer, Never)
        assert [cause.role.value for cause in answer.cover] == expected
    for code, expected in case.get("leans", {}).items():
        answer = analysis.wins(code, place)
        assert isinstance(answer, Never)
        assert list(answer.assumptions) == expected
    for code, expected in case.get("dead_branches", {}).items():
        text = next(one for one in rules.ruleset.definitions if one.code == code).condition.text
        found = [text[span.start : span.end] for span, _ in dead_branches(analysis, code)]
        assert found == expected
    if "default" in case:
        assert said(analysis.reaches_default(place)) == case["default"]
