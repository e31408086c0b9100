"""What an editor asks about one file, answered from its text and the newest look.

    request of the protocol -> a question of this package -> records of the protocol

A file that is no rule file is answered by nothing at all. Every answer is made from the text as it
stands; only names and findings come from the newest look, which may be an edit behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from lsprotocol import types

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.fmt.file import format_changes
from rulec.lsp import prose
from rulec.lsp.actions import Action, actions
from rulec.lsp.complete import complete
from rulec.lsp.desk import Buffer, Desk, Look, RuleSetDesk
from rulec.lsp.hover import hover
from rulec.lsp.navigate import declaration, mentions
from rulec.lsp.positions import Lines
from rulec.lsp.rename import CannotRename, rename, renamed_span
from rulec.lsp.symbols import Symbol, symbols
from rulec.lsp.target import Sort, Target, target
from rulec.lsp.wire import Wire, place_from, range_from, range_to
from rulec.source import Edit, Source, Span

__all__ = ["FIX_ALL", "Features"]

FIX_ALL: Final = "source.fixAll.rulec"
"""All safe fixes of a file, proved as `rulec check --fix` proves them."""
_FORMATTED: Final = ("vocabulary", "business", "product")
_SYMBOLS: Final[Mapping[str, types.SymbolKind]] = {
    "definition": types.SymbolKind.Class,
    "binding": types.SymbolKind.Method,
    "ability": types.SymbolKind.Module,
    "point": types.SymbolKind.Interface,
    "entity": types.SymbolKind.Struct,
    "fact": types.SymbolKind.Field,
    "named": types.SymbolKind.Constant,
}
MAX_SYMBOLS: Final = 500
"""Names that one search answers with."""


class _File(NamedTuple):
    """A rule file that is open, and what is known of its rule set."""

    buffer: Buffer
    kind: str
    rule_set: RuleSetDesk
    look: Look | None


class Features:
    """The requests about files; `wire` makes a way to speak to the client."""

    def __init__(self, desk: Desk, wire: Callable[[], Wire]) -> None:
        self._desk = desk
        self._wire = wire

    def features(self) -> Iterator[tuple[str, Any, Callable[[Any], Any]]]:
        """Each request with its options and who answers it, at once."""
        signs = types.CompletionOptions(trigger_characters=[".", '"', "'", "[", "(", " "])
        yield types.TEXT_DOCUMENT_COMPLETION, signs, self._completion
        yield types.TEXT_DOCUMENT_HOVER, None, self._hover
        yield types.TEXT_DOCUMENT_DEFINITION, None, self._definition
        yield types.TEXT_DOCUMENT_PREPARE_RENAME, None, self._prepare_rename

    def slow_features(self) -> Iterator[tuple[str, Any, Callable[[Any], Any]]]:
        """Those that read whole files: for a thread of their own, beside which texts may change."""
        yield types.TEXT_DOCUMENT_REFERENCES, None, self._references
        yield types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, None, self._highlight
        yield types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, None, self._symbols
        yield types.WORKSPACE_SYMBOL, None, self._workspace_symbols
        yield types.TEXT_DOCUMENT_FORMATTING, None, self._formatting
        yield types.TEXT_DOCUMENT_RANGE_FORMATTING, None, self._range_formatting

    def file(self, uri: str) -> _File | None:
        """An open rule file."""
        buffer = self._desk.buffer(uri)
        known = self._desk.kind(buffer.path) if buffer else None
        if buffer is None or known is None:
            return None
        kind, rule_set = known
        return _File(buffer, kind, rule_set, rule_set.newest)

    def _completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        file = self.file(params.text_document.uri)
        if file is None or file.look is None:
            return None
        lines = file.buffer.lines
        at = lines.offset(place_from(params.position))
        found = complete(file.kind, file.buffer.outline, at, file.look.index)
        wire = self._wire()
        return types.CompletionList(False, [wire.item(item, lines) for item in found])

    def _hover(self, params: types.HoverParams) -> types.Hover | None:
        file = self.file(params.text_document.uri)
        if file is None or file.look is None:
            return None
        lines = file.buffer.lines
        at = lines.offset(place_from(params.position))
        found = hover(file.kind, file.buffer.outline, at, file.look.index)
        words, span = found or ("", None)
        pages = (prose.finding(one.code) for one in self._found(file, Span(at, at)))
        parts = [part for part in dict.fromkeys((words, *pages)) if part]
        if not parts:
            return None
        range_ = range_to(lines.range(span)) if span else None
        return types.Hover(Wire.markdown("\n\n---\n\n".join(parts)), range_)

    def _prepare_rename(self, params: types.PrepareRenameParams) -> types.Range | None:
        """What would be renamed; nothing where that is no name."""
        found = self.target(params.text_document.uri, params.position)
        if found is None:
            return None
        file, look, named = found
        span = renamed_span(named, file.buffer.text)
        is_known = declaration(named, look.index) is not None
        return range_to(file.buffer.lines.range(span)) if span and is_known else None

    def renamed(self, params: types.RenameParams) -> tuple[Look, Mapping[Path, list[Edit]]]:
        """The edits that rename what stands at a place; raises `CannotRename`."""
        found = self.target(params.text_document.uri, params.position)
        if found is None:
            raise CannotRename("this names nothing that can be renamed")
        _, look, named = found
        return look, rename(look, named, params.new_name, self._current)

    def target(self, uri: str, position: types.Position) -> tuple[_File, Look, Target] | None:
        """What a position of a file names."""
        file = self.file(uri)
        if file is None or file.look is None:
            return None
        at = file.buffer.lines.offset(place_from(position))
        found = target(file.kind, file.buffer.outline, at, file.look.index)
        return None if found is None else (file, file.look, found)

    def _definition(self, params: types.DefinitionParams) -> types.Location | None:
        found = self.target(params.text_document.uri, params.position)
        if found is None:
            return None
        _, look, named = found
        where = declaration(named, look.index)
        return self._wire().location(look, where) if where else None

    def _references(self, params: types.ReferenceParams) -> list[types.Location] | None:
        found = self.target(params.text_document.uri, params.position)
        if found is None:
            return None
        _, look, named = found
        places = list(mentions(named, look.index))
        where = declaration(named, look.index)
        if where is not None and params.context.include_declaration:
            places.insert(0, where)
        wire = self._wire()
        return [wire.location(look, place) for place in places]

    def _highlight(
        self, params: types.DocumentHighlightParams
    ) -> list[types.DocumentHighlight] | None:
        """The other places of a name in its file, while that is as the newest look saw it."""
        found = self.target(params.text_document.uri, params.position)
        if found is None:
            return None
        file, look, named = found
        path = look.shown(file.buffer.path)
        document = look.index.documents.get(path)
        if document is None or document.source.text != file.buffer.text:
            return None
        places = list(mentions(named, look.index, path))
        where = declaration(named, look.index)
        if where is not None and where.source.path == path:
            places.append(where)
        lines = file.buffer.lines
        return [types.DocumentHighlight(range_to(lines.range(place.span))) for place in places]

    def _symbols(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        file = self.file(params.text_document.uri)
        document = self._document(file) if file else None
        if file is None or document is None:
            return None
        return [_symbol(one, file.buffer.lines) for one in symbols(document)]

    def _workspace_symbols(
        self, params: types.WorkspaceSymbolParams
    ) -> list[types.WorkspaceSymbol]:
        """Definitions, points, facts and named conditions of every rule set that is open."""
        wire, asked = self._wire(), params.query.casefold()
        found: list[types.WorkspaceSymbol] = []
        for rule_set in list(self._desk.rule_sets.values()):
            look = rule_set.newest
            for sort, name, words in _names(look) if look else ():
                if asked not in words.casefold() or look is None:
                    continue
                where = declaration(Target(sort, name, Span(0, 0)), look.index)
                if where is not None:
                    place = wire.location(look, where)
                    kind = _SYMBOLS["named" if sort == "define" else sort]
                    found.append(types.WorkspaceSymbol(location=place, name=name, kind=kind))
                if len(found) >= MAX_SYMBOLS:
                    return found
        return found

    def _formatting(self, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        return self._formatted(params.text_document.uri, None)

    def _range_formatting(
        self, params: types.DocumentRangeFormattingParams
    ) -> list[types.TextEdit] | None:
        return self._formatted(params.text_document.uri, params.range)

    def _formatted(self, uri: str, range_: types.Range | None) -> list[types.TextEdit] | None:
        """The conditions that `rulec fmt` would change, those of a range only."""
        file = self.file(uri)
        document = self._document(file) if file and file.kind in _FORMATTED else None
        if file is None or document is None:
            return None
        lines = file.buffer.lines
        asked = lines.span(range_from(range_)) if range_ else Span(0, len(lines.text))
        changes, _ = format_changes(document)
        return [
            types.TextEdit(range_to(lines.range(span)), text)
            for span, text in changes
            if span.start <= asked.end and asked.start <= span.end
        ]

    def actions(self, params: types.CodeActionParams) -> Iterator[types.CodeAction]:
        """What can be done about the findings in a range."""
        file = self.file(params.text_document.uri)
        if file is None or file.look is None:
            return
        asked = file.buffer.lines.span(range_from(params.range))
        wire = self._wire()
        for finding in self._found(file, asked):
            for action in actions(file.look, finding, self._current):
                yield self._action(file.look, action, wire)

    @staticmethod
    def _found(file: _File, asked: Span) -> Iterator[Diagnostic]:
        """The findings that touch a span, while the file is as the newest look saw it."""
        for finding in file.look.by_path.get(file.buffer.path, ()) if file.look else ():
            where = finding.where
            if where is None or where.source.text != file.buffer.text:
                continue
            if where.span.start <= asked.end and asked.start <= where.span.end:
                yield finding

    def _current(self, path: Path) -> str | None:
        buffer = self._desk.buffers.get(path)
        return buffer.text if buffer else None

    def _action(self, look: Look, action: Action, wire: Wire) -> types.CodeAction:
        return types.CodeAction(
            title=action.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[wire.diagnostic(look, action.finding)],
            is_preferred=action.is_safe,
            edit=wire.edit(action.edits),
        )

    def _document(self, file: _File) -> Document | None:
        """The text as it stands, if it is TOML."""
        if file.look is not None:
            known = file.look.index.documents.get(file.look.shown(file.buffer.path))
            if known is not None and known.source.text == file.buffer.text:
                return known
        read = Document.parse(Source(file.buffer.path.name, file.buffer.text))
        return read if isinstance(read, Document) else None


def _names(look: Look) -> Iterator[tuple[Sort, str, str]]:
    """Every name of a rule set, with the words it is found by."""
    index = look.index
    for one in index.definitions.values():
        yield "definition", one.code, f"{one.code} {one.name}"
    for point in index.points.values():
        yield "point", point.code, f"{point.code} {point.name}"
    for name in index.vocabulary.defines:
        yield "define", name, name
    for entity in index.vocabulary.entities.values():
        yield "entity", entity.name, entity.name
        for fact in entity.facts.values():
            yield "fact", fact.path, fact.path


def _symbol(symbol: Symbol, lines: Lines) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        symbol.name,
        _SYMBOLS[symbol.sort],
        range_to(lines.range(symbol.whole)),
        range_to(lines.range(symbol.name_span)),
        symbol.detail or None,
        children=[_symbol(one, lines) for one in symbol.inner],
    )
