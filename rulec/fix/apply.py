"""Edits into the texts of files; every other byte stays.

In: findings with fixes. Out: those that can be made at once, and the new texts.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable

from rulec.diagnostic import Diagnostic
from rulec.source import Edit, Source, Span

__all__ = ["apart", "apply", "edited"]


def apart(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings whose fixes touch nothing that the fix of an earlier one touches."""
    taken: dict[str, list[Span]] = {}
    chosen: list[Diagnostic] = []
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if edits and not any(_is_taken(edit, taken) for edit in edits):
            chosen.append(finding)
            for edit in edits:
                insort(taken.setdefault(edit.where.source.path, []), edit.where.span)
    return chosen


def apply(findings: Iterable[Diagnostic]) -> dict[str, str]:
    """The text of every file that the fixes change, by its path as findings show it.

    The findings must be `apart`. Edits of one fix may touch each other, and stay in their order.
    """
    by_path: dict[str, tuple[Source, list[Edit]]] = {}
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            source = edit.where.source
            by_path.setdefault(source.path, (source, []))[1].append(edit)
    return {path: edited(source.text, edits) for path, (source, edits) in by_path.items()}


def _is_taken(edit: Edit, taken: dict[str, list[Span]]) -> bool:
    """Whether an edit touches one of those taken, which are sorted and do not overlap."""
    spans = taken.get(edit.where.source.path, [])
    start, end = edit.where.span
    number = bisect_right(spans, start, key=lambda span: span.start)
    is_after = number > 0 and start <= spans[number - 1].end
    return is_after or (number < len(spans) and spans[number].start <= end)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits made that do not overlap."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.where.span):
        start, end = edit.where.span
        parts += text[at:start], edit.text
        at = end
    return "".join((*parts, text[at:]))
