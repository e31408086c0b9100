"""One thread for what takes its time, beside the thread that speaks the protocol.

Jobs run one at a time, in order. The thread ends with the process, whatever it is doing: an editor
that goes away waits for no proof.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

__all__ = ["Worker"]

Job: TypeAlias = Callable[[], Any]


class Worker:
    """Runs jobs; `post` brings a call back to the other thread."""

    def __init__(self, post: Callable[[Callable[[], None]], object]) -> None:
        self._post = post
        self._jobs: queue.SimpleQueue[tuple[Job, Callable[[Any, Exception | None], None]]]
        self._jobs = queue.SimpleQueue()
        threading.Thread(target=self._run, name="rulec-worker", daemon=True).start()

    def submit(self, job: Job, done: Callable[[Any, Exception | None], None]) -> None:
        """Run a job; then `done(result, None)` or `done(None, error)` over there."""
        self._jobs.put((job, done))

    def _run(self) -> None:
        while True:
            job, done = self._jobs.get()
            result: Any = None
            failed: Exception | None = None
            try:
                result = job()
            except Exception as error:  # the caller hears of every one
                failed = error

            def report(
                result: Any = result,
                failed: Exception | None = failed,
                done: Callable[[Any, Exception | None], None] = done,
            ) -> None:
                done(result, failed)

            try:
                self._post(report)
            except RuntimeError:
                # The loop is closed: nobody listens any more.
                return
