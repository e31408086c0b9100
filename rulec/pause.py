"""Python's collector of cycles, paused while a compile runs.

A compile makes objects by the million, keeps nearly all of them until it ends, and makes no cycles:
the collector would walk the same heap again and again for nothing, about a fifth of the time.
What other threads leave in cycles meanwhile is collected afterwards.

Switched on again, it would begin with all that a compile made, young as it is: as long as a fifth
of the compile itself. So that is put among what is old, where a full collection finds it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["without_collection"]

_lock = Lock()
_n_paused = 0
_was_enabled = False


@contextmanager
def without_collection() -> Iterator[None]:
    """Pause the collector; it goes on when the last of those who paused it is done.

    Where the program had disabled it, it stays disabled.
    """
    global _n_paused, _was_enabled  # noqa: PLW0603
    with _lock:
        if not _n_paused:
            _was_enabled = gc.isenabled()
            gc.disable()
        _n_paused += 1
    try:
        yield
    finally:
        with _lock:
            _n_paused -= 1
            if not _n_paused and _was_enabled:
                _age()
                gc.enable()


def _age() -> None:
    """Put all objects into the oldest generation; no cycle is lost.

    Where the program has frozen some itself, which `unfreeze` would undo, nothing happens.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
