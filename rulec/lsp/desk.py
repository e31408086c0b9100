"""The desk of one editor: open texts, the rule sets they belong to, and what was found in those.

In: texts as the editor has them. Out: which rule sets to look at again; the newest `Look` of each.
A file belongs to the rule set of the nearest folder above it that holds vocabulary.toml; what
belongs to none is kept as a text and is otherwise left alone.

Nothing here looks at a rule set by itself: `RuleSetDesk.look` is for a thread that may take its
time, and is the only thing here that may run beside the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from rulec.diagnostic import Diagnostic
from rulec.lints.config import Config
from rulec.lints.engine import Report
from rulec.lints.session import Session
from rulec.lints.subject import Subject
from rulec.lsp.cursor import Outline
from rulec.lsp.index import Index
from rulec.lsp.positions import Encoding, Lines, Range
from rulec.lsp.roles import kind_of_file
from rulec.ruleset.discover import find_root
from rulec.ruleset.read import read_origin, read_ruleset

__all__ = ["Buffer", "Desk", "Look", "RuleSetDesk", "path_of"]

_DEEP: Final = "/0" * 64


def path_of(uri: str) -> Path | None:
    """The file that a URI names, links followed; None for what is no file of this machine.

    >>> path_of("file:///a%20b.toml"), path_of("untitled:1")
    (PosixPath('/a b.toml'), None)
    """
    try:
        parts = urlsplit(uri)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            return None
        # A path may hold what a URI without escapes takes for a query or a fragment.
        path = unquote(parts.path, errors="strict")
        return Path(path).resolve() if path.startswith("/") else None
    except (OSError, RuntimeError, ValueError):
        return None


@dataclass(frozen=True)
class Buffer:
    """One open text."""

    uri: str
    """As the editor spells it."""
    path: Path
    version: int
    lines: Lines
    outline: Outline

    @property
    def text(self) -> str:
        return self.lines.text

    def changed(self, version: int, changes: Iterable[tuple[Range | None, str]]) -> Buffer:
        """The text after some changes, each on what the one before it left."""
        lines, outline = self.lines, self.outline
        for range_, text in changes:
            start = lines.span(range_).start if range_ else 0
            lines = lines.changed(range_, text)
            outline = outline.changed(lines.text, start)
        return Buffer(self.uri, self.path, version, lines, outline)


@dataclass(frozen=True)
class Look:
    """What one look at a rule set found."""

    root: Path
    report: Report
    index: Index
    is_checked: bool = True
    """Whether its findings are known; a first look has the names only."""

    @cached_property
    def by_path(self) -> dict[Path, list[Diagnostic]]:
        """The findings by file; what has no place of its own is said of the vocabulary."""
        found: dict[Path, list[Diagnostic]] = {}
        for finding in self.report.findings:
            path = self.root / "vocabulary.toml"
            if finding.where is not None:
                path = self.file(finding.path)
            found.setdefault(path, []).append(finding)
        return found

    def file(self, shown: str) -> Path:
        """A file from its path as findings show it; a pyproject.toml may lie above the root."""
        # As if the current folder lay deep, since it may be gone, or be any.
        inside = os.path.relpath(f"{_DEEP}/{shown}", f"{_DEEP}/{self.report.shown_root}")
        return Path(os.path.normpath(self.root / inside))

    def shown(self, path: Path) -> str:
        """A file's path as findings show it."""
        return Path(self.report.shown_root, path.relative_to(self.root)).as_posix()


@dataclass
class RuleSetDesk:
    """One rule set with open files."""

    root: Path
    cache: Path | None = None
    """Where checked conditions are remembered."""
    asked: int = 0
    """How often a look was asked for: a look is the newest while nobody asked again."""
    newest: Look | None = None
    published: set[Path] = field(default_factory=set)
    """Files of which the editor holds findings."""
    _session: Session | None = None

    def glance(self, texts: dict[Path, str | None]) -> Look:
        """The names of a rule set, without asking what is wrong with it: for the first moments.

        Thread-safety: as `look`. Raises `OSError` for what cannot be read.
        """
        given = {path: text for path, text in texts.items() if text is not None}
        ruleset, findings, _ = read_ruleset(self.root, given)
        origin = ruleset.origin if ruleset and ruleset.origin else read_origin(self.root, given)
        subject = Subject(
            root=origin.root,
            shown=origin.shown,
            documents={one.source.path: one for one in origin.documents},
            ruleset=ruleset,
            conditions={},
            vocabulary_conditions=(),
            findings=tuple(findings),
            as_of=0,
            is_program=False,
        )
        return Look(self.root, Report((), Config(), subject), Index(subject), is_checked=False)

    def look(self, texts: dict[Path, str | None]) -> Look:
        """Look again: some texts stand for files, None is a file as the folder holds it.

        Thread-safety: one call at a time. Raises what `inspect` raises.
        """
        if self._session is None:
            given = {path: text for path, text in texts.items() if text is not None}
            self._session = Session(self.root, cache=self.cache, texts=given)
        else:
            self._session.update_all(texts)
        report = self._session.report
        before = self.newest.index if self.newest else None
        return Look(self.root, report, Index(report.subject, before))


