"""How long the stages of a compile took."""

from __future__ import annotations

from time import thread_time

__all__ = ["Stopwatch"]


class Stopwatch:
    """Seconds of processor time of this thread by stage, in the order they ended."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = thread_time()

    def lap(self, stage: str) -> None:
        """What went by since the last lap was this stage."""
        now = thread_time()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._start
        self._start = now
