"""Files seen before: what an earlier reading of the same bytes gave.

In: files by path. Out: their documents, and what was made of them. A file counts as seen where its
path, the way it is shown, and the SHA-256 of its bytes are what they were. Every file is read each
time; one with the same content is not understood again. What a reading does not use is forgotten
when it ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.ruleset.definition import Stated, read_definitions
from rulec.ruleset.discover import Files
from rulec.ruleset.model import Lane
from rulec.vocabulary.load import load_vocabulary
from rulec.vocabulary.model import Vocabulary

__all__ = ["SeenFiles"]

T = TypeVar("T")
_Loaded = tuple[Vocabulary | None, list[Diagnostic], frozenset[str]]


@dataclass(slots=True)
class _File:
    """One file as it was."""

    shown: str
    digest: bytes
    document: Document


@dataclass(slots=True)
class _Made(Generic[T]):
    """What was made of documents, by identity; a document is kept with it."""

    before: dict[int, tuple[Document, T]] = field(default_factory=dict)
    now: dict[int, tuple[Document, T]] = field(default_factory=dict)

    def of(self, document: Document, make: Callable[[], T]) -> T:
        known = self.before.get(id(document)) or (document, make())
        self.now[id(document)] = known
        return known[1]

    def forget(self) -> None:
        self.before, self.now = self.now, {}


class SeenFiles:
    """The files of one rule set, as they were when it was last read."""

    def __init__(self) -> None:
        self._before: dict[Path, _File] = {}
        self._now: dict[Path, _File] = {}
        self._stated: _Made[Stated] = _Made()
        self._vocabularies: _Made[_Loaded] = _Made()

    def document(self, files: Files, path: Path) -> Document | Diagnostic:
        """A file as TOML: the same document where its content is the same."""
        data, shown = files.content(path), files.shown(path)
        digest = hashlib.sha256(data).digest()
        known = self._before.get(path)
        if known is None or (known.digest, known.shown) != (digest, shown):
            document = Document.decode(shown, data)
            if not isinstance(document, Document):
                return document
            known = _File(shown, digest, document)
        self._now[path] = known
        return known.document

    def definitions(self, document: Document, lane: Lane) -> Stated:
        """What a file of `document` defines."""
        return self._stated.of(document, lambda: read_definitions(document, lane))

    def vocabulary(self, document: Document) -> _Loaded:
        """The vocabulary of `document`: the same object where nothing changed."""
        vocabulary, findings, broken = self._vocabularies.of(
            document, lambda: load_vocabulary(document)
        )
        return vocabulary, list(findings), broken

    def forget(self) -> None:
        """Forget what was not asked for since the last time."""
        self._before, self._now = self._now, {}
        self._stated.forget()
        self._vocabularies.forget()
