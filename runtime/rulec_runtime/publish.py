"""Puts a file in its place at once: a reader sees the old one or the new one, never half of one.

In: a path and bytes. Out: the file, written aside in the same folder, flushed to the disk, renamed,
and the folder flushed: when the call returns, it is there after a power cut too.

Any number of publishers may write one path: each has a file of its own aside, and the last rename
stays.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

__all__ = ["aside", "publish"]

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def publish(path: str | os.PathLike[str], content: bytes) -> None:
    """Writes `content` to `path`, replacing what stands there, as `aside` does."""
    with aside(path) as file:
        left = memoryview(content)
        while left:
            left = left[os.write(file.fileno(), left) :]


@contextlib.contextmanager
def aside(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write to, which becomes `path` at the end; an exception leaves that as it was.

    A new file has the mode that any new file has, one that replaces another has the mode of that. A
    symbolic link stays: what it leads to is replaced.
    """
    target = Path(os.path.realpath(path))
    descriptor, hidden = _new_file_beside(target)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _keep_mode(target, descriptor)
            yield file
            file.flush()
            os.fsync(descriptor)
        hidden.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            hidden.unlink()
        raise
    _flush_folder(target.parent)


def _new_file_beside(target: Path) -> tuple[int, Path]:
    """A file that did not exist, open for writing, and its path."""
    while True:
        aside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        with contextlib.suppress(FileExistsError):
            return os.open(aside, _NEW, 0o666), aside


def _keep_mode(target: Path, descriptor: int) -> None:
    """Gives a file the mode of the one it will replace, if there is one."""
    if os.name == "posix" and target.is_file():
        os.fchmod(descriptor, stat.S_IMODE(target.stat().st_mode))


def _flush_folder(folder: Path) -> None:
    """Makes the rename itself last; only POSIX lets a folder be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
