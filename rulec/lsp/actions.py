"""What an editor can do about findings: their fixes, and overrides that settle ties.

In: findings, and the texts as they stand. Out: `Action`s, safe ones first. A fix that was made for
a text that has changed since is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.lsp.desk import Look
from rulec.ruleset.model import Definition
from rulec.source import Edit, Span, Where

__all__ = ["Action", "actions"]

CurrentText = Callable[[Path], str | None]
"""The text of a file as the editor has it; None for one that is not open."""


@dataclass(frozen=True, slots=True)
class Action:
    """Edits that belong together."""

    title: str
    edits: Mapping[Path, tuple[Edit, ...]]
    finding: Diagnostic
    is_safe: bool


def actions(look: Look, finding: Diagnostic, current: CurrentText) -> Iterator[Action]:
    """What can be done about one finding."""
    if finding.fix is not None:
        title = finding.fix.description
        title = title if finding.fix.is_safe else f"{title} (unsafe: it may mean something else)"
        made = _action(look, title, finding, finding.fix.edits, current, finding.fix.is_safe)
        if made is not None:
            yield made
    if finding.code == "LOG310":
        yield from _overrides(look, finding, current)


def _action(
    look: Look,
    title: str,
    finding: Diagnostic,
    edits: tuple[Edit, ...],
    current: CurrentText,
    is_safe: bool,
) -> Action | None:
    by_path: dict[Path, tuple[Edit, ...]] = {}
    for edit in edits:
        source = edit.where.source
        path = look.file(source.path)
        text = current(path)
        if text is not None and text != source.text:
            return None
        by_path[path] = (*by_path.get(path, ()), edit)
    return Action(title[:1].upper() + title[1:], by_path, finding, is_safe) if edits else None


_IN_TIE: Final = 2


def _overrides(look: Look, finding: Diagnostic, current: CurrentText) -> Iterator[Action]:
    """An override in either direction, between the two of a tie."""
    words = finding.message.split("`")[1::2]
    pair = [look.index.definitions[word] for word in words if word in look.index.definitions]
    pair = list({one.code: one for one in pair}.values())
    if len(pair) != _IN_TIE:
        return
    for first, second in (pair, pair[::-1]):
        document = look.index.documents.get(first.where.source.path)
        edit = _override(document, first, second.code) if document else None
        if edit is not None:
            title = f"let `{first.code}` override `{second.code}`"
            made = _action(look, title, finding, (edit,), current, is_safe=False)
            if made is not None:
                yield made


def _override(document: Document, first: Definition, second: str) -> Edit | None:
    """`overrides` of a definition with one code more."""
    spelt = f'"{second}"' if second.isprintable() and not set(second) & set('"\\') else None
    keys = next(
        (
            (key, number)
            for key in ("business", "product")
            for number, table in enumerate(document.values.get(key, ()))
            if table.get("code") == first.code
        ),
        (),
    )
    if spelt is None or document.where((*keys, "code")).span != first.where.span:
        return None
    if first.overrides:
        last = document.where((*keys, "overrides", len(first.overrides) - 1)).span
        return Edit(Where(document.source, Span(last.end, last.end)), f", {spelt}")
    text = document.source.text
    line_end = text.find("\n", first.rank_where.span.end)
    if line_end < 0:
        return None
    at = line_end - (text[line_end - 1] == "\r")
    ending = "\r\n" if text[at] == "\r" else "\n"
    return Edit(Where(document.source, Span(at, at)), f"{ending}overrides = [{spelt}]")
