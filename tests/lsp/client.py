"""A client of the language server: JSON-RPC over the stdin and stdout of a process."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

WAIT = 10.0
"""Seconds until an answer is missed."""


class Client:
    """One server, spoken to by one editor. What it prints beside the protocol fails the reader."""

    def __init__(self, *arguments: str, folder: Path | None = None) -> None:
        command = [sys.executable, "-m", "rulec", "lsp", *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder)
        self.notes: list[dict[str, Any]] = []
        self.stderr = b""
        self._n_sent = 0
        self._messages: queue.Queue[dict[str, Any] | Exception | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._drain, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(WAIT)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def initialize(self, **more: Any) -> dict[str, Any]:
        """Greet; the server's capabilities."""
        params = {"processId": None, "rootUri": None, "capabilities": {}, **more}
        answer: dict[str, Any] = self.ask("initialize", params)
        self.tell("initialized", {})
        return answer["capabilities"]

    def ask(self, method: str, params: Any = None) -> Any:
        """Send a request and wait for its result; an error is raised as `RuntimeError`."""
        number = self.send(method, params)
        answer = self.wait_for(
            lambda message: message.get("id") == number and "method" not in message
        )
        if "error" in answer:
            raise RuntimeError(answer["error"]["message"])
        return answer["result"]

    def send(self, method: str, params: Any = None) -> int:
        """Send a request; its number."""
        self._n_sent += 1
        self.write({"jsonrpc": "2.0", "id": self._n_sent, "method": method, "params": params})
        return self._n_sent

    def tell(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.write({"jsonrpc": "2.0", "method": method, "params": params})

    def write(self, message: Mapping[str, Any]) -> None:
        self.write_bytes(json.dumps(message).encode())

    def write_bytes(self, body: bytes) -> None:
        """Send any bytes as one message."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def wait_for(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message that is the one, of those kept and those to come; others are kept."""
        for number, note in enumerate(self.notes):
            if is_it(note):
                return self.notes.pop(number)
        while True:
            message = self._messages.get(timeout=WAIT)
            if message is None:
                raise EOFError(self.stderr.decode())
            if isinstance(message, Exception):
                raise message
            if is_it(message):
                return message
            self.notes.append(message)

    def open(self, path: Path, text: str | None = None, version: int = 1) -> str:
        """Open a file, as it is or as a text; its URI."""
        written = path.read_text(encoding="utf-8") if text is None else text
        document = {"uri": path.as_uri(), "languageId": "toml", "version": version, "text": written}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return path.as_uri()

    def change(self, uri: str, version: int, *changes: Any) -> None:
        """Change an open text: each change is a whole text, or (start, end, text)."""
        params = {
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [
                {"text": change}
                if isinstance(change, str)
                else {"range": range_of(*change[:2]), "text": change[2]}
                for change in changes
            ],
        }
        self.tell("textDocument/didChange", params)

    def findings(self, uri: str, version: int | None = None) -> list[dict[str, Any]]:
        """What is published of a file next, of a version if one is named."""
        note = self.wait_for(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and (version is None or message["params"].get("version") == version)
            )
        )
        found: list[dict[str, Any]] = note["params"]["diagnostics"]
        return found

    def leave(self) -> int:
        """Shut down and exit; the exit code."""
        self.ask("shutdown")
        self.tell("exit")
        return self.process.wait(WAIT)

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        try:
            while header := stream.readline():
                name, _, length = header.partition(b": ")
                if name != b"Content-Length":
                    raise AssertionError(f"stdout holds {header!r}")
                while stream.readline().strip():
                    pass
                self._messages.put(json.loads(stream.read(int(length))))
        except (AssertionError, ValueError) as error:
            self._messages.put(error)
        self._messages.put(None)

    def _drain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.stderr += line


def place(line: int, column: int) -> dict[str, int]:
    return {"line": line, "character": column}


def range_of(start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    return {"start": place(*start), "end": place(*end)}
