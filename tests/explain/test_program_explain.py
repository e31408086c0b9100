"""`Program.explain`: what the compiler knows of a winner, from the program it made."""

from __future__ import annotations

import json
from dataclasses import make_dataclass
from pathlib import Path
from typing import Any

import pytest

import rulec

SHOP = Path(__file__).resolve().parents[2] / "examples/tmall"
POINT = "Fulfilment.insurance"


@pytest.fixture(scope="module")
def program() -> rulec.Program:
    return rulec.compile(SHOP)


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    request: dict[str, Any] = json.loads((SHOP / "requests/drone.json").read_text("utf-8"))
    return request


def test_why(program: rulec.Program, facts: dict[str, Any]) -> None:
    explanation = program.explain(POINT, facts)
    assert explanation.winner == program.resolve(POINT, facts).code == "tmall.g20"
    assert explanation.other is None
    asked = [clause.asked for clause in explanation.because]
    assert asked == ["seller.isTMSeller()", "item.tags.contains(4199)"]
    assert str(explanation).startswith("why tmall.g20\n  seller.isTMSeller()       read true\n")


def test_why_not(program: rulec.Program, facts: dict[str, Any]) -> None:
    explanation = program.explain(POINT, facts, "presale")
    assert explanation.obstacle.kind == "condition"
    assert "why not presale\n" in str(explanation)
    assert program.explain(POINT, facts, "tmall.g20") == program.explain(POINT, facts)


def test_objects_are_explained_too(program: rulec.Program, facts: dict[str, Any]) -> None:
    item = make_dataclass("Item", facts["item"])(**facts["item"])
    assert program.explain(POINT, {**facts, "item": item}) == program.explain(POINT, facts)


def test_what_breaks_the_vocabulary_is_an_error_first(
    program: rulec.Program, facts: dict[str, Any]
) -> None:
    with pytest.raises(rulec.FactError, match="did you mean `seller`"):
        program.explain(POINT, {"seler": {}})
    with pytest.raises(rulec.PointError):
        program.explain("nowhere", facts)
    with pytest.raises(rulec.ScenarioError):
        program.explain(POINT, facts, scenario="never")
    with pytest.raises(rulec.ExplainError, match=r"no definition `tmal`; did you mean `tmall`\?"):
        program.explain(POINT, facts, "tmal")


def test_a_program_that_is_not_strict_explains_what_it_decided(facts: dict[str, Any]) -> None:
    program = rulec.compile(SHOP, strict=False)
    request = {**facts, "other": 1, "seller": {**facts["seller"], "colour": 1}}
    assert program.explain(POINT, request).winner == program.resolve(POINT, request).code


def test_a_program_from_a_file_cannot_explain(
    program: rulec.Program, facts: dict[str, Any], tmp_path: Path
) -> None:
    program.save(tmp_path / "shop.rulec")
    opened = rulec.open(tmp_path / "shop.rulec")
    with pytest.raises(rulec.ExplainError, match="opened from a file keeps no conditions"):
        opened.explain(POINT, facts)
