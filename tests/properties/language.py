"""Random facts, conditions over them, and values for them: the language, all of it.

Everything is text and plain values, so a failing example can be pasted into files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

TAGS = (1, 2, 3, 2**40)
ENUM = ("x", "y", "z")
WORDS = ("", "a", "b", "ab", "aab", "中文", 'q"\\')
LABELS = ("x", "y", "中文", "")
PATHS = ("", "a", "a/b", "a/b/c", "ab", "a/bc", "中/文")
INTS = (-(2**63), -1, 0, 1, 2, 3, 4, 2**63 - 1)
TIMES = (
    "2026-01-01T00:00:00Z",
    "2025-12-31T19:00:00.000001-05:00",
    "2026-01-01T08:00:00.5+08:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
)
SHARES = ("0", "12.5", "50", "99.999999", "100")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = (
    "flag",
    "tags<int>",
    "tags<string>",
    "enum",
    "int",
    "decimal(1)",
    "string",
    "tree",
    "time",
    "id<int>",
    "id<string>",
)


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


def text_of(value: str) -> str:
    """A string as TOML and conditions write it."""
    return json.dumps(value, ensure_ascii=False)


@st.composite
def declared(draw: DrawFn, path: str) -> Declared:
    kind = draw(st.sampled_from(KINDS))
    if kind in ("flag", "tags<int>", "tags<string>"):
        return Declared(path, kind, "total", f'{{ type = "{kind}" }}')
    presence = draw(st.sampled_from(("optional", "required", "default")))
    keys = [f'type = "{kind.removeprefix("id<").removesuffix(">")}"']
    if kind.startswith("id"):
        keys.append("id = true")
    if kind == "enum":
        keys.append(f"values = {json.dumps(ENUM)}")
    if kind == "int" and draw(st.booleans()):
        keys.append("min = -1, max = 4")
        kind = "small"
    defaults = {
        "enum": '"y"',
        "int": "2",
        "small": "4",
        "decimal(1)": '"0.3"',
        "string": draw(st.sampled_from(('"a"', '"never named"'))),
        "tree": draw(st.sampled_from(('""', '"a/b"', '"never/named"'))),
        "time": '"2026-01-01T00:00:00Z"',
        "id<int>": "7",
        "id<string>": '"b"',
    }
    keys.append(f"default = {defaults[kind]}" if presence == "default" else f"{presence} = true")
    return Declared(path, kind, presence, "{ " + ", ".join(keys) + " }")


def _ordered(draw: DrawFn, fact: Declared) -> str:
    if fact.type == "time":
        return draw(st.sampled_from(TIMES))
    if fact.type == "decimal(1)":
        return str(Decimal(draw(st.integers(-6, 12))).scaleb(-1))
    if fact.type == "small":
        return str(draw(st.integers(-1, 4)))
    return str(draw(st.sampled_from(INTS)))


def _list(draw: DrawFn, pool: tuple[Any, ...]) -> str:
    values = draw(st.lists(st.sampled_from(pool), max_size=3))
    return f"[{', '.join(text_of(v) if isinstance(v, str) else str(v) for v in values)}]"


def _tags_atom(draw: DrawFn, fact: Declared) -> str:
    pool = TAGS if fact.type == "tags<int>" else LABELS
    method = draw(st.sampled_from(("contains", "containsAny", "containsAll")))
    if method != "contains":
        return f"{fact.path}.{method}({_list(draw, pool)})"
    tag = draw(st.sampled_from(pool))
    return f"{fact.path}.contains({text_of(tag) if isinstance(tag, str) else tag})"


def _id_atom(draw: DrawFn, fact: Declared) -> str:
    pool: tuple[Any, ...] = INTS if fact.type == "id<int>" else WORDS
    form = draw(st.sampled_from(("rollout", "==", "in")))
    if form == "rollout":
        share, salt = draw(st.sampled_from(SHARES)), draw(st.sampled_from(("s", "t")))
        return f'rollout({share}%, by: {fact.path}, salt: "{salt}")'
    if form == "in":
        return f"{fact.path} in {_list(draw, pool)}"
    value = draw(st.sampled_from(pool))
    return f"{fact.path} == {text_of(value) if isinstance(value, str) else value}"


def _text_atom(draw: DrawFn, fact: Declared) -> str:
    pool = {"enum": ENUM, "string": WORDS, "tree": PATHS}[fact.type]
    member = draw(st.sampled_from(("in", "not in")))
    forms = ["compare", "list", *{"string": ["pattern"], "tree": ["under"]}.get(fact.type, [])]
    form = draw(st.sampled_from(forms))
    word = text_of(draw(st.sampled_from(pool)))
    if form == "compare":
        return f"{fact.path} {draw(st.sampled_from(('==', '!=')))} {word}"
    if form == "pattern":
        return (
            f"{fact.path}.{draw(st.sampled_from(('startsWith', 'endsWith', 'includes')))}({word})"
        )
    if form == "under":
        member = draw(st.sampled_from(("under", "not under")))
        return f"{fact.path} {member} {draw(st.sampled_from((word, _list(draw, pool))))}"
    return f"{fact.path} {member} {_list(draw, pool)}"


@st.composite
def atoms(draw: DrawFn, facts: list[Declared]) -> str:
    fact = draw(st.sampled_from(facts))
    path = fact.path
    if fact.presence == "optional" and not draw(st.integers(0, 5)):
        return f"has({path})"
    if fact.type == "flag":
        return f"{path}()"
    if fact.type.startswith("tags"):
        return _tags_atom(draw, fact)
    if fact.type.startswith("id"):
        return _id_atom(draw, fact)
    if fact.type in ("enum", "string", "tree"):
        return _text_atom(draw, fact)
    member = draw(st.sampled_from(("in", "not in")))
    form = draw(st.sampled_from(("compare", "list", "range")))
    if form == "compare":
        operator = draw(st.sampled_from(("==", "!=", "<", "<=", ">", ">=")))
        return f"{path} {operator} {_ordered(draw, fact)}"
    if form == "list":
        values = [_ordered(draw, fact) for _ in range(draw(st.integers(0, 3)))]
        return f"{path} {member} [{', '.join(values)}]"
    low, high = _ordered(draw, fact), _ordered(draw, fact)
    shape = draw(st.sampled_from(("{0}..{1}", "{0}..={1}", "{0}..", "..{1}", "..={1}")))
    return f"{path} {member} {shape.format(low, high)}"


def conditions(facts: list[Declared], names: list[str]) -> SearchStrategy[str]:
    """Conditions over facts and named conditions."""
    leaf = atoms(facts) | st.sampled_from(("true", "false", *names))
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
def assumptions(draw: DrawFn, facts: list[Declared], names: list[str]) -> str:
    """Up to two assumptions, as vocabulary.toml writes them."""
    text = ""
    tags = [fact for fact in facts if fact.type.startswith("tags")]
    if tags and not draw(st.integers(0, 3)):
        fact = draw(st.sampled_from(tags))
        pool = TAGS if fact.type == "tags<int>" else LABELS
        values = draw(st.lists(st.sampled_from(pool), min_size=2, unique=True))
        listed = json.dumps(values, ensure_ascii=False)
        text += f'[[assume]]\nexclusive = {{ fact = "{fact.path}", values = {listed} }}\n'
    if not draw(st.integers(0, 3)):
        sides = [text_of(draw(conditions(facts, names))) for _ in range(2)]
        text += f"[[assume]]\nimplies = [{', '.join(sides)}]\n"
    return text


@st.composite
def values(draw: DrawFn, fact: Declared) -> Any:
    match fact.type:
        case "flag":
            return draw(st.sampled_from((True, False, None)))
        case "tags<int>" | "tags<string>":
            pool: tuple[Any, ...] = TAGS if fact.type == "tags<int>" else (*LABELS, "other")
            tags = draw(st.lists(st.sampled_from(pool), max_size=3))
            return draw(st.sampled_from((tags, tuple(tags), frozenset(tags))))
        case "enum":
            return draw(st.sampled_from(ENUM))
        case "string" | "id<string>":
            return draw(st.sampled_from((*WORDS, "other", "aabab")))
        case "tree":
            return draw(st.sampled_from((*PATHS, "other", "a/b/c/d", "a/x")))
        case "time":
            moment = EPOCH + timedelta(microseconds=draw(st.integers(-1, 500_001)))
            return draw(st.sampled_from((*TIMES, moment)))
        case "small":
            return draw(st.integers(-1, 4))
        case "int":
            return draw(st.sampled_from(INTS))
        case "id<int>":
            return draw(st.sampled_from(INTS) | st.integers(0, 1000))
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
