"""Named conditions: what they cost, and where they end."""

from __future__ import annotations

import time

from rulec.check.vocabulary import CheckedVocabulary, check_vocabulary
from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.source import Source
from rulec.vocabulary.load import load_vocabulary

FACTS = """
[entity.r]
kind = "context"
facts.a = { type = "flag" }
[define]
"""


def checked(defines: str) -> tuple[CheckedVocabulary, list[Diagnostic]]:
    document = Document.parse(Source("vocabulary.toml", FACTS + defines))
    assert isinstance(document, Document)
    vocabulary, found, broken = load_vocabulary(document)
    assert vocabulary is not None
    assert not found
    return check_vocabulary(vocabulary, broken)


def test_names_that_double_are_refused_quickly() -> None:
    chain = "".join(f"d{i} = 'd{i - 1} && d{i - 1}'\n" for i in range(1, 1000))
    started = time.perf_counter()
    _, findings = checked("d0 = 'r.a()'\n" + chain)
    assert time.perf_counter() - started < 10
    assert [finding.code for finding in findings] == ["SYN007"]
    assert "parts" in findings[0].message


def test_names_that_nest_are_refused_at_the_limit() -> None:
    chain = "".join(f"d{i} = '!(d{i - 1})'\n" for i in range(1, 1000))
    vocabulary, findings = checked("d0 = 'r.a()'\n" + chain)
    assert [finding.code for finding in findings] == ["SYN007"]
    assert "deeper" in findings[0].message
    assert len(vocabulary.defines) == 64 + 1


def test_a_long_chain_leans_on_no_recursion() -> None:
    circle = "".join(f"d{i} = 'd{i + 1}'\n" for i in range(5000))
    _, findings = checked(circle + "d5000 = 'd0'\n")
    assert [finding.code for finding in findings] == ["VOC112"]


def test_order_does_not_matter() -> None:
    vocabulary, findings = checked("x = 'y || z'\ny = '!z'\nz = 'r.a()'\n")
    assert not findings
    assert set(vocabulary.defines) == {"x", "y", "z"}


def test_every_circle_is_shown_once() -> None:
    _, findings = checked("a = 'b'\nb = 'a'\nc = 'c'\nd = 'a && c'\n")
    assert [finding.code for finding in findings] == ["VOC112", "VOC112"]
