"""A rule set that is edited, checked again after every edit: for editors and `check --watch`.

    session = Session(root)
    session.update(path, text)      the file as an editor holds it; None: as the folder holds it
    session.findings                what a check of the whole would say now, exactly

In: the root of a rule set, and texts that stand for its files. Out: findings in order, equal to
those of `inspect` on the same texts. An edit of conditions and prose is followed to what it
concerns (`again.py`); every other one is a whole look, which does not make again what an edit
cannot change: files that say the same, conditions with the same text, what is proved of those.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from rulec.diagnostic import Diagnostic
from rulec.earlier import Earlier
from rulec.lints.again import Kept
from rulec.lints.engine import Report, inspect
from rulec.lints.proofs import Stale
from rulec.lints.restated import restated
from rulec.ruleset.discover import Files, Texts, discover

__all__ = ["Session"]

_SETTLED: Final = 2_000_000_000
"""Nanoseconds after which a file that looks unchanged is: clocks of file systems are coarse."""
_MOST: Final = 1_000
"""Edits that are followed before a whole look forgets what they left behind."""


class Session:
    """One rule set under edit. Thread-safety: use one in one thread.

    The options are those of `inspect`; `texts` are those of the first look. Raises what `inspect`
    raises, from the constructor and from `update`; after an error the texts are as given and the
    report is the last one.
    """

    def __init__(
        self,
        root: Path,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] | None = None,
        baseline: Path | None = None,
        as_of: date | None = None,
        cache: Path | None = None,
        texts: Texts | None = None,
        budget: int | None = None,
    ) -> None:
        self.root = root
        self._options = select, ignore, baseline, as_of, cache
        self._budget = budget
        self._texts = dict(texts or {})
        self._earlier = Earlier()
        self._contents = _Contents()
        self._kept: Kept | None = None
        self.n_followed = 0
        """Edits that were followed since the last whole look."""
        self.report: Report = self._look()

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """The findings of the last look, in order."""
        return self.report.findings

    def update(self, path: Path, text: str | None = None) -> tuple[Diagnostic, ...]:
        """Take a file's text, or None for what the folder holds, and check again."""
        return self.update_all({path: text})

    def update_all(self, texts: dict[Path, str | None]) -> tuple[Diagnostic, ...]:
        """Take the texts of some files at once, and check again."""
        for path, text in texts.items():
            if text is None:
                self._texts.pop(path.resolve(), None)
            else:
                self._texts[path.resolve()] = text
        self.report = self._look()
        return self.findings

    def _look(self) -> Report:
        kept, self._kept = self._kept, None
        files, _ = discover(self.root, self._texts)
        changed = self._contents.changed(files)
        report = None
        if kept is not None and changed is not None and self.n_followed < _MOST:
            report = self._follow(kept, changed)
        if report is not None:
            self.n_followed += 1
            return report
        self.n_followed = 0
        report = inspect(
            self.root, *self._options, texts=self._texts, earlier=self._earlier, budget=self._budget
        )
        self._earlier.recall.turn()
        try:
            # A file may have been written meanwhile: then nobody knows which text was looked at.
            if not self._contents.changed(discover(self.root, self._texts)[0]):
                self._kept = Kept(report, self._earlier, self._texts)
        except Stale:
            pass
        return report

    def _follow(self, kept: Kept, changed: dict[Path, tuple[str, bytes]]) -> Report | None:
        edit = restated(kept.report.subject, changed, kept.places, self._earlier)
        if edit is None:
            return None
        try:
            report = kept.edited(edit, self._options[3], self._texts)
        except Stale:
            return None
        self._kept = kept
        return report


class _Contents:
    """What the files of a rule set held when they were last asked for."""

    def __init__(self) -> None:
        self._held: dict[Path, bytes] = {}
        self._stamps: dict[Path, tuple[int, int, int]] = {}

    def changed(self, files: Files) -> dict[Path, tuple[str, bytes]] | None:
        """The files that hold something else now, with their shown paths; None: others are there.

        Raises `OSError` for one that cannot be read.
        """
        paths = [files.vocabulary, files.platform, *files.businesses, *files.products]
        paths += [files.columns] if files.columns is not None else []
        held, stamps = self._held, dict[Path, tuple[int, int, int]]()
        self._held = {}
        changed: dict[Path, tuple[str, bytes]] = {}
        for path in paths:
            data = self._content(files, path, held, stamps)
            if data is not None:
                self._held[path] = data
                if held.get(path) != data:
                    changed[path] = files.shown(path), data
        self._stamps = stamps
        return changed if held.keys() == self._held.keys() else None

    def _content(
        self,
        files: Files,
        path: Path,
        held: dict[Path, bytes],
        stamps: dict[Path, tuple[int, int, int]],
    ) -> bytes | None:
        if path in files.texts:
            return files.content(path)
        now = time.time_ns()
        try:
            state = path.stat()
        except FileNotFoundError:
            return None
        stamp = state.st_mtime_ns, state.st_size, state.st_ino
        if path in held and self._stamps.get(path) == stamp:
            data = held[path]
        else:
            data = files.content(path)
        if stamp[0] + _SETTLED < now:
            stamps[path] = stamp
        return data
