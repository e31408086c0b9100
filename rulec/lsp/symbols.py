"""What a file defines: its outline in an editor, and names to jump to.

In: a file that is TOML. Out: `Symbol`s, each with those inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from rulec.document import Document, Keys
from rulec.source import Span

__all__ = ["Symbol", "symbols"]

Sort: TypeAlias = Literal["definition", "binding", "ability", "point", "entity", "fact", "named"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """One thing that a file defines."""

    name: str
    sort: Sort
    detail: str
    whole: Span
    """From its header or key to its end."""
    name_span: Span
    inner: tuple[Symbol, ...] = ()


def symbols(document: Document) -> list[Symbol]:
    """The outline of a file of a rule set, of whichever kind."""
    outline = _Outline(document)
    return sorted(outline.symbols(), key=lambda symbol: symbol.whole)


class _Outline:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._tables = {
            block.keys: block.span for block in document.blocks() if block.kind == "table"
        }

    def symbols(self) -> Iterator[Symbol]:
        values = self._document.values
        for key in ("business", "product"):
            for number, table in _tables(values.get(key)):
                yield self._definition((key, number), table)
        if isinstance(values.get("code"), str):
            yield self._definition((), values)
        for number, table in _tables(values.get("ability")):
            keys = ("ability", number)
            inner = (
                self._symbol((*keys, "point", place), point, "point", "code")
                for place, point in _tables(table.get("point"))
            )
            yield self._symbol(keys, table, "ability", "code", tuple(inner))
        for name, entity in _named(values.get("entity")):
            facts = self._facts(("entity", name, "facts"), entity.get("facts"))
            yield self._at(("entity", name), name, "entity", str(entity.get("kind", "")), facts)
        for name, text in _named(values.get("define"), str):
            yield self._at(("define", name), name, "named", text)
        for name, _ in _named(values.get("column")):
            yield self._at(("column", name), name, "fact", "")

    def _definition(self, keys: Keys, table: dict[str, Any]) -> Symbol:
        bindings = (
            self._symbol((*keys, "bind", number), one, "binding", "point", detail="implementation")
            for number, one in _tables(table.get("bind"))
        )
        return self._symbol(keys, table, "definition", "code", tuple(bindings), detail="name")

    def _facts(self, keys: Keys, facts: object) -> tuple[Symbol, ...]:
        return tuple(
            self._at((*keys, name), name, "fact", str(fact.get("type", "")))
            for name, fact in _named(facts)
        )

    def _symbol(
        self,
        keys: Keys,
        table: dict[str, Any],
        sort: Sort,
        key: str,
        inner: tuple[Symbol, ...] = (),
        detail: str = "name",
    ) -> Symbol:
        """A table that a key of its own names."""
        name = str(table.get(key) or "?")
        where = self._document.where((*keys, key)) if key in table else self._document.where(keys)
        said = table.get(detail, "")
        return self._made(
            keys, name, sort, said if isinstance(said, str) else "", where.span, inner
        )

    def _at(
        self, keys: Keys, name: str, sort: Sort, detail: str, inner: tuple[Symbol, ...] = ()
    ) -> Symbol:
        """What its own key names."""
        return self._made(keys, name, sort, detail, self._document.where_key(keys).span, inner)

    def _made(
        self,
        keys: Keys,
        name: str,
        sort: Sort,
        detail: str,
        name_span: Span,
        inner: tuple[Symbol, ...],
    ) -> Symbol:
        whole = self._tables.get(keys)
        if not keys:
            whole = Span(0, len(self._document.source.text))
        elif whole is None:
            whole = Span(name_span.start, max(name_span.end, self._document.where(keys).span.end))
        # What a table shows inside may stand under other headers, and must lie in it.
        start = min(whole.start, name_span.start, *(one.whole.start for one in inner))
        end = max(whole.end, name_span.end, *(one.whole.end for one in inner))
        return Symbol(name or "?", sort, detail, Span(start, end), name_span, inner)


def _tables(value: object) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield number, item


def _named(value: object, kind: type = dict) -> Iterator[tuple[str, Any]]:
    for name, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, kind):
            yield name, item
