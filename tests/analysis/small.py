"""Random rule sets small enough to try every request on."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from properties.language import assumptions, conditions, declared, text_of
from properties.overlays import VOCABULARY, overlays
from roads import write_ruleset

from rulec.check.tree import CheckedRuleSet
from rulec.driver import Compiled, compile_folder

FEW = settings(
    max_examples=max(10, settings().max_examples // 6),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""For a rule set with hundreds of requests each."""
PATHS = ("a.f0", "a.f1", "b.f0")


@st.composite
def shops(draw: DrawFn) -> dict[str, str]:
    """The files of a rule set over two or three facts; it compiles once ties are allowed."""
    facts = [draw(declared(path)) for path in PATHS[: draw(st.integers(2, 3))]]
    vocabulary = ""
    for entity in sorted({fact.path[0] for fact in facts}):
        vocabulary += f'[entity.{entity}]\nkind = "context"\n[entity.{entity}.facts]\n'
        own = [fact for fact in facts if fact.path.startswith(entity)]
        vocabulary += "".join(f"{fact.name} = {fact.toml}\n" for fact in own)
    name = draw(st.sampled_from(([], ["d0"])))
    vocabulary += "[define]\n" + "".join(
        f"{one} = {text_of(draw(conditions(facts, [])))}\n" for one in name
    )
    vocabulary += draw(assumptions(facts, name)) + VOCABULARY
    return {"vocabulary.toml": vocabulary, **draw(overlays(conditions(facts, name)))}


def compiled(files: dict[str, str], *, allow_ties: bool = True) -> Compiled:
    """The files of a rule set, compiled."""
    with tempfile.TemporaryDirectory() as folder:
        return compile_folder(write_ruleset(Path(folder), files), allow_ties=allow_ties)


def checked(files: dict[str, str]) -> CheckedRuleSet:
    """The files of a rule set with the meaning of every condition; ties are settled."""
    found = compiled(files).checked
    assert found is not None
    return found


TIGHT_VOCABULARY = """
[entity.a]
kind = "people"
[entity.a.facts]
f = { type = "flag" }
g = { type = "flag" }
n = { type = "int", min = 0, max = 3, optional = true }
e = { type = "enum", values = ["x", "y"], default = "y" }
[entity.b]
kind = "commodity"
[entity.b.facts]
t = { type = "tags<int>" }
"""
LITERALS = (
    "a.f()", "!a.f()", "a.g()", "!a.g()", "a.n <= 1", "a.n >= 1", "a.n != 2", "has(a.n)",
    '!has(a.n)', 'a.e == "x"', 'a.e != "x"', "b.t.contains(1)", "!b.t.contains(1)",
    "b.t.contains(2)", "b.t.containsAny([1, 3])",
)  # fmt: skip


@st.composite
def tight_shops(draw: DrawFn) -> dict[str, str]:
    """Many broad definitions over few facts: covers by several, barriers, products taken away."""

    @st.composite
    def condition(draw: DrawFn) -> str:
        terms = draw(
            st.lists(
                st.lists(st.sampled_from(LITERALS), min_size=1, max_size=2), min_size=1, max_size=2
            )
        )
        return " || ".join("(" + " && ".join(term) + ")" for term in terms)

    def binds(word: str) -> str:
        text = ""
        for point in draw(st.sets(st.sampled_from(("p", "q")), min_size=1)):
            text += f'[[{word}.bind]]\npoint = "{point}"\n'
            is_stop = draw(st.integers(0, 7)) == 0
            text += "default = true\n" if is_stop else f'implementation = "{len(text)}"\n'
        return text

    products, businesses = draw(st.integers(0, 3)), draw(st.integers(2, 6))
    codes = [f"product{n}" for n in range(products)]
    text = {"products": "", "businesses": ""}
    for word, key, number in (
        ("product", "condition", products),
        ("business", "identity", businesses),
    ):
        for n in range(number):
            one = f'[[{word}]]\ncode = "{word}{n}"\nowner = "o"\nrank = {draw(st.integers(0, 3))}\n'
            one += f"{key} = '{draw(condition())}'\n"
            if word == "product":
                one += f'scope = "{draw(st.sampled_from(("installed", "installed", "all")))}"\n'
            else:
                one += "isolated = true\n" if draw(st.integers(0, 4)) == 0 else ""
                one += (
                    f"products = {sorted(draw(st.sets(st.sampled_from(codes)))) if codes else []}\n"
                )
            text["products" if word == "product" else "businesses"] += one + binds(word)
    platform = '[[ability]]\ncode = "a"\n' + "".join(
        f'[[ability.point]]\ncode = "{point}"\ndefault = "none"\n'
        f'lanes = "{draw(st.sampled_from(("product-first", "business-first")))}"\n'
        f'reduce = "{draw(st.sampled_from(("first", "first", "all")))}"\n'
        for point in ("p", "q")
    )
    assumed = draw(st.sampled_from(("", '[[assume]]\nimplies = ["a.f()", "a.g()"]\n')))
    files = {
        "vocabulary.toml": TIGHT_VOCABULARY + assumed,
        "platform.toml": platform,
        "products/all.toml": text["products"],
        "businesses/all.toml": text["businesses"],
    }
    return {name: body for name, body in files.items() if body}
