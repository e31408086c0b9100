"""`[[assume]]`: what the platform promises about every request.

In: the parsed vocabulary.toml and its facts. Out: the sound assumptions, and findings about the
others. The conditions of an implication stay text; `check` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from rulec.diagnostic import Diagnostic
from rulec.document import Document, Table
from rulec.limits import MAX_INT, MAX_LIST, MIN_INT
from rulec.vocabulary.conform import conform, kind_of, quoted
from rulec.vocabulary.model import Entity, Exclusive, Fact, FactType, Implies
from rulec.vocabulary.shape import AssumeShape, ExclusiveShape
from rulec.vocabulary.suggest import suggest

__all__ = ["load_assumptions"]


def load_assumptions(
    document: Document, entities: Mapping[str, Entity], broken: Set[str]
) -> tuple[list[Exclusive | Implies], list[Diagnostic]]:
    """Read every assumption; `broken` names facts that are declared but wrong."""
    assumptions: list[Exclusive | Implies] = []
    findings: list[Diagnostic] = []
    written: Any = document.values.get("assume")
    claimed: set[tuple[str, int | str]] = set()
    for number, values in enumerate(written if isinstance(written, list) else ()):
        if not isinstance(values, dict):
            continue
        table = document.table("assume", number)
        shape, found = conform(AssumeShape, table)
        if shape is not None:
            assumption, problems = _assumption(shape, table, entities, broken)
            found += problems
            if isinstance(assumption, Exclusive):
                found += _claimed_before(assumption, table, claimed)
            if assumption is not None and not found:
                assumptions.append(assumption)
        findings += found
    return assumptions, findings


def _assumption(
    shape: AssumeShape, table: Table, entities: Mapping[str, Entity], broken: Set[str]
) -> tuple[Exclusive | Implies | None, list[Diagnostic]]:
    if (shape.exclusive is None) == (shape.implies is None):
        message = "an assumption says one of `exclusive` and `implies`"
        return None, [Diagnostic("SYN009", message, table.where_key())]
    if shape.exclusive is not None:
        return _exclusive(shape.exclusive, table, entities, broken)
    if len(shape.implies or ()) != 2:
        message = "`implies` holds two conditions: where the first is true, the second is not false"
        return None, [Diagnostic("SYN009", message, table.where("implies"))]
    where = table.where("implies")
    return Implies(table.excerpt("implies", 0), table.excerpt("implies", 1), where), []


def _exclusive(
    shape: ExclusiveShape, table: Table, entities: Mapping[str, Entity], broken: Set[str]
) -> tuple[Exclusive | None, list[Diagnostic]]:
    where = table.where("exclusive", "fact")
    entity_name, _, name = shape.fact.partition(".")
    if entity_name in broken or shape.fact in broken:
        return None, []
    entity = entities.get(entity_name)
    fact = entity.facts.get(name) if entity else None
    if fact is None:
        known = [fact.path for item in entities.values() for fact in item.facts.values()]
        close = suggest(shape.fact, known)
        advice = f"did you mean {quoted(close)}?" if close else "declare it in vocabulary.toml"
        return None, [Diagnostic("VOC101", f"no fact {quoted(shape.fact)}", where, advice)]
    if not fact.type.is_tags:
        message = f"{quoted(fact.path)} is `{fact.type_name}`, and `exclusive` is about tags"
        return None, [Diagnostic("VOC103", message, where)]
    findings = _bad_values(fact, shape.values, table)
    return (None if findings else Exclusive(fact, tuple(shape.values), where)), findings


def _bad_values(fact: Fact, values: list[Any], table: Table) -> list[Diagnostic]:
    where = table.where("exclusive", "values")
    if not 2 <= len(values) <= MAX_LIST:
        message = f"`values` lists from 2 to {MAX_LIST:,} tags"
        return [Diagnostic("VOC113", message, where)]
    findings: list[Diagnostic] = []
    seen: set[int | str] = set()
    for number, value in enumerate(values):
        is_int = isinstance(value, int) and not isinstance(value, bool)
        fits = is_int if fact.type is FactType.TAGS_INT else isinstance(value, str)
        message = ""
        if not fits:
            message = f"a tag of {quoted(fact.path)} is {kind_of(value)}, not of `{fact.type_name}`"
        elif is_int and not MIN_INT <= value <= MAX_INT:
            message = "the tag does not fit 64 bits"
        elif value in seen:
            message = f"the tag {quoted(str(value))} is listed twice"
        if message:
            where = table.where("exclusive", "values", number)
            findings.append(Diagnostic("VOC113", message, where))
        if fits:
            seen.add(value)
    return findings


def _claimed_before(
    assumption: Exclusive, table: Table, claimed: set[tuple[str, int | str]]
) -> list[Diagnostic]:
    """Groups of one fact are disjoint; `claimed` grows by this one's tags."""
    for number, value in enumerate(assumption.values):
        if (assumption.fact.path, value) in claimed:
            message = f"the tag {quoted(str(value))} stands in another group, too"
            where = table.where("exclusive", "values", number)
            return [Diagnostic("VOC113", message, where, "groups of one fact are disjoint")]
    claimed.update((assumption.fact.path, value) for value in assumption.values)
    return []
