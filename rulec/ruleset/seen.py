"""Files seen before: what an earlier reading of the same bytes gave.

In: files by path. Out: their documents, and what was made of them. A file counts as seen where its
path, the way it is shown, and the SHA-256 of its bytes are what they were. Every file is read each
time; one with the same content is not understood again. What a reading does not use is forgotten
when it ends.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.recall import Recall
from rulec.ruleset.definition import Stated, read_definitions
from rulec.ruleset.discover import Files
from rulec.ruleset.model import Lane
from rulec.vocabulary.load import load_vocabulary
from rulec.vocabulary.model import Vocabulary

__all__ = ["SeenFiles"]


class SeenFiles:
    """The files of one rule set, as they were when it was last read."""

    def __init__(self) -> None:
        self._recall = Recall()

    def document(self, files: Files, path: Path) -> Document | Diagnostic:
        """A file as TOML: the same document where its content is the same."""
        data, shown = files.content(path), files.shown(path)
        digest = hashlib.sha256(data).digest()
        return self._recall.of(
            ("document", path), (shown, digest), partial(Document.decode, shown, data)
        )

    def definitions(self, document: Document, lane: Lane) -> Stated:
        """What a file of `document` defines."""
        slot = "definitions", document.source.path
        return self._recall.of(slot, (document, lane), partial(read_definitions, document, lane))

    def vocabulary(
        self, document: Document
    ) -> tuple[Vocabulary | None, list[Diagnostic], frozenset[str]]:
        """The vocabulary of `document`: the same object where nothing changed."""
        vocabulary, findings, broken = self._recall.of(
            "vocabulary", (document,), partial(load_vocabulary, document)
        )
        return vocabulary, list(findings), broken

    def forget(self) -> None:
        """Forget what was not asked for since the last time."""
        self._recall.turn()
