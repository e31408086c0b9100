"""LOG310 on random worlds: every witness holds for oracle and engine, and no tie is missed.

A witness proves its finding, so there can be no false alarm. Random requests look for what was
missed: two businesses that match one request without an order must have been found.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from properties.worlds import conditions, declared, requests
from roads import write_ruleset

from rulec.driver import compile_folder
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import read_facts
from rulec_runtime import from_bytes

PLATFORM = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'
N_BUSINESSES = 3


@st.composite
def questions(draw: DrawFn) -> tuple[dict[str, str], list[Mapping[str, Any]]]:
    """Businesses of one rank, and requests to meet them on."""
    facts = [draw(declared(path)) for path in ("a.f0", "a.f1", "b.f0")]
    vocabulary = ""
    for entity in ("a", "b"):
        vocabulary += f'[entity.{entity}]\nkind = "context"\n[entity.{entity}.facts]\n'
        own = [fact for fact in facts if fact.path.startswith(entity)]
        vocabulary += "".join(f"{fact.name} = {fact.toml}\n" for fact in own)
    businesses = "".join(
        f'[[business]]\ncode = "b{number}"\nowner = "o"\n'
        f"identity = {json.dumps(draw(conditions(facts, [])), ensure_ascii=False)}\n"
        for number in range(N_BUSINESSES)
    )
    files = {
        "vocabulary.toml": vocabulary,
        "platform.toml": PLATFORM,
        "businesses/all.toml": businesses,
    }
    return files, draw(st.lists(requests(facts), min_size=4, max_size=12))


UNWRITABLE = "rollout|startsWith|endsWith|includes|9999-12-31|0001-01-01"


@given(questions())
def test_ties_are_exact(question: tuple[dict[str, str], list[Mapping[str, Any]]]) -> None:
    files, asked = question
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder), files)
        findings = compile_folder(root).findings
        settled = compile_folder(root, allow_ties=True)
    assert settled.checked is not None
    assert settled.artifact is not None
    program, checked = from_bytes(settled.artifact), settled.checked
    tied = set()
    for finding in findings:
        assert finding.code == "LOG310"
        tied.add(max(re.findall("`(b[0-9])`", finding.message)))
        if finding.witness is None:
            # A key in a sliver of the buckets, a string that is asked for many things at once, a
            # time that no calendar writes.
            assert re.search(UNWRITABLE, files["businesses/all.toml"])
            continue
        read = read_facts(checked.ruleset.vocabulary, finding.witness)
        matched = [c for c, condition in checked.conditions.items() if evaluate(condition, read)]
        named = [code for code in matched if f"`{code}`" in finding.message]
        assert len(named) == 2
        assert set(matched) == set(program.match(finding.witness).codes)
    for request in asked:
        read = read_facts(checked.ruleset.vocabulary, request)
        matched = [c for c, condition in checked.conditions.items() if evaluate(condition, read)]
        assert set(sorted(matched)[1:]) <= tied, request
