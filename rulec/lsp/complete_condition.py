"""What may be written at a cursor inside a condition.

In: the condition as it stands in the file, an offset in it, and the index. Out: `Item`s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rulec.check.tree import Pattern
from rulec.check.types import written_value
from rulec.lsp import prose
from rulec.lsp.index import Index
from rulec.lsp.item import Item, Sort
from rulec.lsp.partial import Expected, Here, expected
from rulec.source import Excerpt
from rulec.vocabulary.model import Entity, Fact, FactType, Presence

__all__ = ["complete_condition"]

MAX_VALUES: Final = 200
"""Values of one fact that are offered."""
_ROLLOUT: Final = "rollout($0%, by: , salt: )"


def complete_condition(text: Excerpt, at: int, quotes: str, index: Index) -> Iterator[Item]:
    """The names, operators or values that may stand at `at`; `quotes` are those of the TOML."""
    asked = expected(text.text, at)
    yield from _Condition(text, asked, quotes, index).items()


class _Condition:
    """One question."""

    def __init__(self, text: Excerpt, asked: Expected, quotes: str, index: Index) -> None:
        self._text = text
        self._asked = asked
        self._index = index
        self._span = text.where(asked.word).span
        # The other quotes need no escape; three of a kind leave one of a kind free.
        self._quote = asked.quote or ("'" if quotes == '"' else '"')
        self._bad = {"\\", self._quote, *(quotes if len(quotes) == 1 else ())}

    def items(self) -> Iterator[Item]:
        entity = self._index.vocabulary.entities.get(self._asked.entity)
        fact = self._fact(entity)
        match self._asked.here:
            case Here.OPERAND:
                yield from self._operands()
            case Here.NAMED:
                yield from self._entities()
            case Here.FACT if entity is not None:
                yield from self._facts(entity)
            case Here.METHOD if fact is not None:
                yield from self._methods(fact)
            case Here.OPERATOR if fact is not None:
                yield from self._operators(fact)
            case Here.SET | Here.PATHS | Here.VALUE if fact is not None:
                yield from self._values(fact)
            case Here.CONNECTIVE:
                yield self._item("&&", "operator", "and", place=1)
                yield self._item("||", "operator", "or", place=2)

    def _fact(self, entity: Entity | None) -> Fact | None:
        """The fact of the relation; a short form of tags has one too."""
        if entity is None:
            return None
        found = entity.facts.get(self._asked.fact)
        if found is None and entity.contains and self._asked.fact.startswith("contains"):
            return entity.facts.get(entity.contains)
        return found

    def _item(
        self,
        label: str,
        sort: Sort,
        detail: str = "",
        *,
        text: str = "",
        page: str = "",
        place: int = 0,
        asks_again: bool = False,
    ) -> Item:
        text = text or label
        span = self._span
        has_hole = "$0" in text
        return Item(label, sort, text, span, detail, page, place, has_hole, asks_again)

    def _operands(self) -> Iterator[Item]:
        yield from self._entities()
        for name in self._index.vocabulary.defines:
            page = prose.named(self._index, name) or ""
            yield self._item(name, "named", "named condition", page=page, place=2)
        yield self._item("has", "method", "is the fact there?", text="has($0)", place=3)
        yield self._item("rollout", "method", "a share of the ids", text=_ROLLOUT, place=3)
        for entity in self._index.vocabulary.entities.values():
            for fact in entity.facts.values():
                label = f"{fact.path}()" if fact.type is FactType.FLAG else fact.path
                page = prose.fact(self._index, fact)
                yield self._item(label, "fact", fact.type_name, page=page, place=4)

    def _entities(self) -> Iterator[Item]:
        for entity in self._index.vocabulary.entities.values():
            page = prose.entity(entity)
            yield self._item(
                entity.name,
                "entity",
                entity.kind.value,
                text=f"{entity.name}.",
                page=page,
                place=1,
                asks_again=True,
            )

    def _facts(self, entity: Entity) -> Iterator[Item]:
        for fact in entity.facts.values():
            if not self._is_asked(fact):
                continue
            is_called = fact.type is FactType.FLAG and not self._asked.within
            label = f"{fact.name}()" if is_called and not self._is_called() else fact.name
            place = 9 if fact.deprecated is not None else 1
            page = prose.fact(self._index, fact)
            yield self._item(label, "fact", fact.type_name, page=page, place=place)
        tags = entity.facts.get(entity.contains or "")
        if tags is not None and not self._asked.within:
            yield from self._methods(tags)

    def _is_asked(self, fact: Fact) -> bool:
        """Whether a fact can stand where only the name of one is asked for."""
        if self._asked.within == "has":
            return fact.presence is Presence.OPTIONAL
        return fact.is_id if self._asked.within == "rollout" else True

    def _is_called(self) -> bool:
        """Whether an opening bracket follows the word already."""
        return self._text.text[self._asked.word.end :].startswith("(")

    def _methods(self, fact: Fact) -> Iterator[Item]:
        signs = ""
        if fact.type.is_tags:
            signs = "contains contains($0) containsAny containsAny([$0]) "
            signs += "containsAll containsAll([$0])"
        elif fact.type is FactType.STRING and not fact.is_id:
            signs = " ".join(f"{one.value} {one.value}({self._quoted('$0')})" for one in Pattern)
        words = signs.split()
        for label, text in zip(words[::2], words[1::2], strict=True):
            text = label if self._is_called() else text
            yield self._item(label, "method", fact.path, text=text, place=2, asks_again=True)

    def _operators(self, fact: Fact) -> Iterator[Item]:
        signs: list[str] = []
        match fact.type:
            case FactType.FLAG:
                signs = ["()"]
            case FactType.TREE:
                signs = ["under", "not under", "==", "!=", "in [$0]", "not in [$0]"]
            case FactType.STRING | FactType.ENUM:
                signs = ["==", "!=", "in [$0]", "not in [$0]"]
            case _ if fact.type.is_ordered:
                signs = ["==", "!=", "<", "<=", ">", ">=", "in [$0]", "not in [$0]"]
        for place, sign in enumerate(signs):
            label = sign.replace(" [$0]", "")
            detail = fact.type_name
            yield self._item(label, "operator", detail, text=sign, place=place, asks_again=True)

    def _values(self, fact: Fact) -> Iterator[Item]:
        is_pattern = fact.type is FactType.STRING and bool(self._asked.method)
        named = self._index.values(fact.path, is_pattern=is_pattern)
        values: Iterable[int | str] = [*fact.values, *named]
        if fact.type.is_ordered:
            bounds = {fact.low: "the smallest value", fact.high: "the greatest value"}
            values = [*named, *(bound for bound in bounds if abs(bound) < 2**62)]
        for place, value in enumerate(dict.fromkeys(list(values)[:MAX_VALUES])):
            text = self._spelt(fact, value)
            if text is not None:
                detail = fact.unit or fact.path
                label = value if isinstance(value, str) else text.strip("[]")
                yield self._item(label or '""', "value", detail, text=text, place=place)

    def _spelt(self, fact: Fact, value: int | str) -> str | None:
        """A value as it stands at the cursor; None for one that would need escapes."""
        asked = self._asked
        if isinstance(value, int):
            text = written_value(fact, value) if fact.type.is_ordered else str(value)
            text = f"[{text}]" if asked.here is Here.SET or self._needs_list() else text
            return None if asked.quote else text
        if self._bad & set(value) or not value.isprintable():
            return None
        if asked.quote:
            return value if asked.is_closed else f"{value}{asked.quote}"
        text = self._quoted(value)
        needs_list = asked.here is Here.SET or self._needs_list()
        return f"[{text}]" if needs_list else text

    def _needs_list(self) -> bool:
        """Whether the method takes a list, and the cursor stands before its bracket."""
        opened = self._text.text[: self._asked.word.start].rstrip()
        name = self._asked.method or self._asked.fact
        return name in ("containsAny", "containsAll") and opened.endswith("(")

    def _quoted(self, text: str) -> str:
        return f"{self._quote}{text}{self._quote}"
