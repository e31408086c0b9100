"""Where the bytes of a program lie: in memory of its own, or in the file itself, mapped.

In: a path. Out: an `mmap` object as long as asked for, which starts at a page.

Private memory is anonymous, zero until written, and comes in huge pages where the system has them:
a forked worker shares it with its parent as long as nobody writes, and nobody does.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import stat
import sys
from collections.abc import Iterator
from io import FileIO
from typing import Final

__all__ = ["fill", "map_file", "opened", "private"]

HUGE_PAGE_BYTES: Final = 2 * 1024**2
"""From this size on huge pages are asked for, and memory comes in multiples of it: filling 22 MB
took 3 ms so, 32 ms in small pages (Linux 6.18, a virtual machine)."""

PIECE_BYTES: Final = 512 * 1024
"""How much of a file is read at once: half of what a core's second cache often is."""


def private(n_bytes: int) -> mmap.mmap:
    """Zeroed memory that no other process sees, `n_bytes` or a little more, at least a byte."""
    if sys.platform == "win32":
        return mmap.mmap(-1, max(n_bytes, 1))
    is_huge = n_bytes >= HUGE_PAGE_BYTES and hasattr(mmap, "MADV_HUGEPAGE")
    n_room = n_bytes + -n_bytes % HUGE_PAGE_BYTES if is_huge else max(n_bytes, 1)
    room = mmap.mmap(-1, n_room, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if is_huge:
        # A system built without huge pages refuses the advice; small ones do.
        with contextlib.suppress(OSError):
            room.madvise(mmap.MADV_HUGEPAGE)
    return room


@contextlib.contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[tuple[FileIO, int]]:
    """A regular file, open for reading, and its size in bytes.

    OSError where it cannot be read, also for a folder, a pipe or a device: none of those waits.
    """
    with FileIO(path, opener=_without_waiting) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
        yield file, found.st_size


def _without_waiting(path: str, flags: int) -> int:
    """Opens a file; a pipe nobody writes to would block for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def fill(room: mmap.mmap, file: FileIO, n_bytes: int) -> Iterator[int]:
    """Reads up to `n_bytes` from the start of a file; how many there are so far, piece by piece.

    A piece is small enough to be in the processor's cache still when it is looked at next.
    """
    n_read = 0
    file.seek(0)
    with memoryview(room) as view:
        while n_read < n_bytes:
            with view[n_read : min(n_read + PIECE_BYTES, n_bytes)] as rest:
                n_more = file.readinto(rest)
            if not n_more:
                break
            n_read += n_more
            yield n_read


def map_file(file: FileIO, n_bytes: int) -> mmap.mmap:
    """The first `n_bytes` of a file, mapped read-only: what is written there later shows."""
    return mmap.mmap(file.fileno(), n_bytes, access=mmap.ACCESS_READ)