class Desk:
    """Every open text, and every rule set that one of them belongs to."""

    def __init__(self, cache: Path | None = None, encoding: Encoding = "utf-16") -> None:
        self.cache = cache
        self.encoding: Encoding = encoding
        self.buffers: dict[Path, Buffer] = {}
        self.rule_sets: dict[Path, RuleSetDesk] = {}
        self._pending: dict[Path, dict[Path, str | None]] = {}

    def open(self, uri: str, version: int, text: str) -> RuleSetDesk | None:
        """Take a text; the rule set to look at again, if it belongs to one."""
        path = path_of(uri)
        if path is None:
            return None
        return self._take(Buffer(uri, path, version, Lines(text, self.encoding), Outline(text)))

    def change(
        self, uri: str, version: int, changes: Iterable[tuple[Range | None, str]]
    ) -> RuleSetDesk | None:
        """Change an open text, each change on what the one before it left."""
        buffer = self.buffer(uri)
        if buffer is None:
            return None
        return self._take(buffer.changed(version, changes))

    def close(self, uri: str) -> RuleSetDesk | None:
        """Forget a text: its file counts again."""
        buffer = self.buffer(uri)
        if buffer is None:
            return None
        del self.buffers[buffer.path]
        rule_set = self.rule_set(buffer.path)
        if rule_set is not None:
            self._pending.setdefault(rule_set.root, {})[buffer.path] = None
        return rule_set

    def changed_files(self, uris: Iterable[str]) -> list[RuleSetDesk]:
        """The rule sets to look at again after files changed in their folders."""
        touched: dict[Path, RuleSetDesk] = {}
        for path in filter(None, map(path_of, uris)):
            for rule_set in self.rule_sets.values():
                # A pyproject.toml above a root may speak about it.
                is_above = path.name == "pyproject.toml" and rule_set.root.is_relative_to(
                    path.parent
                )
                if path.is_relative_to(rule_set.root) or is_above:
                    touched[rule_set.root] = rule_set
                    if path not in self.buffers:
                        self._pending.setdefault(rule_set.root, {})[path] = None
            if path.name == "vocabulary.toml":
                touched |= {rule_set.root: rule_set for rule_set in self._regrouped()}
        return list(touched.values())

    def lost(self) -> list[RuleSetDesk]:
        """The rule sets whose vocabulary is gone, which are none any more."""
        known = self.rule_sets.values()
        return [one for one in known if not (one.root / "vocabulary.toml").is_file()]

    def _regrouped(self) -> Iterator[RuleSetDesk]:
        """Every rule set of an open text: a vocabulary that came or went changes whose they are."""
        for buffer in self.buffers.values():
            rule_set = self._take(buffer)
            if rule_set is not None:
                yield rule_set

    def buffer(self, uri: str) -> Buffer | None:
        """An open text."""
        path = path_of(uri)
        return self.buffers.get(path) if path else None

    def rule_set(self, path: Path) -> RuleSetDesk | None:
        """The rule set that a file belongs to, made where it is new."""
        try:
            root = find_root(path.parent)
        except OSError:
            return None
        if root not in self.rule_sets:
            self.rule_sets[root] = RuleSetDesk(root, self.cache)
        return self.rule_sets[root]

    def holds(self, rule_set: RuleSetDesk) -> bool:
        """Whether a rule set is still one of this desk's."""
        return self.rule_sets.get(rule_set.root) is rule_set

    def forget(self, rule_set: RuleSetDesk) -> None:
        """Let a rule set go."""
        self.rule_sets.pop(rule_set.root, None)
        self._pending.pop(rule_set.root, None)

    def is_idle(self, rule_set: RuleSetDesk) -> bool:
        """Whether no open text belongs to a rule set any more."""
        return next(self.open_files(rule_set), None) is None

    def take_pending(self, rule_set: RuleSetDesk) -> dict[Path, str | None]:
        """The texts that changed since the last call."""
        return self._pending.pop(rule_set.root, {})

    def give_back(self, rule_set: RuleSetDesk, texts: dict[Path, str | None]) -> None:
        """Texts that were taken for a look that failed; newer ones stay."""
        pending = self._pending.setdefault(rule_set.root, {})
        self._pending[rule_set.root] = {**texts, **pending}

    def kind(self, path: Path) -> tuple[str, RuleSetDesk] | None:
        """What a file holds, and its rule set; None for a file that is none of a rule set."""
        rule_set = self.rule_set(path)
        kind = kind_of_file(path, rule_set.root) if rule_set else None
        return None if kind is None or rule_set is None else (kind, rule_set)

    def open_files(self, rule_set: RuleSetDesk) -> Iterator[Buffer]:
        """The open texts of a rule set."""
        return (one for one in self.buffers.values() if self.rule_set(one.path) is rule_set)

    def _take(self, buffer: Buffer) -> RuleSetDesk | None:
        self.buffers[buffer.path] = buffer
        rule_set = self.rule_set(buffer.path)
        if rule_set is None:
            return None
        is_ours = kind_of_file(buffer.path, rule_set.root) is not None
        if is_ours:
            self._pending.setdefault(rule_set.root, {})[buffer.path] = buffer.text
        return rule_set if is_ours else None
