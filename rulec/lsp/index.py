"""What the names of a rule set stand for, and who uses them.

In: what the linter looked at, and the index before it. Out: an `Index`.

While somebody types, a file is often no TOML and a condition has no meaning. What was known of a
file that cannot be read now is kept from the index before, so an editor does not forget a business
in the middle of a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from rulec.check.tree import Compare, HasTag, HasTags, InList, IsUnder, Matches, Typed
from rulec.document import Document
from rulec.lints.subject import Subject
from rulec.logic import leaf_values
from rulec.ruleset.model import Ability, Binding, Definition, Point, RuleSet
from rulec.vocabulary.model import Exclusive, Fact, Vocabulary

__all__ = ["Index"]


class Index:
    """The names of one rule set; nothing is counted before the first question."""

    def __init__(self, subject: Subject, before: Index | None = None) -> None:
        self.subject = subject
        broken = {one.path for one in subject.findings} - set(subject.documents)
        known = before.documents if before else {}
        kept = {path: known[path] for path in broken & set(known)}
        self.documents: Mapping[str, Document] = {**kept, **subject.documents}
        """Every file as it last was TOML, by its path as findings show it."""
        self._kept = frozenset(kept)
        self._ruleset: RuleSet | None = subject.ruleset or (before.ruleset if before else None)
        self._before = before.definitions.values() if before and kept else ()
        self._typed: Mapping[str, Typed] = {
            **(before._typed if before else {}),
            **subject.conditions,
        }

    @property
    def ruleset(self) -> RuleSet | None:
        """The newest rule set that could be read at all."""
        return self._ruleset

    @property
    def vocabulary(self) -> Vocabulary:
        """The newest vocabulary; an empty one where there never was any."""
        return self._ruleset.vocabulary if self._ruleset else Vocabulary({})

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """Every business and product, by code."""
        kept = (one for one in self._before if one.where.source.path in self._kept)
        found = {one.code: one for one in kept}
        found |= {one.code: one for one in self._ruleset.definitions} if self._ruleset else {}
        return found

    @cached_property
    def points(self) -> Mapping[str, Point]:
        return {one.code: one for one in self._ruleset.points} if self._ruleset else {}

    @cached_property
    def abilities(self) -> Mapping[str, Ability]:
        return {one.code: one for one in self._ruleset.abilities} if self._ruleset else {}

    @property
    def scenarios(self) -> tuple[str, ...]:
        return self._ruleset.scenarios if self._ruleset else ()

    def fact(self, path: str) -> Fact | None:
        """The fact named `entity.fact`."""
        entity, _, name = path.partition(".")
        return self.vocabulary.fact(entity, name)

    def overriding(self, code: str) -> list[str]:
        """Who overrides a definition."""
        return [one.code for one in self.definitions.values() if code in one.overrides]

    def installing(self, code: str) -> list[str]:
        """The businesses that have a product."""
        return [one.code for one in self.definitions.values() if code in one.installed]

    def bindings(self, point: str) -> Iterator[tuple[Definition, Binding]]:
        """Who binds a point, the strongest rank first."""
        for one in sorted(self.definitions.values(), key=lambda one: (one.rank, one.code)):
            yield from ((one, binding) for binding in one.bindings if binding.point == point)

    def readers(self, fact: str) -> list[str]:
        """The definitions whose condition reads a fact, by itself or through a name."""
        return self._use[0].get(fact, [])

    def values(self, fact: str, *, is_pattern: bool = False) -> list[int | str]:
        """The values, or parts of them, that conditions name of a fact, the most frequent first."""
        found = self._use[1].get((fact, is_pattern), Counter())
        return [value for value, _ in found.most_common()]

    @cached_property
    def _use(self) -> tuple[dict[str, list[str]], dict[tuple[str, bool], Counter[int | str]]]:
        readers: dict[str, list[str]] = {}
        values: dict[tuple[str, bool], Counter[int | str]] = {}
        named = [(None, typed) for _, typed in self.subject.vocabulary_conditions]
        for code, typed in [*self._typed.items(), *named]:
            if code is not None and code not in self.definitions:
                continue
            facts: set[str] = set()
            for atom in leaf_values([typed]):
                facts.add(atom.fact.path)
                key = atom.fact.path, isinstance(atom, Matches)
                values.setdefault(key, Counter()).update(_values(atom))
            for fact in facts if code is not None else ():
                readers.setdefault(fact, []).append(code or "")
        for assumption in self.vocabulary.assumptions:
            if isinstance(assumption, Exclusive):
                key = assumption.fact.path, False
                values.setdefault(key, Counter()).update(assumption.values)
        return readers, values

    @cached_property
    def words(self) -> Mapping[str, list[str]]:
        """The words that stand under a key anywhere, the most frequent first."""
        counts: dict[str, Counter[str]] = {}
        for document in self.documents.values():
            for table in _tables(document.values):
                for key, value in table.items():
                    found = value if isinstance(value, list) else [value]
                    words = [word for word in found if isinstance(word, str)]
                    counts.setdefault(key, Counter()).update(words)
        return {key: [word for word, _ in count.most_common()] for key, count in counts.items()}


def _values(atom: object) -> Iterable[int | str]:
    match atom:
        case HasTag(_, tag):
            return (tag,)
        case HasTags(_, tags, _):
            return tags
        case Compare(_, _, value):
            return (value,)
        case InList(_, values):
            return values
        case IsUnder(_, paths):
            return paths
        case Matches(_, _, text):
            return (text,)
    return ()


def _tables(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every table of a file, without recursion."""
    pending: list[Any] = [values]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            yield value
            pending += value.values()
        elif isinstance(value, list):
            pending += value
