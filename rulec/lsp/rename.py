"""A name, changed wherever rule files speak of it.

In: a target, the new name, the newest look, and the texts as they stand. Out: edits by file, or the
words that say why there are none. A name is changed everywhere or nowhere: where a file is no TOML,
has changed since it was looked at, or a condition does not parse, nobody knows all its places. And
what was found before must be found again, no more and no less, or nothing is renamed.

Entities keep their names: they stand in headers, and in front of every fact that a key names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from rulec.fix.apply import edited
from rulec.fmt.file import condition_keys
from rulec.lints.engine import inspect
from rulec.lsp.desk import Look
from rulec.lsp.index import Index
from rulec.lsp.navigate import declaration, mentions
from rulec.lsp.target import Target
from rulec.ruleset.discover import Texts
from rulec.source import Edit, Span, Where
from rulec.syntax.parse import parse
from rulec.vocabulary.name import bad_name

__all__ = ["CannotRename", "check_renamed", "rename", "renamed_span"]

_IN_CONDITIONS: Final = ("fact", "define")
_RENAMED: Final = (*_IN_CONDITIONS, "definition", "point", "ability", "scenario")


class CannotRename(Exception):
    """A name that stays as it is, and why."""


def renamed_span(found: Target, text: str) -> Span | None:
    """The part of a word that would be renamed; None for what has no name of its own.

    A fact is renamed without its entity, and not from the method that reads its tags.
    """
    if found.sort not in _RENAMED:
        return None
    start, end = found.span
    written = text[start:end]
    name = found.name.rpartition(".")[2] if found.sort == "fact" else found.name
    at = written.rfind(name)
    return None if at < 0 else Span(start + at, start + at + len(name))


def rename(
    look: Look, found: Target, new: str, current: Callable[[Path], str | None]
) -> Mapping[Path, list[Edit]]:
    """The edits that give a name another one; raises `CannotRename`."""
    index = look.index
    if not look.is_checked:
        raise CannotRename("the rule set is still being checked: ask again")
    where = declaration(found, index)
    if found.sort not in _RENAMED or where is None:
        raise CannotRename("this names nothing that can be renamed")
    _check_texts(look, current)
    _check_name(found, new, index, where)
    edits: dict[Path, list[Edit]] = {}
    for place in (where, *mentions(found, index)):
        edit = _edit(found, place, new)
        if edit is not None:
            edits.setdefault(look.file(place.source.path), []).append(edit)
    return edits


def check_renamed(look: Look, texts: Texts, edits: Mapping[Path, list[Edit]]) -> None:
    """Look at the rule set with the edits made; raises `CannotRename` where findings come or go.

    `texts` stand for files. Takes as long as a whole check.
    """
    renamed = dict(texts)
    for path, found in edits.items():
        renamed[path] = edited(found[0].where.source.text, found)
    after = inspect(look.root, texts=renamed)
    before, now = (Counter(one.code for one in report.findings) for report in (look.report, after))
    if before != now:
        changed = ", ".join(sorted((before - now) + (now - before)))
        raise CannotRename(f"other findings would come of it: {changed}")


def _check_texts(look: Look, current: Callable[[Path], str | None]) -> None:
    """Refuse a rule set of which not every place can be known."""
    documents = look.report.subject.documents
    broken = {one.path for one in look.report.subject.findings} - set(documents)
    if broken & set(look.index.documents) or look.report.subject.ruleset is None:
        raise CannotRename("a file of the rule set cannot be read")
    for shown, document in documents.items():
        text = current(look.file(shown))
        if text is not None and text != document.source.text:
            raise CannotRename(f"{shown} has changed meanwhile: ask again")
        for keys in condition_keys(document):
            if parse(document.excerpt(keys))[1]:
                raise CannotRename(f"a condition in {shown} does not parse")


def _check_name(found: Target, new: str, index: Index, where: Where) -> None:
    """Refuse a name that could not stand everywhere, or that something else has."""
    if found.sort in _IN_CONDITIONS and (problems := bad_name(new, where)):
        raise CannotRename(problems[0].message)
    if not new.strip() or not new.isprintable() or set(new) & set("\"'\\"):
        raise CannotRename("the name needs quotes or escapes that a rule file may not hold")
    entity = index.vocabulary.entities.get(found.name.rpartition(".")[0])
    known: Mapping[str, Iterable[str]] = {
        "define": {*index.vocabulary.entities, *index.vocabulary.defines},
        "fact": entity.facts if entity else (),
        "definition": {*index.definitions, "platform"},
        "point": {*index.points, *index.abilities},
        "ability": {*index.points, *index.abilities},
        "scenario": index.scenarios,
    }
    if new in known[found.sort]:
        raise CannotRename(f"`{new}` is there already")


def _edit(found: Target, place: Where, new: str) -> Edit | None:
    """One place with the new name; None where a method reads a fact that it does not name."""
    text = place.source.text
    span = renamed_span(Target(found.sort, found.name, place.span), text)
    return None if span is None else Edit(Where(place.source, span), new)
