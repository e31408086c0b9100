"""The language server: texts in, findings out.

    didOpen, didChange, didClose    -> desk.py
    a pause in typing               -> a look at the rule set, on the worker's thread
    the newest look                 -> publishDiagnostics, for every file of the rule set

A look that was overtaken by an edit is published nowhere. Texts are kept here, not by pygls, which
takes more characters for line ends than the protocol does. What one file asks for (completion,
hover ...) is answered from its text as it stands and from the newest look, in `features.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator, Iterable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from rulec.lsp.desk import Desk, Look, RuleSetDesk
from rulec.lsp.features import FIX_ALL, Features
from rulec.lsp.fix_all import changed_part, fix_all
from rulec.lsp.positions import Encoding
from rulec.lsp.rename import CannotRename, check_renamed
from rulec.lsp.wire import Wire, range_from, range_to
from rulec.lsp.worker import Worker

__all__ = ["Server", "serve"]

logger = logging.getLogger(__name__)

PAUSE: Final = 0.15
"""Seconds without an edit before a rule set is looked at."""


_Handled: TypeAlias = Generator[Any, Any, None]
"""Who handles a message, with which arguments: pygls calls it."""


class _Protocol(LanguageServerProtocol):
    """pygls' protocol, with our texts in place of its own."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> _Handled:
        yield self.server.did_open, (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> _Handled:
        yield self.server.did_change, (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> _Handled:
        yield self.server.did_close, (params,), None

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as its type; a request of a wrong shape is answered, too."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if isinstance(data.get("id"), int | str) and "method" in data:
                self._send_response(data["id"], None, error.to_response_error())
            raise

    @property
    def server(self) -> Server:
        return cast("Server", self._server)


class Server(LanguageServer):
    """One client's server. Everything but looks happens on the thread of the event loop."""

    def __init__(self, cache: Path | None = None, pause: float = PAUSE) -> None:
        super().__init__(
            "rulec",
            version("rulec"),
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=_Protocol,
            converter_factory=default_converter,
        )
        self.desk = Desk(cache)
        self.has_ended_well = False
        self._pause = pause
        self._timers: dict[Path, asyncio.TimerHandle] = {}
        self._looking: set[Path] = set()
        self._said: set[str] = set()
        self._docs: str | None = None
        self._worker: Worker | None = None
        self._features = Features(self.desk, self.wire)
        self._register()

    def _register(self) -> None:
        kinds: list[types.CodeActionKind | str] = [types.CodeActionKind.QuickFix, FIX_ALL]
        handlers: list[tuple[str, Any, Callable[[Any], Any]]] = [
            *self._features.features(),
            *(
                (method, options, partial(self._aside, answer))
                for method, options, answer in self._features.slow_features()
            ),
            (types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True), self._rename),
            (types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(kinds), self._actions),
            (types.INITIALIZE, None, self._initialize),
            (types.INITIALIZED, None, self._initialized),
            (types.SHUTDOWN, None, self._shutdown),
            (types.TEXT_DOCUMENT_DID_SAVE, None, self._did_save),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, None, self._did_change_files),
        ]
        for method, options, handler in handlers:
            # pygls marks what it registers, and a bound method takes no marks.
            self.feature(method, options)(partial(handler))

    def _initialize(self, params: types.InitializeParams) -> None:
        options = params.initialization_options
        docs = options.get("docs") if isinstance(options, dict) else None
        self._docs = docs if isinstance(docs, str) else None
        encoding = str(getattr(self.workspace.position_encoding, "value", "utf-16"))
        self.desk.encoding = cast("Encoding", encoding)

    def _initialized(self, params: types.InitializedParams) -> None:
        """Ask to be told of files that change in the folders, where the client can."""
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        if watched and watched.dynamic_registration:
            watcher = types.FileSystemWatcher(glob_pattern="**/*.toml")
            options = types.DidChangeWatchedFilesRegistrationOptions([watcher])
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = types.Registration("watch", method, options)
            self.client_register_capability(types.RegistrationParams([registration]))

    def _shutdown(self, params: None) -> None:
        self.has_ended_well = True
        for timer in self._timers.values():
            timer.cancel()

    def did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        self._touch(self.desk.open(document.uri, document.version, document.text), 0)

    def did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        changes = [
            (
                range_from(change.range)
                if isinstance(change, types.TextDocumentContentChangePartial)
                else None,
                change.text,
            )
            for change in params.content_changes
        ]
        document = params.text_document
        self._touch(self.desk.change(document.uri, document.version, changes))

    def did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        rule_set = self.desk.close(params.text_document.uri)
        if rule_set is not None and self.desk.is_idle(rule_set):
            self._forget(rule_set)
        else:
            self._touch(rule_set)

    def _forget(self, rule_set: RuleSetDesk) -> None:
        """Let a rule set go that nobody edits, or that is none any more."""
        self._publish_all(rule_set, {})
        self.desk.forget(rule_set)

    def _did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        self._touch_all(self.desk.changed_files([params.text_document.uri]))

    def _did_change_files(self, params: types.DidChangeWatchedFilesParams) -> None:
        self._touch_all(self.desk.changed_files(change.uri for change in params.changes))

    def _touch_all(self, rule_sets: Iterable[RuleSetDesk]) -> None:
        for rule_set in self.desk.lost():
            self._forget(rule_set)
        for rule_set in filter(self.desk.holds, rule_sets):
            self._touch(rule_set)

    def _touch(self, rule_set: RuleSetDesk | None, pause: float | None = None) -> None:
        """Look at a rule set again after a pause; every call begins the pause anew."""
        if rule_set is None:
            return
        rule_set.asked += 1
        timer = self._timers.pop(rule_set.root, None)
        if timer is not None:
            timer.cancel()
        loop = asyncio.get_running_loop()
        seconds = self._pause if pause is None else pause
        self._timers[rule_set.root] = loop.call_later(seconds, self._look, rule_set)

    def _look(self, rule_set: RuleSetDesk) -> None:
        """Hand a rule set to the worker, unless it is there already: then it is next."""
        self._timers.pop(rule_set.root, None)
        if rule_set.root in self._looking or not self.desk.holds(rule_set):
            return
        self._looking.add(rule_set.root)
        texts = self.desk.take_pending(rule_set)
        if rule_set.newest is None:
            self.worker.submit(partial(rule_set.glance, texts), partial(self._glanced, rule_set))
        done = partial(self._looked, rule_set, rule_set.asked, texts)
        self.worker.submit(partial(rule_set.look, texts), done)

    @staticmethod
    def _glanced(rule_set: RuleSetDesk, look: Look | None, _: Exception | None) -> None:
        """Keep the names; what went wrong here goes wrong again, and is said, in the look."""
        rule_set.newest = rule_set.newest or look

    def _looked(
        self,
        rule_set: RuleSetDesk,
        asked: int,
        texts: dict[Path, str | None],
        look: Look | None,
        error: Exception | None,
    ) -> None:
        """Publish a look, unless an edit overtook it."""
        self._looking.discard(rule_set.root)
        if not self.desk.holds(rule_set):
            return
        if look is None:
            self.desk.give_back(rule_set, texts)
            self._failed(rule_set, error)
        else:
            rule_set.newest = look
        if asked != rule_set.asked:
            if rule_set.root not in self._timers:
                self._look(rule_set)
        elif look is not None:
            self._said.clear()
            self._publish_all(rule_set, look.by_path, look)

    def _failed(self, rule_set: RuleSetDesk, error: Exception | None) -> None:
        """Say once what keeps a rule set from being looked at."""
        is_outside = isinstance(error, OSError | ValueError)
        words = f"{rule_set.root}: {error}" if is_outside else f"internal error: {error!r}"
        if words not in self._said:
            self._said.add(words)
            logger.error("%s", words, exc_info=None if is_outside else error)
            self.show(f"rulec: {words}")

    async def _actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Fixes of single findings; where all of a kind are asked for, all safe ones at once."""
        only = params.context.only
        found: list[types.CodeAction] = []
        if only is None or any(_is_below(types.CodeActionKind.QuickFix, one) for one in only):
            found += self._features.actions(params)
        if only is not None and any(_is_below(FIX_ALL, one) for one in only):
            action = await self._fix_all(params.text_document.uri)
            found += [action] if action else []
        return found

    async def _fix_all(self, uri: str) -> types.CodeAction | None:
        """Every safe fix of a file, proved as `rulec check --fix` proves them."""
        file = self._features.file(uri)
        if file is None:
            return None
        texts = {one.path: one.text for one in self.desk.open_files(file.rule_set)}
        job = partial(fix_all, file.rule_set.root, file.buffer.path, texts, self.desk.cache)
        text = await self._run(job)
        if text is None or self.desk.buffers.get(file.buffer.path) is not file.buffer:
            return None
        lines = file.buffer.lines
        span, new = changed_part(lines.text, text)
        edit = types.TextEdit(range_to(lines.range(span)), new)
        return types.CodeAction(
            "Fix all that is safe to fix",
            kind=FIX_ALL,
            edit=types.WorkspaceEdit(changes={file.buffer.uri: [edit]}),
        )

    async def _rename(self, params: types.RenameParams) -> types.WorkspaceEdit:
        """A name changed everywhere, once a whole check has found the same as before."""
        try:
            look, edits = self._features.renamed(params)
            rule_set = self.desk.rule_sets[look.root]
            texts = {one.path: one.text for one in self.desk.open_files(rule_set)}
            await self._run(partial(check_renamed, look, texts, edits))
            if rule_set.newest is not look:
                raise CannotRename("the rule set has changed meanwhile: ask again")
        except CannotRename as error:
            raise JsonRpcInvalidParams(str(error)) from None
        return self.wire().edit(edits)

    async def _aside(self, answer: Callable[[Any], Any], params: Any) -> Any:
        """An answer that takes its time, from a thread of its own."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.thread_pool, answer, params)

    async def _run(self, job: Callable[[], Any]) -> Any:
        """The result of a job of the worker's thread."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def done(result: Any, error: Exception | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        self.worker.submit(job, done)
        return await future

    def show(self, message: str) -> None:
        """Put a message before the user."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def _publish_all(
        self, rule_set: RuleSetDesk, by_path: dict[Path, Any], look: Look | None = None
    ) -> None:
        """Publish the findings of a rule set, and that files without any have none."""
        wire = self.wire()
        for path in sorted({*rule_set.published, *by_path}):
            findings = by_path.get(path, ())
            shown = [wire.diagnostic(look, one) for one in findings] if look else []
            buffer = self.desk.buffers.get(path)
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    self.uri(path), shown, buffer.version if buffer else None
                )
            )
        rule_set.published = set(by_path)

    def uri(self, path: Path) -> str:
        """A file as the editor spells it."""
        buffer = self.desk.buffers.get(path)
        return buffer.uri if buffer else path.as_uri()

    def wire(self) -> Wire:
        """A way to speak to the client."""
        document = self.client_capabilities.text_document
        completion = document.completion if document else None
        item = completion.completion_item if completion else None
        has_snippets = bool(item and item.snippet_support)
        return Wire(self.desk.encoding, self.uri, docs=self._docs, has_snippets=has_snippets)

    @property
    def worker(self) -> Worker:
        if self._worker is None:
            self._worker = Worker(asyncio.get_running_loop().call_soon_threadsafe)
        return self._worker


def _is_below(kind: str, asked: str) -> bool:
    """Whether a kind of action is one that was asked for, or is inside of it."""
    kind, asked = (str(getattr(word, "value", word)) for word in (kind, asked))
    return not asked or kind == asked or kind.startswith(f"{asked}.")


def serve(stdin: BinaryIO, stdout: BinaryIO, cache: Path | None = None) -> int:
    """Speak the protocol until the client leaves; 0 if it took its leave first."""
    server = Server(cache)
    server.start_io(stdin, stdout)
    return 0 if server.has_ended_well else 1
