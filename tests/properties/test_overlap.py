"""Pair overlap against brute force on small worlds: no false alarm, nothing missed."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from properties.worlds import ENUM, INTS, TAGS, WORDS, Declared, conditions, declared

from rulec.analysis.cubes import Space
from rulec.analysis.overlap import overlaps
from rulec.check.names import check_condition
from rulec.check.tree import Typed
from rulec.document import Document
from rulec.logic import leaves
from rulec.oracle.evaluate import evaluate
from rulec.oracle.facts import read_facts
from rulec.simplify.passes import simplify
from rulec.source import Excerpt, Source
from rulec.syntax.parse import parse
from rulec.vocabulary.load import load_vocabulary
from rulec.vocabulary.model import Vocabulary


@st.composite
def questions(draw: DrawFn) -> tuple[list[Declared], list[str]]:
    facts = [draw(declared(path)) for path in ("a.f0", "a.f1", "b.f0")]
    return facts, [draw(conditions(facts)) for _ in range(3)]


def vocabulary_of(facts: list[Declared]) -> Vocabulary:
    text = ""
    for entity in ("a", "b"):
        text += f'[entity.{entity}]\nkind = "context"\n[entity.{entity}.facts]\n'
        own = [fact for fact in facts if fact.path.startswith(entity)]
        text += "".join(f"{fact.name} = {fact.toml}\n" for fact in own)
    document = Document.parse(Source("vocabulary.toml", text))
    assert isinstance(document, Document)
    vocabulary, findings, _ = load_vocabulary(document)
    assert vocabulary is not None
    assert not findings
    return vocabulary


def typed(text: str, vocabulary: Vocabulary) -> Typed:
    excerpt = Excerpt(Source("c", text), text, range(len(text) + 1))
    expr, _ = parse(excerpt)
    assert expr is not None
    checked, findings = check_condition(expr, excerpt, vocabulary)
    assert checked is not None, findings
    return checked


def domain(fact: Declared) -> list[Any]:
    """Enough values to reach every class that these worlds can name."""
    missing = [] if fact.presence == "required" else [None]
    match fact.type:
        case "flag":
            return [True, False]
        case "tags<int>":
            picks = itertools.product((False, True), repeat=3)
            return [[t for t, p in zip(TAGS, pick, strict=False) if p] for pick in picks]
        case "enum":
            return [*missing, *ENUM]
        case "string":
            return [*missing, *WORDS, "unheard of"]
        case "small":
            return [*missing, *range(-1, 5)]
        case "int":
            near = {i + d for i in INTS for d in (-1, 0, 1)}
            return [*missing, *(i for i in sorted(near) if -(2**63) <= i < 2**63)]
    return [*missing, *(Decimal(units).scaleb(-1) for units in range(-7, 14))]


@given(questions())
def test_overlap_is_exact(question: tuple[list[Declared], list[str]]) -> None:
    facts, texts = question
    vocabulary = vocabulary_of(facts)
    checked = [typed(text, vocabulary) for text in texts]
    normal = [simplify(condition) for condition in checked]
    space = Space(vocabulary, (leaf.value for each in normal for leaf in leaves(each)))
    rivals = [0b110, 0b100, 0]
    found = {(item.first, item.second): item.witness for item in overlaps(space, normal, rivals)}
    for witness in found.values():
        assert witness is not None, "the budget is far away"
    met = set()
    for values in itertools.product(*(domain(fact) for fact in facts)):
        request: dict[str, dict[str, Any]] = {}
        for fact, value in zip(facts, values, strict=True):
            request.setdefault(fact.path[0], {})[fact.name] = value
        read = read_facts(vocabulary, request)
        true = [n for n, condition in enumerate(checked) if evaluate(condition, read)]
        met.update(itertools.combinations(true, 2))
    assert found.keys() == met
    for (first, second), witness in found.items():
        read = read_facts(vocabulary, witness or {})
        assert evaluate(checked[first], read) is True
        assert evaluate(checked[second], read) is True
