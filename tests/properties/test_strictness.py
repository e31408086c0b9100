"""Engine and oracle refuse, forgive and read the same hostile requests, in both modes.

Every road that takes a single request is asked: a dict, an object, profiles, and JSON where the
request can be written as such.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import make_dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from properties.language import ENUM, LABELS, PATHS, TIMES, WORDS
from properties.worlds import World, worlds
from roads import write_ruleset

from rulec.check.tree import CheckedRuleSet
from rulec.driver import compile_folder
from rulec.oracle.facts import BadFact, read_facts
from rulec.oracle.resolve import broken_assumption, effective, identify, matching, resolve
from rulec.vocabulary.model import FactType, Vocabulary
from rulec_runtime import AssumptionError, FactError, Match, Program, RulecError, from_bytes

AS_OF = "2026-01-01T00:00:00Z"
MICROS = 1_767_225_600_000_000
INTS = (-(2**63) - 1, -(2**63), -2, -1, 0, 1, 4, 5, 2**63 - 1, 2**63, 10**40, -(10**400))
TEXTS = (*ENUM, *LABELS, *PATHS, *WORDS, *TIMES, "w", "a//b", "/a", "\ud800", "a\udfff", "1e3")
DECIMALS = (
    "0", "-0.0", "0.3", "0.30", "0.35", "1E+3", "3E-1", "1E+999999", "1E-999999", "0E+9", "NaN",
    "sNaN", "Infinity", "9" * 60 + ".9", "9" * 60 + ".99", "922337203685477580.7",
    "922337203685477580.8", "-922337203685477580.8",
)  # fmt: skip
FLOATS = (0.1, 0.3, 0.30000000000000004, 0.35, 1e15, 1e17, 1e300, float("nan"), float("-inf"))
SEVERAL = (None, True, b"x", 1j, Fraction(1, 3), object, datetime(2026, 1, 1))  # noqa: DTZ001
FOREIGN = (np.int8(3), np.uint64(2**63), np.float64(0.3), np.float32(0.5), np.str_("x"))

WHOLE: st.SearchStrategy[Any] = (
    st.sampled_from(INTS) | st.integers(-3, 6) | st.sampled_from(FOREIGN)
)
NUMBERS: st.SearchStrategy[Any] = (
    st.sampled_from(DECIMALS).map(Decimal)
    | st.sampled_from(DECIMALS)
    | st.sampled_from(FLOATS)
    | st.floats()
    | WHOLE
)
TEXT: st.SearchStrategy[Any] = st.sampled_from(TEXTS)
MOMENTS = TEXT | st.sampled_from(TIMES).map(datetime.fromisoformat)
SCALARS = st.sampled_from(SEVERAL) | NUMBERS | MOMENTS
VALUES: st.SearchStrategy[Any] = SCALARS | st.lists(SCALARS, max_size=3)
OF_TYPE: dict[FactType, st.SearchStrategy[Any]] = {
    FactType.FLAG: st.booleans(),
    FactType.TAGS_INT: st.lists(WHOLE, max_size=3),
    FactType.TAGS_STRING: st.lists(TEXT, max_size=3).map(tuple),
    FactType.ENUM: TEXT,
    FactType.INT: WHOLE,
    FactType.DECIMAL: NUMBERS,
    FactType.STRING: TEXT,
    FactType.TREE: TEXT,
    FactType.TIME: MOMENTS,
}
"""Values of about the type of a fact: many of them are none of its domain."""


@st.composite
def hostile(draw: DrawFn, vocabulary: Vocabulary, request: dict[str, Any]) -> dict[str, Any]:
    """A request with some of its values replaced, and perhaps a name nobody declared."""
    spoiled: dict[str, Any] = {name: dict(facts) for name, facts in request.items()}
    facts = [fact for entity in vocabulary.entities.values() for fact in entity.facts.values()]
    for fact in draw(st.lists(st.sampled_from(facts), min_size=1, max_size=3)):
        is_near = draw(st.integers(0, 4))
        value = draw(OF_TYPE[fact.type] if is_near else VALUES)
        spoiled.setdefault(fact.entity, {})[fact.name] = value
    chance = draw(st.integers(0, 9))
    if chance == 0:
        spoiled["undeclared"] = draw(SCALARS)
    elif chance == 1:
        spoiled.setdefault("e0", {})["undeclared"] = draw(VALUES)
    elif chance == 2:
        spoiled["e0"] = draw(SCALARS)
    return spoiled


def by_oracle(checked: CheckedRuleSet, request: Any, strict: bool) -> Any:
    """Identity, definitions and winners, or the name of the error."""
    try:
        facts = read_facts(checked.ruleset.vocabulary, request, strict=strict)
    except BadFact:
        return FactError
    if strict and broken_assumption(checked, facts) is not None:
        return AssumptionError
    matched = matching(checked, facts, MICROS)
    winners = [resolve(matched, point).code for point in checked.ruleset.points]
    return identify(matched), tuple(effective(matched)), winners


def by_engine(program: Program, ask: Callable[[], Match]) -> Any:
    try:
        match = ask()
    except RulecError as error:
        return type(error)
    return match.identity, match.codes, [match.resolve(point).code for point in program.points]


def as_object(facts: Any) -> Any:
    """A mapping as an object: a dataclass, or, where that has no such field, a namespace."""
    if not isinstance(facts, dict) or not facts:
        return facts
    if all(name.isidentifier() for name in facts):
        return make_dataclass("Facts", facts)(*facts.values())
    return SimpleNamespace(**facts)


def is_json(value: Any) -> bool:
    """Whether JSON says the same as a value: it has no sets, no times, and floats are decimals."""
    if isinstance(value, dict):
        return all(is_json(each) for each in value.values())
    if isinstance(value, list):
        return all(is_json(each) for each in value)
    if isinstance(value, str):
        return value.isprintable() and not any("\ud800" <= letter < "\ue000" for letter in value)
    return value is None or (type(value) in (bool, int) and abs(value) < 10**300)


def by_profiles(program: Program, request: dict[str, Any]) -> Match:
    declared = {entity.name for entity in program.entities} & request.keys()
    kept = {name: program.profile(name, request[name]) for name in declared}
    return program.match_profiles(AS_OF, **kept)


def check(checked: CheckedRuleSet, artifact: bytes, request: dict[str, Any], strict: bool) -> None:
    program = from_bytes(artifact, strict=strict)
    expected = by_oracle(checked, request, strict)
    roads: dict[str, Callable[[], Match]] = {
        "dict": lambda: program.match(request, AS_OF),
        "object": lambda: program.match(
            as_object({name: as_object(facts) for name, facts in request.items()}), AS_OF
        ),
    }
    if not strict or "undeclared" not in request:
        roads["profiles"] = lambda: by_profiles(program, request)
    if is_json(request):
        roads["JSON"] = lambda: program.match_json(json.dumps(request), AS_OF)
    for name, ask in roads.items():
        assert by_engine(program, ask) == expected, (name, request)
    if strict:
        assert not any(program.stats().values())


@given(worlds(), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_road_refuses_and_forgives_as_the_oracle_does(
    world: World, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        compiled = compile_folder(write_ruleset(Path(folder), world.files), allow_ties=True)
    assert compiled.checked is not None
    assert compiled.artifact is not None
    vocabulary = compiled.checked.ruleset.vocabulary
    for request in world.requests[:3]:
        for _ in range(6):
            spoiled = data.draw(hostile(vocabulary, request))
            for strict in (True, False):
                check(compiled.checked, compiled.artifact, spoiled, strict)
