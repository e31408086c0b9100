"""Fixes of conditions that have a meaning keep it: on random conditions, against the oracle."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from properties.language import conditions, declared, requests, text_of
from roads import write_ruleset

from rulec.diagnostic import Diagnostic
from rulec.driver import Compiled, compile_folder
from rulec.fix.repair import repair
from rulec.lints.engine import inspect
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import read_facts
from rulec.ruleset.discover import Texts

PLATFORM = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'
BUSINESS = 'code = "b"\nowner = "o"\nidentity = '


@st.composite
def questions(draw: DrawFn) -> tuple[dict[str, str], list[Mapping[str, Any]]]:
    """A business, a named condition that it may use, and requests."""
    facts = [draw(declared(f"r.f{number}")) for number in range(3)]
    vocabulary = '[entity.r]\nkind = "context"\n[entity.r.facts]\n'
    vocabulary += "".join(f"{fact.name} = {fact.toml}\n" for fact in facts)
    vocabulary += f"[define]\nd = {text_of(draw(conditions(facts, [])))}\n"
    several = st.lists(conditions(facts, ["d"]), min_size=1, max_size=4)
    identity = draw(st.sampled_from((" || ", " && "))).join(draw(several))
    files = {
        "vocabulary.toml": vocabulary,
        "platform.toml": PLATFORM,
        "businesses/b.toml": BUSINESS + text_of(identity),
    }
    return files, draw(st.lists(requests(facts), min_size=4, max_size=8))


def is_wanted(finding: Diagnostic) -> bool:
    return finding.code in ("LOG205", "LOG206")


@given(questions())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_fix_keeps_the_meaning(question: tuple[dict[str, str], list[Mapping[str, Any]]]) -> None:
    files, asked = question
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder), files)

        def compiled(texts: Texts) -> Compiled:
            return compile_folder(root, texts=texts)

        repaired = repair(lambda texts: inspect(root, texts=texts), is_wanted)
        before, after = compiled({}), compiled(repaired.texts)
    left = [one for one in repaired.report.findings if is_wanted(one) and one.fix]
    assert len(left) == len(repaired.refused) == 0
    assert before.ruleset is not None
    for request in asked:
        facts = read_facts(before.ruleset.vocabulary, request)
        for one, two in zip(before.vocabulary_conditions, after.vocabulary_conditions, strict=True):
            assert evaluate(one[1], facts) is evaluate(two[1], facts)
        matches = [evaluate(each.conditions["b"], facts) is True for each in (before, after)]
        assert matches[0] is matches[1]
