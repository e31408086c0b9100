"""Random small worlds: a vocabulary, a rule set over it, and requests.

Everything is text and facts, so a failing example can be pasted into files and tried by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from properties.language import assumptions, conditions, declared, requests, text_of
from properties.overlays import KEYS, SCENARIOS, TIMES, VOCABULARY, overlays


@dataclass(frozen=True)
class World:
    """The files of a rule set, and requests for it."""

    files: dict[str, str]
    requests: list[dict[str, Any]]
    scenario: str | None
    times: list[str]
    """Of each request."""


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
    names = [f"d{number}" for number in range(draw(st.integers(0, 3)))]
    vocabulary += "[define]\n"
    for number, name in enumerate(names):
        vocabulary += f"{name} = {text_of(draw(conditions(facts, names[:number])))}\n"
    vocabulary += draw(assumptions(facts, names)) + VOCABULARY
    overlay = draw(overlays(conditions(facts, names)))
    asked = draw(st.lists(requests(facts), min_size=1, max_size=8))
    for request in asked:
        request["who"] = {"id": draw(st.sampled_from(KEYS))}
    times = [draw(st.sampled_from(TIMES)) for _ in asked]
    files = {"vocabulary.toml": vocabulary, **overlay}
    return World(files, asked, draw(st.sampled_from((None, *SCENARIOS))), times)
