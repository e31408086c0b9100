"""Random small worlds: a vocabulary, a rule set over it, and requests.

Everything is text and facts, so a failing example can be pasted into files and tried by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from properties.language import Declared, assumptions, conditions, declared, requests, text_of

POINTS = ("p0", "p1", "p2")


@dataclass(frozen=True)
class World:
    """The files of a rule set, and requests for it."""

    files: dict[str, str]
    requests: list[dict[str, Any]]


def _definition(
    draw: DrawFn,
    kind: str,
    number: int,
    rank: int,
    facts: list[Declared],
    names: list[str],
    keys: str,
) -> str:
    word = "identity" if kind == "business" else "condition"
    text = f'[[{kind}]]\ncode = "{kind}{number}"\nowner = "o{number}"\nrank = {rank}\n'
    text += f"{word} = {text_of(draw(conditions(facts, names)))}\n{keys}"
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
    names = [f"d{number}" for number in range(draw(st.integers(0, 3)))]
    vocabulary += "[define]\n"
    for number, name in enumerate(names):
        vocabulary += f"{name} = {text_of(draw(conditions(facts, names[:number])))}\n"
    vocabulary += draw(assumptions(facts, names))
    platform = '[[ability]]\ncode = "a"\n'
    for point in POINTS:
        lanes = draw(st.sampled_from(("product-first", "business-first")))
        platform += f'[[ability.point]]\ncode = "{point}"\nlanes = "{lanes}"\ndefault = "none"\n'
    n_products, n_businesses = draw(st.integers(0, 3)), draw(st.integers(0, 5))
    products = ""
    for number, rank in enumerate(draw(st.permutations(range(n_products)))):
        scope = draw(st.sampled_from(("installed", "all")))
        keys = f'scope = "{scope}"\n'
        products += _definition(draw, "product", number, rank, facts, names, keys)
    businesses = ""
    for number, rank in enumerate(draw(st.permutations(range(n_businesses)))):
        codes = [f"product{i}" for i in range(n_products)]
        installed = sorted(draw(st.sets(st.sampled_from(codes)))) if codes else []
        keys = f"products = {json.dumps(installed)}\n"
        if number and draw(st.booleans()):
            keys = f'products_like = "business{draw(st.integers(0, number - 1))}"\n'
        businesses += _definition(draw, "business", number, rank, facts, names, keys)
    files = {"vocabulary.toml": vocabulary, "platform.toml": platform}
    if products:
        files["products/all.toml"] = products
    if businesses:
        files["businesses/all.toml"] = businesses
    return World(files, draw(st.lists(requests(facts), min_size=1, max_size=8)))
