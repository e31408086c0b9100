"""Random overlays: points, businesses and products over given conditions.

In: a strategy of conditions. Out: the files beside the vocabulary; what the vocabulary needs for
rollouts; and the scenarios, times and keys to ask with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

POINTS = ("p0", "p1", "p2")
SCENARIOS = ("s0", "s1")
DAYS = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00+08:00", "2026-01-02T00:00:00Z")
TIMES = (*DAYS, "2025-12-31T23:59:59.999999Z", "2026-01-01T12:00:00Z")
KEYS = (None, 1, 2, 3, 4, 10)

VOCABULARY = """
[entity.who]
kind = "people"
[entity.who.facts]
id = { type = "int", id = true, optional = true }
"""


@dataclass
class Drawn:
    """One definition on its way."""

    code: str
    rank: int
    text: str
    bound: set[str] = field(default_factory=set)


def _list(words: object) -> str:
    return json.dumps(words)


@st.composite
def liveness(draw: DrawFn) -> str:
    """The keys that say when a definition or a binding counts; mostly none."""
    keys = []
    if draw(st.integers(0, 7)) == 0:
        keys.append(f"enabled = {draw(st.sampled_from(('true', 'false')))}")
    if draw(st.integers(0, 4)) == 0:
        ends = st.sampled_from(("", *DAYS))
        keys.append(f"active = {_list([draw(ends), draw(ends)])}")
    if draw(st.integers(0, 4)) == 0:
        percent = draw(st.sampled_from(("0", "12.5", "50", "99.999999", "100")))
        salt = draw(st.sampled_from(("a", "盐")))
        keys.append(f'rollout = {{ percent = "{percent}", by = "who.id", salt = "{salt}" }}')
    return "".join(f"{key}\n" for key in keys)


@st.composite
def bindings(draw: DrawFn, kind: str, drawn: Drawn, products: list[Drawn], first: set[str]) -> str:
    """Bindings of a definition; `first` are the points that ask businesses first."""
    text = ""
    always: set[tuple[str, str]] = set()
    for number in range(draw(st.integers(0, 4))):
        point = draw(st.sampled_from(POINTS))
        scenario = draw(st.sampled_from(("", "", *SCENARIOS)))
        keys = draw(liveness())
        if "active" not in keys and "rollout" not in keys and "false" not in keys:
            if (point, scenario) in always:
                continue
            always.add((point, scenario))
        drawn.bound.add(point)
        text += f'[[{kind}.bind]]\npoint = "{point}"\n{keys}'
        text += f'scenario = "{scenario}"\n' if scenario else ""
        is_stop = draw(st.integers(0, 5)) == 0
        text += "default = true\n" if is_stop else f'implementation = "{drawn.code}.{number}"\n'
        named = [product.code for product in products if point in product.bound]
        if kind == "business" and named and point not in first and draw(st.booleans()):
            text += f"before = {_list(draw(st.lists(st.sampled_from(named), min_size=1)))}\n"
    return text


@st.composite
def definition(
    draw: DrawFn,
    kind: str,
    condition: str,
    earlier: list[Drawn],
    products: list[Drawn],
    first: set[str],
) -> Drawn:
    """One more definition of a lane; it overrides only earlier ones, so no circle comes about."""
    number, rank = len(earlier), draw(st.integers(0, 2))
    word = "identity" if kind == "business" else "condition"
    drawn = Drawn(f"{kind}{number}", rank, "")
    text = f'[[{kind}]]\ncode = "{drawn.code}"\nowner = "o{number}"\nrank = {rank}\n'
    text += f"{word} = {json.dumps(condition, ensure_ascii=False)}\n{draw(liveness())}"
    peers = [one.code for one in earlier if one.rank == rank]
    if peers and draw(st.booleans()):
        text += f"overrides = {_list(draw(st.lists(st.sampled_from(peers))))}\n"
    if kind == "product":
        text += f'scope = "{draw(st.sampled_from(("installed", "all")))}"\n'
    else:
        text += "isolated = true\n" if draw(st.integers(0, 5)) == 0 else ""
        codes = [one.code for one in products]
        if number and draw(st.booleans()):
            text += f'products_like = "business{draw(st.integers(0, number - 1))}"\n'
        elif codes:
            text += f"products = {_list(sorted(draw(st.sets(st.sampled_from(codes)))))}\n"
    drawn.text = text + draw(bindings(kind, drawn, products, first))
    return drawn


@st.composite
def overlays(draw: DrawFn, conditions: SearchStrategy[str]) -> dict[str, str]:
    """The files of an overlay that compiles once ties are allowed."""
    first = draw(st.sets(st.sampled_from(POINTS)))
    products: list[Drawn] = []
    businesses: list[Drawn] = []
    for _ in range(draw(st.integers(0, 3))):
        products.append(draw(definition("product", draw(conditions), products, [], first)))
    for _ in range(draw(st.integers(0, 5))):
        added = draw(definition("business", draw(conditions), businesses, products, first))
        businesses.append(added)
    platform = f'scenarios = {_list(SCENARIOS)}\n[[ability]]\ncode = "a"\n'
    for point in POINTS:
        binders = [one.code for one in products + businesses if point in one.bound]
        order = draw(st.lists(st.sampled_from(binders), unique=True)) if binders else []
        lanes = "business-first" if point in first else "product-first"
        runs = '{ implementation = "d", config = { x = [1] } }'
        default = draw(st.sampled_from(('"none"', runs)))
        platform += f'[[ability.point]]\ncode = "{point}"\nlanes = "{lanes}"\ndefault = {default}\n'
        platform += f'reduce = "{draw(st.sampled_from(("first", "all")))}"\n'
        platform += f"order = {_list(order)}\n" if draw(st.booleans()) else ""
    files = {
        "platform.toml": platform,
        "products/all.toml": "".join(one.text for one in products),
        "businesses/all.toml": "".join(one.text for one in businesses),
    }
    return {name: text for name, text in files.items() if text}
