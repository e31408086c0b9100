"""Random rule sets small enough to try every request on."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from properties.language import assumptions, conditions, declared, text_of
from properties.overlays import VOCABULARY, overlays
from roads import write_ruleset

from rulec.check.tree import CheckedRuleSet
from rulec.driver import Compiled, compile_folder

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
