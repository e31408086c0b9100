"""A program that is not strict: what it lets pass, what it counts, and what stays an error."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from engine.handmade import artifact_of
from engine.made_shop import shop
from roads import write_ruleset

import rulec
from rulec_runtime import FactError, Program, from_bytes
from rulec_runtime.counters import MAX_NAMES

NOTHING = {
    "undeclared": 0,
    "outside_domain": 0,
    "broken_assumptions": 0,
    "undeclared_names": {},
    "outside_domain_facts": {},
    "assumptions_broken": {},
    "profile_ids": 0,
    "profile_id_bytes": 0,
}
VOCABULARY = """
[entity.item]
kind = "commodity"
[entity.item.facts]
tags = { type = "tags<int>" }
colour = { type = "enum", values = ["red", "blue"], default = "red" }
[[assume]]
exclusive = { fact = "item.tags", values = [1, 2] }
"""
RULES = {
    "vocabulary.toml": VOCABULARY,
    "platform.toml": """
[[ability]]
code = "a"
[[ability.point]]
code = "point"
default = "none"
""",
    "businesses/red.toml": """
code = "red"
owner = "o"
kpi = "k"
identity = 'item.colour == "red"'
""",
}


@pytest.fixture
def program() -> Program:
    return from_bytes(artifact_of(shop()), strict=False)


def counted(program: Program) -> dict[str, Any]:
    """What was counted, without what is nothing."""
    return {name: n for name, n in program.stats().items() if n}


def test_a_strict_program_counts_nothing() -> None:
    program = from_bytes(artifact_of(shop()))
    assert program.is_strict
    assert not from_bytes(artifact_of(shop()), strict=False).is_strict
    with pytest.raises(FactError):
        program.match({"itm": {}})
    assert program.stats() == NOTHING


def test_undeclared_names_are_ignored(program: Program) -> None:
    request = {
        "item": {"price": 1, "tags": [4199], "colour": object()},
        "seller": {"isTMSeller": True, "isTmSeller": False},
        "seler": 3,
        3: None,
    }
    for _ in range(2):
        assert program.match(request).identity == "tmall.g20"
    assert counted(program) == {
        "undeclared": 8,
        "undeclared_names": {"item.colour": 2, "seller.isTmSeller": 2, "seler": 2},
    }


def test_undeclared_fields_of_objects_are_ignored(program: Program) -> None:
    item = SimpleNamespace(price=1, colour=1)
    assert program.identify(SimpleNamespace(item=item, nothing=1)) == "platform"
    assert counted(program)["undeclared_names"] == {"item.colour": 1, "nothing": 1}


@pytest.mark.parametrize(
    ("entity", "fact", "value"),
    [
        ("place", "channel", "phone"),
        ("seller", "level", 21),
        ("seller", "level", -1),
        ("seller", "level", 10**30),
        ("item", "weight", "10"),
        ("item", "weight", Decimal("1E+50")),
        ("item", "tags", [2**63, 4199]),
    ],
)
def test_a_value_outside_the_domain_counts_as_absent(
    program: Program, entity: str, fact: str, value: object
) -> None:
    request: dict[str, Any] = {"item": {"price": 1, "tags": [4199]}, "seller": {"isTMSeller": True}}
    request[entity] = {**request.get(entity, {}), fact: value}
    match = program.match(request)
    assert match.identity == "tmall.g20"
    expected = {"outside_domain": 1, "outside_domain_facts": {f"{entity}.{fact}": 1}}
    assert counted(program) == expected
    profiles = {name: program.profile(name, facts) for name, facts in request.items()}
    assert program.match_profiles(**profiles).codes == match.codes
    assert counted(program)["outside_domain"] == 2


def test_a_required_fact_outside_its_domain_is_an_error(program: Program) -> None:
    for price in (-1, 10**9, "99999999999", Decimal("1E+50")):
        with pytest.raises(FactError, match=r"`item\.price`: .*from `0.00`"):
            program.match({"item": {"price": price}})
    with pytest.raises(FactError, match="given nothing"):
        program.match({"item": {}})
    assert counted(program) == {}


@pytest.mark.parametrize(
    "request_",
    [
        {"item": {"price": "cheap"}},
        {"item": {"price": 1.234}},
        {"item": {"price": 1, "weight": float("nan")}},
        {"item": {"price": 1, "brand": 3}},
        {"item": {"price": 1, "brand": "\ud800"}},
        {"item": {"price": 1, "tags": 4199}},
        {"item": {"price": 1, "tags": ["4199"]}},
        {"item": {"price": 1}, "place": {"channel": 1}},
        {"item": {"price": 1}, "place": {"channel": "\ud800"}},
        {"item": {"price": 1}, "seller": {"level": True}},
        {"item": {"price": 1}, "seller": {"level": "3"}},
        {"item": {"price": 1}, "seller": {"isTMSeller": 1}},
        {"item": {"price": 1}, "seller": [1]},
        {"item": 3},
        3,
    ],
)
def test_a_wrong_type_stays_an_error(program: Program, request_: Any) -> None:
    with pytest.raises(FactError):
        program.match(request_)
    assert counted(program) == {}


def test_a_broken_assumption_is_counted(tmp_path: Path) -> None:
    root = write_ruleset(tmp_path, RULES)
    strict, lenient = rulec.compile(root), rulec.compile(root, strict=False)
    broken = {"item": {"tags": [1, 2]}}
    with pytest.raises(rulec.AssumptionError):
        strict.match(broken)
    assert lenient.match(broken).identity == "red"
    assert lenient.identify({"item": {"tags": [1]}}) == "red"
    item = lenient.profile("item", broken["item"])
    assert lenient.match_profiles(item=item).identity == "red"
    assert counted(lenient) == {
        "broken_assumptions": 2,
        "assumptions_broken": {"at most one of item.tags 1, 2": 2},
    }
    assert strict.stats() == NOTHING


def test_a_default_stands_in(tmp_path: Path) -> None:
    root = write_ruleset(tmp_path, RULES)
    program = rulec.compile(root, strict=False)
    assert program.identify({"item": {"colour": "green"}}) == "red"
    assert program.identify({"item": {"colour": "blue"}}) == "platform"


def test_strictness_is_the_programs_and_not_the_files(tmp_path: Path) -> None:
    root = write_ruleset(tmp_path / "rules", RULES)
    rulec.compile(root, strict=False).save(tmp_path / "a.rulec")
    assert rulec.open(tmp_path / "a.rulec").is_strict
    lenient = rulec.open(tmp_path / "a.rulec", strict=False)
    assert not lenient.is_strict
    assert lenient.identify({"nothing": 1}) == "red"
    assert lenient.hash == rulec.open(tmp_path / "a.rulec").hash


def test_names_are_counted_in_bounded_memory(program: Program) -> None:
    for n in range(10_000):
        program.identify({"item": {"price": 1, f"x{n}": 1}, "y" * 100: 1})
    program.identify({"item": {"price": 1}, "x" * 10**6: 1})
    stats = program.stats()
    assert stats["undeclared"] == 20_001
    assert len(stats["undeclared_names"]) == MAX_NAMES
    assert stats["undeclared_names"]["item.x0"] == 1


def test_no_count_is_lost_between_threads(program: Program) -> None:
    request = {"item": {"price": 1}, "seller": {"level": 21}, "other": {}}

    def work() -> None:
        for _ in range(2000):
            program.identify(request)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stats = program.stats()
    assert stats["undeclared"] == stats["undeclared_names"]["other"] == 8000
    assert stats["outside_domain"] == 8000


def test_a_lenient_profile_is_held_to_a_strict_program(program: Program) -> None:
    kept = program.profile("seller", {"isTMSeller": True, "colour": "red"})
    level = program.profile("seller", {"level": 21})
    strict = from_bytes(artifact_of(shop()))
    item = strict.profile("item", {"price": 1})
    for profile in (kept, level):
        with pytest.raises(FactError):
            strict.match_profiles(seller=profile, item=item)
    assert program.match_profiles(seller=kept, item=item).identity == "tmall"
