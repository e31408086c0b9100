"""Random small worlds: a vocabulary, a rule set over it, and requests.

Everything is text and facts, so a failing example can be pasted into files and tried by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from properties.overlays import KEYS, SCENARIOS, TIMES, VOCABULARY, overlays

TAGS = (1, 2, 3, 2**40)
ENUM = ("x", "y", "z")
WORDS = ("", "a", "b", "中文", 'q"\\')
INTS = (-(2**63), -1, 0, 1, 2, 3, 4, 2**63 - 1)


@dataclass(frozen=True)
class Declared:
    """One random fact: how vocabulary.toml declares it, and what else is needed to use it."""

    path: str
    type: str
    presence: str
    toml: str

    @property
    def name(self) -> str:
        return self.path.partition(".")[2]


@dataclass(frozen=True)
class World:
    """The files of a rule set, and requests for it."""

    files: dict[str, str]
    requests: list[dict[str, Any]]
    scenario: str | None
    times: list[str]
    """Of each request."""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


@st.composite
def declared(draw: DrawFn, path: str) -> Declared:
    kind = draw(st.sampled_from(("flag", "tags<int>", "enum", "int", "decimal(1)", "string")))
    if kind in ("flag", "tags<int>"):
        return Declared(path, kind, "total", f'{{ type = "{kind}" }}')
    presence = draw(st.sampled_from(("optional", "required", "default")))
    keys = [f'type = "{kind}"']
    if kind == "enum":
        keys.append(f"values = {json.dumps(ENUM)}")
    if kind == "int" and draw(st.booleans()):
        keys.append("min = -1\nmax = 4".replace("\n", ", "))
        kind = "small"
    defaults = {
        "enum": '"y"',
        "int": "2",
        "small": "4",
        "decimal(1)": '"0.3"',
        "string": draw(st.sampled_from(('"a"', '"never named"'))),
    }
    keys.append(f"default = {defaults[kind]}" if presence == "default" else f"{presence} = true")
    return Declared(path, kind, presence, "{ " + ", ".join(keys) + " }")


def _number(draw: DrawFn, fact: Declared) -> str:
    if fact.type == "decimal(1)":
        return str(Decimal(draw(st.integers(-6, 12))).scaleb(-1))
    if fact.type == "small":
        return str(draw(st.integers(-1, 4)))
    return str(draw(st.sampled_from(INTS)))


@st.composite
def atoms(draw: DrawFn, facts: list[Declared]) -> str:
    fact = draw(st.sampled_from(facts))
    path = fact.path
    if fact.type == "flag":
        return f"{path}()"
    if fact.type == "tags<int>":
        return f"{path}.contains({draw(st.sampled_from(TAGS[:3]))})"
    member = draw(st.sampled_from(("in", "not in")))
    if fact.type in ("enum", "string"):
        pool = ENUM if fact.type == "enum" else WORDS
        if draw(st.booleans()):
            return (
                f"{path} {draw(st.sampled_from(('==', '!=')))} {_text(draw(st.sampled_from(pool)))}"
            )
        words = draw(st.lists(st.sampled_from(pool), max_size=3))
        return f"{path} {member} [{', '.join(map(_text, words))}]"
    form = draw(st.sampled_from(("compare", "list", "range")))
    if form == "compare":
        operator = draw(st.sampled_from(("==", "!=", "<", "<=", ">", ">=")))
        return f"{path} {operator} {_number(draw, fact)}"
    if form == "list":
        values = [_number(draw, fact) for _ in range(draw(st.integers(0, 3)))]
        return f"{path} {member} [{', '.join(values)}]"
    low, high = _number(draw, fact), _number(draw, fact)
    shape = draw(st.sampled_from(("{0}..{1}", "{0}..={1}", "{0}..", "..{1}", "..={1}")))
    return f"{path} {member} {shape.format(low, high)}"


def conditions(facts: list[Declared]) -> SearchStrategy[str]:
    leaf = atoms(facts) | st.sampled_from(("true", "false"))
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds("({} && {})".format, inner, inner)
            | st.builds("({} || {})".format, inner, inner)
            | st.builds("!({})".format, inner)
        ),
        max_leaves=7,
    )


@st.composite
def values(draw: DrawFn, fact: Declared) -> Any:
    match fact.type:
        case "flag":
            return draw(st.sampled_from((True, False, None)))
        case "tags<int>":
            tags = draw(st.lists(st.sampled_from(TAGS), max_size=3))
            return draw(st.sampled_from((tags, tuple(tags), frozenset(tags))))
        case "enum":
            return draw(st.sampled_from(ENUM))
        case "string":
            return draw(st.sampled_from((*WORDS, "other")))
        case "small":
            return draw(st.integers(-1, 4))
        case "int":
            return draw(st.sampled_from(INTS))
    units = draw(st.integers(-7, 13))
    exact = Decimal(units).scaleb(-1)
    return draw(st.sampled_from((exact, str(exact), units / 10)))


@st.composite
def requests(draw: DrawFn, facts: list[Declared]) -> dict[str, Any]:
    request: dict[str, Any] = {}
    for fact in facts:
        entity = fact.path.partition(".")[0]
        own = request.setdefault(entity, {})
        if fact.presence == "required" or draw(st.integers(0, 3)):
            own[fact.name] = draw(values(fact))
    needed = {fact.path.partition(".")[0] for fact in facts if fact.presence == "required"}
    return {name: own for name, own in request.items() if name in needed or draw(st.integers(0, 4))}


@st.composite
def worlds(draw: DrawFn) -> World:
    """A rule set that compiles once ties are allowed, and up to eight requests."""
    paths = [f"e{e}.f{f}" for e in range(draw(st.integers(1, 3))) for f in range(3)]
    facts = [draw(declared(path)) for path in paths]
    vocabulary = ""
    for entity in sorted({path[:2] for path in paths}):
        vocabulary += f'[entity.{entity}]\nkind = "context"\n[entity.{entity}.facts]\n'
        own = [fact for fact in facts if fact.path.startswith(entity)]
        vocabulary += "".join(f"{fact.name} = {fact.toml}\n" for fact in own)
    overlay = draw(overlays(conditions(facts)))
    files = {"vocabulary.toml": vocabulary + VOCABULARY, **overlay}
    asked = draw(st.lists(requests(facts), min_size=1, max_size=8))
    for request in asked:
        request["who"] = {"id": draw(st.sampled_from(KEYS))}
    times = [draw(st.sampled_from(TIMES)) for _ in asked]
    return World(files, asked, draw(st.sampled_from((None, *SCENARIOS))), times)
