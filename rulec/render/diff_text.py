"""A difference as text, for a terminal or a log.

In: a `Comparison`. Out: lines; edits first, then pairs of winners, then whose requests they are,
then what was not looked at. Texts of the rule files are shown with `visible`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rulec.compare.report import Comparison, Group
from rulec.render.diff_words import (
    at,
    command,
    counted,
    cut_lines,
    facts_text,
    headline,
    most_rows_first,
    pair,
    rows_line,
    runs,
    seen,
    verdict_line,
)
from rulec.render.text import render, visible

__all__ = ["render_diff"]

SHOWN: Final = 20
"""Groups, edits and cuts that are shown where not all are asked for."""


def render_diff(report: Comparison, *, is_all: bool = False, color: bool = False) -> str:
    """The whole report, or the first of everything; ends with a line end."""
    at_most = None if is_all else SHOWN
    lines = [f"{report.old.shown} -> {report.new.shown}", headline(report)]
    lines += _edits(report, at_most)
    for group in report.groups[:at_most]:
        lines += ["", *_group(group, report)]
    n_more = 0 if at_most is None else len(report.groups) - at_most
    if n_more > 0:
        lines += ["", f"+{counted(n_more, 'more pair', 'more pairs')} of winners; --all shows them"]
    lines += _owners(report)
    lines += _sample(report)
    lines += _open(report, at_most)
    if report.verdict is not None:
        lines += ["", verdict_line(report.verdict)]
        if report.verdict.edited:
            named = ", ".join(f"`{code}`" for code in report.verdict.edited)
            lines.append(f"  definitions of others are edited: {named}")
    text = "".join(f"{visible(line)}\n" for line in lines)
    if report.findings:
        text += "\n" + render(report.findings, color=color)
    return text


def _edits(report: Comparison, at_most: int | None) -> Iterator[str]:
    if report.edits:
        yield ""
        yield "Edited"
    shown = report.edits[:at_most]
    width = max((len(edit.code) for edit in shown), default=0)
    for edit in shown:
        what = edit.kind if edit.kind != "edited" else ", ".join(edit.fields)
        owner = " -> ".join(dict.fromkeys(owner for owner in edit.owners if owner is not None))
        quiet = "" if edit.matters else "; no winner depends on it"
        yield f"  {edit.code:<{width}}  {what} (of {owner}{quiet})  {edit.where}"
    if len(report.edits) > len(shown):
        yield f"  and {len(report.edits) - len(shown):,} more"
    if report.platform:
        yield ""
        yield "Around them"
        yield from (f"  {line}" for line in report.platform[:at_most])


def _group(group: Group, report: Comparison) -> Iterator[str]:
    first = group.changes[0]
    shown = next((change for change in group.changes if change.place is not None), first)
    yield pair(group)
    rows = {
        "at": at(group),
        "seen": seen(group, report),
        "runs": runs(shown),
        "facts": facts_text(shown.witness.facts),
        "time": shown.witness.as_of,
    }
    tried = command(shown, report.new) or command(shown, report.old)
    if tried is not None:
        # The command holds the facts, and the time.
        rows = {key: value for key, value in rows.items() if key not in ("facts", "time")}
        rows["try"] = tried
    for name, value in rows.items():
        if value is not None:
            yield f"  {name:<6} {value}"


def _owners(report: Comparison) -> Iterator[str]:
    if not report.owners:
        return
    yield ""
    yield "Owners"
    width = max(len(one.owner) for one in report.owners)
    for one in report.owners:
        parts = [
            f"{word} {counted(n, 'class', 'classes')}"
            for word, n in (
                ("loses", one.n_lost),
                ("gains", one.n_gained),
                ("serves otherwise", one.n_altered),
            )
            if n
        ]
        yield f"  {one.owner:<{width}}  {', '.join(parts)}"


def _sample(report: Comparison) -> Iterator[str]:
    sample = report.sample
    if sample is None:
        return
    yield ""
    yield "Traffic"
    yield f"  {rows_line(sample)}"
    if sample.n_refused:
        yield f"  {counted(sample.n_refused, 'row')} refused by a version, and left out"
    for point, n_rows in most_rows_first(sample):
        yield f"  {point}: {n_rows:,}"


def _open(report: Comparison, at_most: int | None) -> Iterator[str]:
    if report.difference.not_compared:
        yield ""
        yield "Not compared"
        yield from (f"  {line}" for line in report.difference.not_compared[:at_most])
    if report.cut:
        yield ""
        yield "Not complete (ANA901)"
        yield from (f"  {line}" for line in cut_lines(report.cut, at_most))
        yield "  --max 0 looks at everything, however long it takes"
