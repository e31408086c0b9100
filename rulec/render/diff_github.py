"""A difference as workflow commands of GitHub Actions, beside the edited lines.

In: a `Comparison`. Out: a line a pair of winners, at the edit that stands behind it, and what was
cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rulec.compare.edits import Edit
from rulec.compare.report import Comparison, Group
from rulec.diagnostic import Diagnostic
from rulec.render.diff_words import at, cut_lines, facts_text, pair, seen, verdict_line
from rulec.render.github import render_github

__all__ = ["render_diff_github", "winners_changed"]

SHOWN: Final = 50
"""GitHub shows no more annotations of a step."""


def render_diff_github(report: Comparison) -> str:
    """`::notice file=...::DRF601 ...`, a line each; errors where other owners are altered."""
    text = render_github([*winners_changed(report), *report.findings])
    for line in cut_lines(report.cut, SHOWN):
        text += render_github([Diagnostic("ANA901", f"not looked at: {line}", None)])
    if report.verdict is not None:
        kind = "notice" if report.verdict.passes else "error"
        text += f"::{kind} title=DRF601 winner-changed::{_one_line(verdict_line(report.verdict))}\n"
    return text


def winners_changed(report: Comparison) -> Iterator[Diagnostic]:
    """DRF601: a finding a pair of winners, the first fifty."""
    edits = {edit.code: edit for edit in report.edits}
    for group in report.groups[:SHOWN]:
        change = group.changes[0]
        edit = _behind(group, edits, report)
        rows = seen(group, report)
        message = f"{pair(group)} at {at(group)}" + (f"; seen on {rows}" if rows else "")
        where = None if edit is None else edit.where
        shown = f"a request that shows it: {facts_text(change.witness.facts)}"
        yield Diagnostic("DRF601", message, where, shown, as_of=change.witness.as_of)


def _behind(group: Group, edits: dict[str, Edit], report: Comparison) -> Edit | None:
    """The edit that a pair is shown at: of one of the two, else the first that matters."""
    for outcome in (group.new, group.old):
        if outcome is not None and outcome.decided_by in edits:
            return edits[outcome.decided_by]
    return next((edit for edit in report.edits if edit.matters), None)


def _one_line(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
