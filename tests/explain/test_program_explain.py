"""`Program.explain`: what the compiler knows of a winner, from the program it made."""

from __future__ import annotations

import copy
import json
from dataclasses import make_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rulec
from rulec_runtime import from_bytes

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


# --- a match -----------------------------------------------------------------------------------


def test_a_match_explains_its_request(program: rulec.Program, facts: dict[str, Any]) -> None:
    match = program.match(facts)
    assert match.explain(POINT) == program.explain(POINT, facts)
    assert match.explain(POINT, "presale") == program.explain(POINT, facts, "presale")
    text = json.dumps(facts)
    assert program.match_json(text).explain(POINT) == program.explain(POINT, facts)


def test_later_changes_do_not_reach_a_match(program: rulec.Program, facts: dict[str, Any]) -> None:
    before = program.explain(POINT, facts)
    changing = copy.deepcopy(facts)
    match = program.match(changing)
    changing["item"]["tags"].clear()
    changing["seller"]["isTMSeller"] = False
    changing.pop("place", None)
    assert program.resolve(POINT, changing).code != before.winner
    assert match.explain(POINT) == before


def test_a_match_of_profiles_explains_what_they_were_made_from(
    program: rulec.Program, facts: dict[str, Any]
) -> None:
    profiles = {name: program.profile(name, given) for name, given in facts.items()}
    match = program.match_profiles(**profiles)
    assert match.explain(POINT, "presale") == program.explain(POINT, facts, "presale")
    ids = program.profile_ids("seller", {"seller.isTMSeller": np.array([True])})
    match = program.match_profiles(**{**profiles, "seller": ids[0]})
    assert match.resolve(POINT).code == "tmall.g20"
    with pytest.raises(rulec.ExplainError, match="profile ids keep no facts"):
        match.explain(POINT)


def test_a_match_of_objects_that_is_not_strict_explains(facts: dict[str, Any]) -> None:
    program = rulec.compile(SHOP, strict=False)
    item = make_dataclass("Item", [*facts["item"], "colour"])(**facts["item"], colour=object())
    match = program.match({**facts, "item": item, "other": 1})
    assert match.explain(POINT).winner == match.resolve(POINT).code
    counted = program.stats()
    match.explain(POINT)
    assert program.stats() == counted


def test_what_a_match_cannot_explain(program: rulec.Program, facts: dict[str, Any]) -> None:
    match = program.match(facts)
    with pytest.raises(rulec.PointError):
        match.explain("nowhere")
    with pytest.raises(rulec.ScenarioError):
        match.explain(POINT, scenario="never")
    with pytest.raises(rulec.ExplainError, match=r"no definition `tmal`"):
        match.explain(POINT, "tmal")
    opened = from_bytes(program.to_bytes()).match(facts)
    with pytest.raises(rulec.PointError):
        opened.explain("nowhere")
    with pytest.raises(rulec.ExplainError, match="opened from a file keeps no conditions"):
        opened.explain(POINT)
