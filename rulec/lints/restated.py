"""Files that say the same things in other words: an edit of conditions, prose and comments.

In: a subject and texts of its files. Out: `Restated`, or None for any other edit: a definition that
comes, goes, moves or changes rank or bindings, a mistake, another file than one of definitions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rulec.check.tree import Typed
from rulec.diagnostic import Diagnostic, Fix
from rulec.document import Document
from rulec.driver import check_one
from rulec.earlier import Earlier
from rulec.lints.subject import Subject
from rulec.ruleset.definition import read_definitions
from rulec.ruleset.model import Definition
from rulec.simplify.passes import simplify
from rulec.source import Edit, Source, Span, Where
from rulec.terms.factor import TermExplosion, factor
from rulec.terms.share import Shared

__all__ = ["Moved", "NotMoved", "Restated", "restated"]


class NotMoved(Exception):
    """A place that an edit changed has no place afterwards."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the places of one file are after one stretch of its text was replaced."""

    old: Source
    new: Source
    start: int
    end: int
    """The stretch in the old text."""

    @classmethod
    def between(cls, old: Source, new: Source) -> Moved:
        """The stretch that tells two texts apart."""
        start = _n_same(old.text, new.text)
        same = _n_same(old.text[start:][::-1], new.text[start:][::-1])
        return cls(old, new, start, len(old.text) - same)

    def finding(self, finding: Diagnostic) -> Diagnostic:
        """A finding at its new place; raises `NotMoved`."""
        return replace(
            finding,
            where=None if finding.where is None else self._where(finding.where),
            fix=None if finding.fix is None else self._fix(finding.fix),
            resolutions=tuple(map(self._fix, finding.resolutions)),
        )

    def _fix(self, fix: Fix) -> Fix:
        edits = tuple(Edit(self._where(edit.where), edit.text) for edit in fix.edits)
        return replace(fix, edits=edits)

    def _where(self, where: Where) -> Where:
        if where.source is not self.old:
            if where.source.path == self.old.path:
                raise NotMoved
            return where
        start, end = where.span
        by = len(self.new.text) - len(self.old.text)
        if start >= self.end:
            return Where(self.new, Span(start + by, end + by))
        if end <= self.start:
            return Where(self.new, where.span)
        raise NotMoved


@dataclass(frozen=True, slots=True)
class Restated:
    """An edit after which every definition stands where it stood."""

    moved: Mapping[str, Moved]
    """By the path of a file as it is shown."""
    documents: Mapping[str, Document]
    definitions: Mapping[str, Definition]
    """Every definition of those files, by its code."""
    changed: Mapping[str, Typed]
    """New conditions by code."""
    edited: frozenset[str]
    """Definitions of which anything but the place is new."""


def _n_same(one: str, two: str) -> int:
    """How many characters two texts begin alike with."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        is_same = two.startswith(one[low:middle], low)
        low, high = (middle, high) if is_same else (low, middle - 1)
    return low


def restated(
    subject: Subject,
    files: Mapping[Path, tuple[str, bytes]],
    places: Mapping[str, Sequence[int]],
    earlier: Earlier,
) -> Restated | None:
    """What an edit restates; `files` gives the shown path and the new bytes of those it changed.

    `places` gives for a shown path the numbers of the definitions that stand there.
    """
    assert subject.ruleset is not None
    before_it = subject.ruleset.definitions
    moved: dict[str, Moved] = {}
    documents: dict[str, Document] = {}
    definitions: dict[str, Definition] = {}
    changed: dict[str, Typed] = {}
    edited: set[str] = set()
    for shown, data in files.values():
        before, own = subject.documents.get(shown), [before_it[n] for n in places.get(shown, ())]
        document = Document.decode(shown, data)
        if before is None or not own or isinstance(document, Diagnostic):
            return None
        read = _read(document, own)
        if read is None:
            return None
        for old, new in zip(own, read, strict=True):
            definitions[new.code] = new
            if new.condition.text != old.condition.text:
                typed = _meaning(subject, new, earlier)
                if typed is None or "false" in (
                    new.condition.text.strip(),
                    old.condition.text.strip(),
                ):
                    return None
                changed[new.code] = typed
            if new != replace(old, condition=new.condition) or new.code in changed:
                edited.add(new.code)
        documents[shown] = document
        moved[shown] = Moved.between(before.source, document.source)
    return Restated(moved, documents, definitions, changed, frozenset(edited))


def _read(document: Document, own: Sequence[Definition]) -> list[Definition] | None:
    """The definitions of a file, if they are the old ones but for conditions and prose."""
    stated = read_definitions(document, own[0].lane)
    if stated.findings or stated.is_partial or len(stated.ones) != len(own):
        return None
    found: list[Definition] = []
    for old, one in zip(own, stated.ones, strict=True):
        if one.written is None or one.findings or one.shape_findings:
            return None
        new = replace(one.written.definition, installed=old.installed)
        prose = replace(
            new,
            name=old.name,
            description=old.description,
            owner=old.owner,
            kpi=old.kpi,
            condition=old.condition,
        )
        if prose != old or (new.products_where is None) is not (old.products_where is None):
            return None
        found.append(new)
    return found


def _meaning(subject: Subject, one: Definition, earlier: Earlier) -> Typed | None:
    """The meaning of a condition without findings that multiplies to no more terms than may be."""
    assert subject.ruleset is not None
    vocabulary = earlier.checked
    if vocabulary is None:
        return None
    typed, findings = check_one(
        one.condition, subject.ruleset.vocabulary, vocabulary, None, earlier
    )
    if typed is None or findings:
        return None
    terms = factor(simplify(typed, earlier.simplified), Shared(), {})
    return None if isinstance(terms, TermExplosion) else typed
