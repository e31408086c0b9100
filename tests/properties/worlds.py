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

TAGS = (1, 2, 3, 2**40)
ENUM = ("x", "y", "z")
WORDS = ("", "a", "b", "中文", 'q"\\')
INTS = (-(2**63), -1, 0, 1, 2, 3, 4, 2**63 - 1)
POINTS = ("p0", "p1", "p2")


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


def _definition(
    draw: DrawFn, kind: str, number: int, rank: int, facts: list[Declared], keys: str
) -> str:
    word = "identity" if kind == "business" else "condition"
    text = f'[[{kind}]]\ncode = "{kind}{number}"\nowner = "o{number}"\nrank = {rank}\n'
    text += f"{word} = {_text(draw(conditions(facts)))}\n{keys}"
    for point in sorted(draw(st.sets(st.sampled_from(POINTS)))):
        text += f'[[{kind}.bind]]\npoint = "{point}"\nimplementation = "i"\n'
    return text


@st.composite
def worlds(draw: DrawFn) -> World:
    """A rule set that compiles, and up to eight requests."""
    paths = [f"e{e}.f{f}" for e in range(draw(st.integers(1, 3))) for f in range(3)]
    facts = [draw(declared(path)) for path in paths]
    vocabulary = ""
    for entity in sorted({path[:2] for path in paths}):
        vocabulary += f'[entity.{entity}]\nkind = "context"\n[entity.{entity}.facts]\n'
        own = [fact for fact in facts if fact.path.startswith(entity)]
        vocabulary += "".join(f"{fact.name} = {fact.toml}\n" for fact in own)
    platform = '[[ability]]\ncode = "a"\n'
    for point in POINTS:
        lanes = draw(st.sampled_from(("product-first", "business-first")))
        platform += f'[[ability.point]]\ncode = "{point}"\nlanes = "{lanes}"\ndefault = "none"\n'
    n_products, n_businesses = draw(st.integers(0, 3)), draw(st.integers(0, 5))
    products = ""
    for number, rank in enumerate(draw(st.permutations(range(n_products)))):
        scope = draw(st.sampled_from(("installed", "all")))
        keys = f'scope = "{scope}"\n'
        products += _definition(draw, "product", number, rank, facts, keys)
    businesses = ""
    for number, rank in enumerate(draw(st.permutations(range(n_businesses)))):
        codes = [f"product{i}" for i in range(n_products)]
        installed = sorted(draw(st.sets(st.sampled_from(codes)))) if codes else []
        keys = f"products = {json.dumps(installed)}\n"
        if number and draw(st.booleans()):
            keys = f'products_like = "business{draw(st.integers(0, number - 1))}"\n'
        businesses += _definition(draw, "business", number, rank, facts, keys)
    files = {"vocabulary.toml": vocabulary, "platform.toml": platform}
    if products:
        files["products/all.toml"] = products
    if businesses:
        files["businesses/all.toml"] = businesses
    return World(files, draw(st.lists(requests(facts), min_size=1, max_size=8)))
