"""Conditions as plain text, over the vocabulary of terms.txt: entities s, i, p; flags a, b, c."""

from __future__ import annotations

from rulec.check.names import check_condition
from rulec.check.tree import Typed
from rulec.source import Excerpt, Source
from rulec.syntax.parse import parse
from rulec.vocabulary.model import Entity, EntityKind, Fact, FactType, Presence, Vocabulary

VOCABULARY = Vocabulary(
    {
        entity: Entity(
            entity,
            EntityKind.CONTEXT,
            {name: Fact(entity, name, FactType.FLAG, Presence.TOTAL) for name in "abc"},
        )
        for entity in "sip"
    }
)


def excerpt(text: str) -> Excerpt:
    return Excerpt(Source("condition", text), text, range(len(text) + 1))


def checked_condition(text: str) -> Typed:
    expr, findings = parse(excerpt(text))
    assert expr is not None, findings
    typed, findings = check_condition(expr, excerpt(text), VOCABULARY)
    assert typed is not None, findings
    return typed
