"""A rule set that is edited, checked again after every edit: for editors and `check --watch`.

    session = Session(root)
    session.update(path, text)      the file as an editor holds it; None: as the folder holds it
    session.findings                what a check of the whole would say now, exactly

In: the root of a rule set, and texts that stand for its files. Out: findings in order, equal to
those of `inspect` on the same texts. What an edit cannot change is not made again: files that say
the same, conditions with the same text, what is proved of those. Who wins is asked about the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rulec.diagnostic import Diagnostic
from rulec.earlier import Earlier
from rulec.lints.engine import Report, inspect
from rulec.ruleset.discover import Texts

__all__ = ["Session"]


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
        report = inspect(
            self.root, *self._options, texts=self._texts, earlier=self._earlier, budget=self._budget
        )
        self._earlier.recall.turn()
        return report
