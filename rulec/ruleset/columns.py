"""columns.toml: which column of recorded traffic each fact is read from.

In: the parsed file and the vocabulary. Out: one `Column` a sound table, and findings.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any
from zoneinfo import ZoneInfo

from rulec.diagnostic import Diagnostic
from rulec.document import Document, Table
from rulec.instant import instant
from rulec.limits import MAX_INT, MIN_INT
from rulec.ruleset.model import Column
from rulec.ruleset.shape import ColumnShape, ColumnsShape
from rulec.source import Where
from rulec.vocabulary.conform import conform, kind_of, one_of, quoted
from rulec.vocabulary.model import Fact, FactType, Vocabulary, is_path
from rulec.vocabulary.scale import scaled
from rulec.vocabulary.suggest import suggest

__all__ = ["read_columns"]


def read_columns(
    document: Document, vocabulary: Vocabulary, broken: Set[str]
) -> tuple[list[Column], list[Diagnostic]]:
    """Read every column; `broken` names facts that are declared but wrong."""
    _, findings = conform(ColumnsShape, document.table())
    columns: list[Column] = []
    written: Any = document.values.get("column")
    for name, values in written.items() if isinstance(written, dict) else ():
        if isinstance(values, dict):
            column, found = _column(name, document.table("column", name), vocabulary, broken)
            findings += found
            if column is not None and not found:
                columns.append(column)
    return columns, findings


def _column(
    name: str, table: Table, vocabulary: Vocabulary, broken: Set[str]
) -> tuple[Column | None, list[Diagnostic]]:
    entity, dot, fact_name = name.partition(".")
    if not dot:
        message = f"{quoted(name)} names no fact"
        advice = 'write the fact in quotes: `[column."item.price"]`'
        return None, [Diagnostic("SYN009", message, table.where_key(), advice)]
    shape, findings = conform(ColumnShape, table)
    if entity in broken or name in broken:
        return None, findings
    fact = vocabulary.fact(entity, fact_name)
    if fact is None:
        known = [f.path for e in vocabulary.entities.values() for f in e.facts.values()]
        close = suggest(name, known)
        advice = f"did you mean {quoted(close)}?" if close else "declare it in vocabulary.toml"
        finding = Diagnostic("VOC101", f"no fact {quoted(name)}", table.where_key(), advice)
        return None, [*findings, finding]
    if shape is None:
        return None, findings
    column = Column(entity, fact_name, shape.source, shape.equals, shape.constant, shape.timezone)
    findings = _bad_source(shape, table)
    findings += _bad_equals(shape, fact, table)
    findings += _bad_constant(shape.constant, fact, table)
    findings += _bad_timezone(shape, fact, table)
    return column, findings


def _bad_source(column: ColumnShape, table: Table) -> list[Diagnostic]:
    if column.source is None and column.constant is None:
        message = "the column says neither `from` nor `constant`"
        return [Diagnostic("SYN009", message, table.where_key())]
    if column.source is not None and column.constant is not None:
        message = "`from` and `constant` exclude each other"
        return [Diagnostic("SYN009", message, table.where_key("constant"))]
    return []


def _bad_equals(column: ColumnShape, fact: Fact, table: Table) -> list[Diagnostic]:
    if column.equals is None:
        return []
    where = table.where("equals")
    if column.source is None:
        return [Diagnostic("SYN009", "`equals` stands without `from`", where)]
    if fact.type is not FactType.FLAG:
        message = f"`equals` makes a flag, and {quoted(fact.path)} is `{fact.type_name}`"
        return [Diagnostic("VOC103", message, where)]
    if not isinstance(column.equals, (str, int)):
        message = f"`equals` is {kind_of(column.equals)}, not a string, an integer or a boolean"
        return [Diagnostic("SYN009", message, where)]
    return []


def _bad_timezone(column: ColumnShape, fact: Fact, table: Table) -> list[Diagnostic]:
    if column.timezone is None:
        return []
    where = table.where("timezone")
    if column.source is None:
        return [Diagnostic("SYN009", "`timezone` stands without `from`", where)]
    if fact.type is not FactType.TIME:
        message = f"`timezone` belongs to a time, and {quoted(fact.path)} is `{fact.type_name}`"
        return [Diagnostic("VOC103", message, where)]
    try:
        ZoneInfo(column.timezone)
    except (KeyError, ValueError, OSError):
        message = f"no time zone {quoted(column.timezone)}"
        return [
            Diagnostic("VOC104", message, where, "write one of the tz database: `Asia/Shanghai`")
        ]
    return []


def _bad_constant(value: object, fact: Fact, table: Table) -> list[Diagnostic]:
    if value is None:
        return []
    where = table.where("constant")
    is_int = isinstance(value, int) and not isinstance(value, bool)
    fits = {
        FactType.FLAG: isinstance(value, bool),
        FactType.TAGS_INT: False,
        FactType.TAGS_STRING: False,
        FactType.TREE: isinstance(value, str),
        FactType.TIME: isinstance(value, str),
        FactType.ENUM: isinstance(value, str),
        FactType.STRING: isinstance(value, str),
        FactType.INT: is_int,
        FactType.DECIMAL: is_int or isinstance(value, str),
    }
    if not fits[fact.type]:
        message = f"`constant` is {kind_of(value)}, and {quoted(fact.path)} is `{fact.type_name}`"
        return [Diagnostic("VOC103", message, where)]
    if isinstance(value, str) and fact.type is FactType.ENUM and value not in fact.values:
        message = f"{quoted(fact.path)} has no value {quoted(value)}"
        return [Diagnostic("VOC104", message, where, one_of(value, fact.values))]
    if fact.type is FactType.TREE and isinstance(value, str) and not is_path(value):
        message = f"`constant` is {quoted(value)}, which is no path"
        return [Diagnostic("VOC104", message, where)]
    if fact.type is FactType.TIME and isinstance(value, str):
        return _bad_instant(instant(value), fact, where)
    if isinstance(value, (int, str)) and fact.type.is_number:
        number = scaled(value, fact.scale)
        if number is None:
            message = f"`constant` is no number of at most {fact.scale} decimal places"
            return [Diagnostic("VOC103", message, where)]
        if not (MIN_INT <= number <= MAX_INT and fact.low <= number <= fact.high):
            message = f"`constant` lies outside the declared range of {quoted(fact.path)}"
            return [Diagnostic("VOC104", message, where)]
    return []


def _bad_instant(micros: int | None, fact: Fact, where: Where) -> list[Diagnostic]:
    if micros is None:
        message = "`constant` is no time with an offset, to the microsecond"
        return [Diagnostic("VOC103", message, where)]
    if not fact.low <= micros <= fact.high:
        message = f"`constant` lies outside the declared range of {quoted(fact.path)}"
        return [Diagnostic("VOC104", message, where)]
    return []
