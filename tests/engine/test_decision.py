"""A decision says all of itself, never changes, and travels."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest
from roads import write_ruleset

import rulec
from rulec_runtime import Decision, RulecError, errors

RULES = {
    "vocabulary.toml": '[entity.e]\nkind = "context"\n[entity.e.facts]\nf = { type = "flag" }\n',
    "platform.toml": """
[[ability]]
code = "a"
[[ability.point]]
code = "one"
default = { implementation = "platform.One", mode = "python" }
[[ability.point]]
code = "two"
default = "none"
""",
    "businesses/b.toml": """
code = "b"
owner = "team"
kpi = "k"
identity = "e.f()"
[[bind]]
point = "one"
implementation = "b.One"
mode = "java"
config = { deep = { list = [1, [2.5, "x"]], empty = {} } }
[[bind]]
point = "two"
default = true
""",
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> rulec.Program:
    return rulec.compile(write_ruleset(Path(tmp_path_factory.mktemp("rules")), RULES))


def test_it_says_who_won_and_why(program: rulec.Program) -> None:
    won = program.resolve("one", {"e": {"f": True}})
    assert (won.point, won.code, won.kind, won.owner) == ("one", "b", "business", "team")
    assert (won.implementation, won.mode, won.reason) == ("b.One", "java", "MATCH")
    assert won.config == {"deep": {"list": (1, (2.5, "x")), "empty": {}}}
    assert (won.blocked_by, won.program_hash) == (None, program.hash)
    blocked = program.resolve("two", {"e": {"f": True}})
    assert (blocked.code, blocked.kind, blocked.owner) == ("platform", "platform", None)
    assert (blocked.reason, blocked.blocked_by) == ("BLOCKED", "b")
    assert (blocked.implementation, blocked.mode, blocked.config) == (None, None, None)
    default = program.resolve("one", {})
    assert (default.code, default.reason, default.blocked_by) == ("platform", "DEFAULT", None)
    assert default.implementation == "platform.One"


def test_every_decision_has_its_number(program: rulec.Program) -> None:
    assert [decision.number for decision in program.decisions] == [*range(len(program.decisions))]
    assert program.refused == -1
    assert program.resolve("two", {}).number >= 0
    assert program.resolve("two", {}) is program.resolve("two", {"e": None})


def test_it_cannot_be_changed(program: rulec.Program) -> None:
    won: Any = program.resolve("one", {"e": {"f": True}})
    for field in fields(Decision):
        with pytest.raises(FrozenInstanceError):
            setattr(won, field.name, None)
    with pytest.raises((AttributeError, TypeError)):
        won.anything = 1
    for config in (won.config, won.config["deep"], won.config["deep"]["empty"]):
        with pytest.raises(TypeError):
            config["x"] = 1


def test_it_travels(program: rulec.Program) -> None:
    for decision in program.decisions:
        for copied in (pickle.loads(pickle.dumps(decision)), copy.deepcopy(decision)):
            assert copied == decision
            assert hash(copied) == hash(decision)
            assert repr(copied) == repr(decision)
            assert f"code='{decision.code}'" in repr(decision)
            assert type(copied.config) is type(decision.config)
    won: Any = pickle.loads(pickle.dumps(program.resolve("one", {"e": {"f": True}})))
    with pytest.raises(TypeError):
        won.config["deep"]["x"] = 1


ERRORS: list[RulecError] = [
    errors.ArtifactError("magic", "this is no program"),
    errors.AssumptionError("a implies b", 3),
    errors.ColumnError("e.f", "ints", "text"),
    errors.ExplainError("it cannot"),
    errors.FactError("e", "f", "an int", "text", 7),
    errors.JsonError("JSON", "none", 5),
    errors.PointError("on", "one"),
    errors.ProfileError("none"),
    errors.ScenarioError("sal", "sale"),
    errors.TimeError("a time", "nothing"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_travel(error: RulecError) -> None:
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is type(error)
    assert (str(copied), copied.args, vars(copied)) == (str(error), error.args, vars(error))


def test_every_error_has_a_name_in_rulec() -> None:
    assert {type(error).__name__ for error in ERRORS} == {*errors.__all__} - {"RulecError"}
    for name in errors.__all__:
        assert getattr(rulec, name) is getattr(errors, name)
