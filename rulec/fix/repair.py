"""`repair`: fix, look again, and keep only what kept its promise.

    apart, apply   findings -> texts          apply.py
    look           texts    -> Report         the caller: the whole rule set is read again
    judge          reports  -> what to undo   judge.py

In: a way to look at a rule set with some texts in place of files. Out: the texts to write, what was
fixed, and what was not, with the reason. Nothing is written here. Rounds follow each other while
there is something to fix: a repaired condition may show its next mistake. What is wrong with
several fixes together is looked for among half of them, until one is left to blame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rulec.diagnostic import Diagnostic
from rulec.fix.apply import apart, apply
from rulec.fix.judge import judge
from rulec.lints.engine import Report
from rulec.ruleset.discover import Texts

__all__ = ["Repaired", "repair"]

MAX_ROUNDS: Final = 100
"""Mistakes of one condition that are repaired one behind the other."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What came of it: nothing is on disk yet."""

    report: Report
    """The rule set as it is with the texts in place."""
    texts: Mapping[Path, str] = field(default_factory=dict)
    """The new text of each file that changed."""
    originals: Mapping[Path, str] = field(default_factory=dict)
    """The text that was read."""
    fixed: tuple[Diagnostic, ...] = ()
    refused: tuple[tuple[Diagnostic, str], ...] = ()
    """Findings whose fix was undone, and why."""


def repair(look: Callable[[Texts], Report], is_wanted: Callable[[Diagnostic], bool]) -> Repaired:
    """Fix every wanted finding of a rule set that knows how."""
    report = look({})
    root, shown = report.subject.root, report.shown_root
    if root is None:
        return Repaired(report)
    texts: dict[Path, str] = {}
    originals: dict[Path, str] = {}
    fixed: list[Diagnostic] = []
    refused: dict[tuple[object, ...], tuple[Diagnostic, str]] = {}
    n_most: int | None = None
    for _ in range(MAX_ROUNDS):
        wanted = (
            one
            for one in report.findings
            if one.fix and is_wanted(one) and _key(one) not in refused
        )
        chosen = apart(wanted)[:n_most]
        if not chosen:
            break
        edited = {
            root / Path(path).relative_to(shown): text for path, text in apply(chosen).items()
        }
        after = look(texts | edited)
        verdict = judge(report.subject, after.subject, chosen)
        if verdict.whole and len(chosen) > 1:
            n_most = len(chosen) // 2
            continue
        n_most = None
        undone = dict.fromkeys(chosen, verdict.whole) if verdict.whole else verdict.faults
        refused |= {_key(finding): (finding, reason) for finding, reason in undone.items()}
        if undone:
            continue
        for path in edited:
            document = report.subject.documents[_shown(path, root, shown)]
            originals.setdefault(path, document.source.text)
        texts |= edited
        fixed += chosen
        report = after
    return Repaired(report, texts, originals, tuple(fixed), tuple(refused.values()))


def _key(finding: Diagnostic) -> tuple[object, ...]:
    """A finding whatever other fixes did to its place."""
    edits = finding.fix.edits if finding.fix else ()
    return (
        finding.code,
        finding.path,
        finding.group,
        finding.message,
        tuple(edit.text for edit in edits),
    )


def _shown(path: Path, root: Path, shown: str) -> str:
    return (Path(shown) / path.relative_to(root)).as_posix()
