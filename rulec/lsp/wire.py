"""What this side knows, in the types of the protocol.

In: findings, items, spans. Out: records of `lsprotocol`. Nothing here decides anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from lsprotocol import types

from rulec.codes import Severity
from rulec.diagnostic import Diagnostic
from rulec.lsp.desk import Look
from rulec.lsp.index import Index
from rulec.lsp.item import Item, Sort
from rulec.lsp.positions import Encoding, Lines, Place, Range
from rulec.render.json import as_record
from rulec.render.text import visible
from rulec.source import Edit, Source, Where

__all__ = ["Wire", "place_from", "range_from", "range_to"]

_SEVERITIES: Final[Mapping[Severity, types.DiagnosticSeverity]] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_TAGS: Final = {
    "VOC109": types.DiagnosticTag.Deprecated,
    "LOG203": types.DiagnosticTag.Unnecessary,
    "LOG204": types.DiagnosticTag.Unnecessary,
    "ORG407": types.DiagnosticTag.Unnecessary,
    "SUP801": types.DiagnosticTag.Unnecessary,
}
"""Findings that editors show by the look of the text itself."""
_KINDS: Final[Mapping[Sort, types.CompletionItemKind]] = {
    "entity": types.CompletionItemKind.Struct,
    "fact": types.CompletionItemKind.Field,
    "method": types.CompletionItemKind.Method,
    "named": types.CompletionItemKind.Constant,
    "operator": types.CompletionItemKind.Operator,
    "value": types.CompletionItemKind.Value,
    "key": types.CompletionItemKind.Property,
    "code": types.CompletionItemKind.Reference,
    "point": types.CompletionItemKind.Interface,
    "table": types.CompletionItemKind.Module,
}
_KEPT: Final = tuple(
    "name group culprit between witness as_of point scenario seen cover assumes".split()
)
MAX_WITNESS: Final = 400
"""Characters of a witness that a message shows; the whole stands in the finding's data."""


def place_from(position: types.Position) -> Place:
    """A position of the protocol."""
    return Place(position.line, position.character)


def range_from(range_: types.Range) -> Range:
    """A range of the protocol."""
    return Range(place_from(range_.start), place_from(range_.end))


def range_to(range_: Range) -> types.Range:
    """A range, for the protocol."""
    start, end = (types.Position(*place) for place in range_)
    return types.Range(start, end)


class Wire:
    """Speaks to one client, in its encoding and within what it understands."""

    def __init__(
        self,
        encoding: Encoding,
        uri_of: Callable[[Path], str],
        *,
        docs: str | None = None,
        has_snippets: bool = False,
    ) -> None:
        self._encoding: Encoding = encoding
        self.uri = uri_of
        self._docs = docs
        self._has_snippets = has_snippets
        self._lines: dict[int, tuple[Source, Lines]] = {}

    def range(self, where: Where) -> types.Range:
        """A place in the text it was found in."""
        return range_to(self.lines(where.source).range(where.span))

    def lines(self, source: Source) -> Lines:
        """The lines of a text, made once while this lives."""
        key = id(source)
        if key not in self._lines:
            self._lines[key] = source, Lines(source.text, self._encoding)
        return self._lines[key][1]

    def location(self, look: Look, where: Where) -> types.Location:
        return types.Location(self.uri(look.file(where.source.path)), self.range(where))

    def diagnostic(self, look: Look, finding: Diagnostic) -> types.Diagnostic:
        """One finding, as `rulec check` words it."""
        nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        tag = _TAGS.get(finding.code)
        return types.Diagnostic(
            range=self.range(finding.where) if finding.where else nowhere,
            message=_message(finding),
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            code_description=self._description(finding.code),
            source="rulec",
            tags=[tag] if tag else None,
            related_information=list(self._related(look, finding)) or None,
            data=_replayable(finding),
        )

    def _description(self, code: str) -> types.CodeDescription | None:
        return types.CodeDescription(self._docs.replace("{code}", code)) if self._docs else None

    def _related(
        self, look: Look, finding: Diagnostic
    ) -> Iterator[types.DiagnosticRelatedInformation]:
        """The other definitions that a finding speaks of: what covers, and what ties."""
        for name in dict.fromkeys((*finding.between, *finding.cover)):
            where = _place_of(look.index, name)
            if where is None or name == finding.group or where == finding.where:
                continue
            is_cover = name in finding.cover
            message = f"`{name}` is part of the cover" if is_cover else f"`{name}` meets it"
            yield types.DiagnosticRelatedInformation(self.location(look, where), message)

    def edit(self, edits: Mapping[Path, Iterable[Edit]]) -> types.WorkspaceEdit:
        """Edits by file, in the order of the file."""
        changes = {
            self.uri(path): [
                types.TextEdit(self.range(one.where), one.text)
                for one in sorted(found, key=lambda one: one.where.span)
            ]
            for path, found in edits.items()
        }
        return types.WorkspaceEdit(changes=changes)

    def item(self, item: Item, lines: Lines) -> types.CompletionItem:
        """One completion."""
        text, is_snippet = item.text, False
        if item.has_hole:
            before, _, after = text.partition("$0")
            is_snippet = self._has_snippets
            escaped = (re.sub(r"([\\$}])", r"\\\1", part) for part in (before, after))
            text = "$0".join(escaped) if is_snippet else before + after
        formats = types.InsertTextFormat
        again = types.Command("next", "editor.action.triggerSuggest") if item.asks_again else None
        return types.CompletionItem(
            label=item.label,
            kind=_KINDS[item.sort],
            detail=item.detail or None,
            documentation=self.markdown(item.page) if item.page else None,
            sort_text=f"{item.place:04}{item.label}",
            filter_text=item.label,
            text_edit=types.TextEdit(range_to(lines.range(item.span)), text),
            insert_text_format=formats.Snippet if is_snippet else formats.PlainText,
            command=again,
        )

    @staticmethod
    def markdown(text: str) -> types.MarkupContent:
        return types.MarkupContent(types.MarkupKind.Markdown, text)


def _place_of(index: Index, name: str) -> Where | None:
    """Where a name of a message is defined."""
    definition = index.definitions.get(name)
    if definition is not None:
        return definition.where
    point = index.points.get(name)
    return point.where if point else None


def _message(finding: Diagnostic) -> str:
    """What is wrong, what to do, and a request that shows it."""
    head = finding.message if finding.where else f"{finding.subject}: {finding.message}"
    parts = [head]
    if finding.help:
        parts.append(f"help: {finding.help}")
    if finding.witness is not None:
        shown = json.dumps(finding.witness, ensure_ascii=False)
        if shown not in (finding.help or "") and len(shown) <= MAX_WITNESS:
            when = f" at {finding.as_of}" if finding.as_of else ""
            parts.append(f"shown by: {shown}{when}")
    if finding.assumes:
        parts.append(f"assumes: {'; '.join(finding.assumes)}")
    return "\n".join(map(visible, parts))


def _replayable(finding: Diagnostic) -> dict[str, Any]:
    """What a client may replay or show: part of the record that `check` prints as JSON."""
    record = as_record(finding)
    return {key: record[key] for key in _KEPT if record.get(key)}
