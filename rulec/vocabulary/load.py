"""vocabulary.toml to a `Vocabulary`.

In: the parsed file. Out: the entities and facts that are sound, findings about the others, and
the paths of those others, so that no later stage calls them unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rulec.diagnostic import Diagnostic
from rulec.document import Document, Table
from rulec.limits import MAX_ENTITIES
from rulec.vocabulary.assume import load_assumptions
from rulec.vocabulary.conform import conform, one_of, quoted
from rulec.vocabulary.define import load_defines
from rulec.vocabulary.fact import load_fact
from rulec.vocabulary.model import Entity, EntityKind, Fact, Vocabulary
from rulec.vocabulary.name import bad_name
from rulec.vocabulary.shape import EntityShape, VocabularyShape

__all__ = ["load_vocabulary"]


def load_vocabulary(
    document: Document,
) -> tuple[Vocabulary | None, list[Diagnostic], frozenset[str]]:
    """Read every entity and fact, every named condition and assumption.

    The set holds "entity", "entity.fact" or the name of a condition for each that is declared but
    wrong and so left out.
    There is no vocabulary at all where `entity` itself is no table.
    """
    _, findings = conform(VocabularyShape, document.table())
    written: Any = document.values.get("entity", {})
    if not isinstance(written, dict):
        return None, findings, frozenset()
    if len(written) > MAX_ENTITIES:
        findings.append(_too_many(document.table("entity", list(written)[MAX_ENTITIES])))
    entities: dict[str, Entity] = {}
    broken: set[str] = set()
    for name, values in written.items():
        entity = None
        if isinstance(values, dict):
            table = document.table("entity", name)
            entity, found, broken_facts = _entity(name, table)
            findings += found
            broken |= broken_facts
        if entity is None:
            broken.add(name)
        else:
            entities[name] = entity
    defines, found, broken_defines = load_defines(document, written)
    findings += found
    assumptions, found = load_assumptions(document, entities, broken)
    findings += found
    broken |= broken_defines
    return Vocabulary(entities, defines, tuple(assumptions)), findings, frozenset(broken)


def _too_many(table: Table) -> Diagnostic:
    return Diagnostic(
        "SYN007",
        f"a vocabulary has at most {MAX_ENTITIES} entities",
        table.where_key(),
        "let an entity have more facts",
    )


def _entity(name: str, table: Table) -> tuple[Entity | None, list[Diagnostic], set[str]]:
    """One entity; a broken fact leaves it standing, without that fact."""
    shape, findings = conform(EntityShape, table)
    findings += bad_name(name, table.where_key())
    facts, found, broken = _facts(name, table)
    if shape is None:
        return None, findings + found, broken
    if shape.contains is not None and f"{name}.{shape.contains}" not in broken:
        findings += _bad_contains(shape.contains, table, facts)
    if findings:
        return None, findings + found, broken
    kind, where = EntityKind(shape.kind), table.where_key()
    entity = Entity(name, kind, facts, shape.contains, shape.cacheable, where)
    return entity, found, broken


def _facts(entity: str, table: Table) -> tuple[dict[str, Fact], list[Diagnostic], set[str]]:
    """The sound facts of an entity, and the paths of the others."""
    facts: dict[str, Fact] = {}
    findings: list[Diagnostic] = []
    broken: set[str] = set()
    written: Any = table.values.get("facts")
    for name, values in written.items() if isinstance(written, dict) else ():
        fact = None
        if isinstance(values, dict):
            inner = table.table("facts", name)
            problems = bad_name(name, inner.where_key())
            fact, found = load_fact(entity, name, inner)
            findings += problems + found
            fact = None if problems else fact
        if fact is None:
            broken.add(f"{entity}.{name}")
        else:
            facts[name] = fact
    return facts, findings, broken


def _bad_contains(contains: str, table: Table, facts: Mapping[str, Fact]) -> list[Diagnostic]:
    where = table.where("contains")
    fact = facts.get(contains)
    if fact is None:
        tags = {name: fact for name, fact in facts.items() if fact.type.is_tags}
        advice = one_of(contains, tags) if tags else "declare a fact of type `tags<int>`"
        message = f"`contains` names {quoted(contains)}, which is no fact of the entity"
        return [Diagnostic("VOC113", message, where, advice)]
    if fact.type.is_tags:
        return []
    message = f"`contains` names {quoted(contains)}, which holds no tags"
    return [Diagnostic("VOC113", message, where)]
