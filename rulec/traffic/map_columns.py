"""Traffic columns as facts: what columns.toml says, applied to one record batch.

In: a rule set's columns, its vocabulary, and a pyarrow RecordBatch. Out: arrays by fact path, as
`Program.batch` takes them. A fact that columns.toml does not name is read from the column of its
own path, if there is one; so traffic that is named after the facts needs no columns.toml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from rulec.ruleset.model import Column, RuleSet
from rulec_runtime import ColumnError

__all__ = ["ColumnMap", "placed"]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How each fact is read, checked once against the traffic's column names."""

    columns: tuple[Column, ...]

    @classmethod
    def of(cls, ruleset: RuleSet, names: Sequence[str], others: Sequence[str] = ()) -> ColumnMap:
        """The map of a rule set over traffic with these column names.

        A column that columns.toml reads and the traffic lacks is a `ColumnError`; so is one that is
        named like a fact and is none: `item.prise`; where columns.toml names no column, any name
        with a point is. `others` are known to be no facts.
        """
        mapped = {f"{column.entity}.{column.fact}": column for column in ruleset.columns}
        for path, column in mapped.items():
            if column.source is not None and column.source not in names:
                raise ColumnError(column.source, f"a column for `{path}`", "no such column")
        entities = ruleset.vocabulary.entities
        facts = {fact.path: fact for item in entities.values() for fact in item.facts.values()}
        sources = {column.source for column in ruleset.columns} | set(others)
        for name in names:
            entity, dot, _ = name.partition(".")
            is_named_like_a_fact = bool(dot) and (not mapped or entity in entities)
            if name not in facts and name not in sources and is_named_like_a_fact:
                raise ColumnError(name, "a declared fact", "no such fact")
        own = (
            Column(fact.entity, fact.name, source=path)
            for path, fact in facts.items()
            if path in names and path not in mapped
        )
        return cls((*ruleset.columns, *own))

    @property
    def sources(self) -> list[str]:
        """The traffic columns that are read at all."""
        sources = (column.source for column in self.columns)
        return list(dict.fromkeys(source for source in sources if source is not None))

    def facts(self, batch: pa.RecordBatch) -> Mapping[str, pa.Array]:
        """One array a fact, `batch.num_rows` long each."""
        return {f"{column.entity}.{column.fact}": _array(column, batch) for column in self.columns}


def _array(column: Column, batch: pa.RecordBatch) -> Any:
    if column.source is None:
        return pa.repeat(column.constant, batch.num_rows)
    array = batch.column(column.source)
    if column.timezone is not None:
        return placed(column.source, array, column.timezone)
    if column.equals is None:
        return array
    try:
        return pc.call_function("equal", [array, pa.scalar(column.equals)])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        expected = f"a type to compare with {column.equals!r}"
        raise ColumnError(column.source, expected, str(array.type)) from None


def placed(name: str, array: Any, timezone: str) -> Any:
    """Times as a clock of a zone showed them, as instants.

    A time the clock skipped or showed twice is a `ColumnError`: nothing says which one is meant.
    """
    if not pa.types.is_timestamp(array.type) or array.type.tz is not None:
        expected = f"timestamps without a time zone, to read them in `{timezone}`"
        raise ColumnError(name, expected, str(array.type))
    try:
        options = pc.AssumeTimezoneOptions(timezone)
        return pc.call_function("assume_timezone", [array], options)
    except pa.ArrowInvalid as error:
        expected = f"times that the clock of `{timezone}` showed once"
        raise ColumnError(name, expected, f"`{error}`") from None
