"""Comments that hide findings, each with a reason.

    # rulec: ignore[LOG313] reason="the sale ends in May" until=2026-05-31
    # rulec: ignore-file[missing-kpi] reason="pilot"

In: findings and the files they lie in. Out: the findings that stay, and findings about the comments
themselves. A comment behind something speaks about that line, and the key that ends on it. One on
a line of its own speaks about what comes next: a key, or a table with everything below its header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rulec.codes import stops
from rulec.diagnostic import Diagnostic, Fix
from rulec.document import Block, Document
from rulec.lints.catalogue import closest, rule_of, unbuilt
from rulec.source import Edit, Source, Span, Where
from rulec.vocabulary.conform import quoted

__all__ = ["suppress"]

_MARK: Final = re.compile(r"#\s*rulec\s*:")
_DIRECTIVE: Final = re.compile(
    r"#\s*rulec\s*:\s*(?P<verb>ignore|ignore-file)\s*\[(?P<codes>[^\]]*)\](?P<rest>.*)"
)
_PART: Final = re.compile(
    r"\s+(?:reason\s*=\s*\"(?P<reason>[^\"]*)\"|until\s*=\s*(?P<until>\S+))(?=\s|$)"
)
_FORM: Final = 'write `# rulec: ignore[CODE] reason="..."`, and `until=2026-12-31` if it shall end'


@dataclass(frozen=True, slots=True)
class _Suppression:
    """One code of one comment."""

    code: str
    where: Where
    lines: range
    """The lines it speaks about; all of them for a file."""
    without: Edit = field(compare=False)
    """The comment without it; nothing is left of a comment that names no other code."""


def suppress(
    findings: Iterable[Diagnostic],
    documents: Mapping[str, Document],
    today: date,
    unasked: Set[str] = frozenset(),
) -> list[Diagnostic]:
    """The findings without those that a comment hides, and what is wrong with the comments.

    `today` decides which comments have expired; a comment holds through the day it names. What
    keeps a rule set from having a meaning is never hidden. `unasked` are codes that nothing looked
    for, so no comment about them is unused.
    """
    suppressions: dict[str, list[_Suppression]] = {}
    problems: list[Diagnostic] = []
    for path, document in documents.items():
        if _MARK.search(document.source.text):
            suppressions[path] = list(_suppressions(document, today, problems))
    used: set[_Suppression] = set()
    stopped: dict[str, list[int]] = {}
    kept: list[Diagnostic] = []
    for finding in findings:
        if stops(finding.code):
            stopped.setdefault(finding.path, []).append(finding.line)
        hiding = [item for item in suppressions.get(finding.path, ()) if _hides(item, finding)]
        used.update(hiding)
        if not hiding:
            kept.append(finding)
    unused = [
        item
        for path, items in suppressions.items()
        for item in items
        if item not in used
        and item.code not in unasked
        and not _is_open(item, stopped.get(path, ()))
    ]
    return [*kept, *problems, *map(_unused, unused)]


def _is_open(item: _Suppression, stopped: Iterable[int]) -> bool:
    """Whether what stands on its lines has no meaning yet, so that nothing could be found there."""
    return _is_suppressible(item.code) and any(line in item.lines for line in stopped)


def _hides(item: _Suppression, finding: Diagnostic) -> bool:
    if finding.where is None or item.code != finding.code or not _is_suppressible(item.code):
        return False
    return finding.line in item.lines


def _is_suppressible(code: str) -> bool:
    return not stops(code) and not code.startswith("SUP")


def _unused(item: _Suppression) -> Diagnostic:
    fix = Fix(f"delete {quoted(item.code)}", (item.without,))
    if _is_suppressible(item.code):
        message = f"nothing is suppressed here: no {quoted(item.code)} is found"
        return Diagnostic(
            "SUP801", message, item.where, "delete the code from the comment", fix=fix
        )
    message = f"{quoted(item.code)} cannot be suppressed"
    help = "repair what is found, and delete the code"
    return Diagnostic("SUP801", message, item.where, help, fix=fix)


def _without(source: Source, comment: Span, words: Sequence[Span], number: int) -> Edit:
    """A comment without one of its codes, or nothing in its place."""
    text = source.text
    if len(words) > 1:
        word = words[number]
        is_last = number == len(words) - 1
        gone = (
            (words[number - 1].end, word.end) if is_last else (word.start, words[number + 1].start)
        )
        return Edit(Where(source, Span(*gone)), "")
    start, end = comment.start, comment.start + len(text[slice(*comment)].rstrip())
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip():
        start = line + len(text[line:start].rstrip())
    elif (next_line := text.find("\n", end)) >= 0:
        start, end = line, next_line + 1
    return Edit(Where(source, Span(start, end)), "")


def _suppressions(
    document: Document, today: date, problems: list[Diagnostic]
) -> Iterator[_Suppression]:
    """The sound suppressions of one file."""
    blocks = document.blocks()
    extents = _Extents(document, blocks)
    for block in blocks:
        start, end = block.span
        text = document.source.text[start:end]
        if block.kind != "comment" or not _MARK.match(text):
            continue
        where = Where(document.source, block.span)
        found = _DIRECTIVE.fullmatch(text.rstrip())
        problem = _problem(found, today)
        if found is None or problem is not None:
            problems.append(Diagnostic("SUP803", problem or "", where, _FORM))
            continue
        is_file = found["verb"] == "ignore-file"
        lines = range(1, document.source.n_lines + 1) if is_file else extents.lines(block)
        at = start + found.start("codes")
        words = list(re.finditer(r"[^,\s]+", found["codes"]))
        spans = [Span(at + word.start(), at + word.end()) for word in words]
        for number, word in enumerate(words):
            place = Where(document.source, spans[number])
            rule = rule_of(word[0])
            if rule is not None:
                without = _without(document.source, block.span, spans, number)
                yield _Suppression(rule.code, place, lines, without)
                continue
            if reason := unbuilt(word[0]):
                message = f"{quoted(word[0])} cannot be found yet"
                problems.append(Diagnostic("SUP802", message, place, reason))
                continue
            close = closest(word[0])
            advice = f"did you mean {quoted(close)}?" if close else "`rulec explain` lists them"
            problems.append(Diagnostic("SUP802", f"no lint {quoted(word[0])}", place, advice))


def _problem(found: re.Match[str] | None, today: date) -> str | None:
    """What keeps a comment from suppressing anything."""
    if found is None:
        return "this comment is no suppression"
    if not found["codes"].strip(" \t,"):
        return "the suppression names no code"
    said: dict[str, str] = {}
    at, rest = 0, found["rest"]
    while (part := _PART.match(rest, at)) is not None:
        key = part.lastgroup or ""
        if key in said:
            return f"`{key}` stands twice"
        said[key] = part[key]
        at = part.end()
    if rest[at:].strip():
        return f"{quoted(rest[at:].strip())} is no part of a suppression"
    if not said.get("reason", "").strip():
        return "the suppression gives no reason"
    if "until" not in said:
        return None
    try:
        until = date.fromisoformat(said["until"])
    except ValueError:
        return f"{quoted(said['until'])} is no date"
    return f"the suppression ended on {until}" if until < today else None


class _Extents:
    """Which lines the tables and keys of a file stand on."""

    def __init__(self, document: Document, blocks: Sequence[Block]) -> None:
        self._source = document.source
        self._starting: dict[int, range] = {}
        self._ending: dict[int, range] = {}
        for block in blocks:
            if block.kind == "comment":
                continue
            start, end = block.span
            text = self._source.text[start:end].rstrip()
            first, last = (self._source.position(at).line for at in (start, start + len(text)))
            lines = range(first, last + 1)
            self._starting.setdefault(first, lines)
            if block.kind == "pair":
                self._ending.setdefault(last, lines)

    def lines(self, comment: Block) -> range:
        """The lines a comment speaks about."""
        line, column = self._source.position(comment.span.start)
        if self._source.line(line)[: column - 1].strip():
            return self._ending.get(line, range(line, line + 1))
        line += 1
        while line <= self._source.n_lines and self._source.line(line).strip()[:1] in ("", "#"):
            line += 1
        return self._starting.get(line, range(line, line + 1))
