"""Puts a file in its place at once: a reader sees the old one or the new one, never half of one.

In: a path and bytes. Out: the file, written aside in the same folder, flushed to the disk, renamed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

__all__ = ["aside", "publish"]


def publish(path: str | os.PathLike[str], content: bytes) -> None:
    """Writes `content` to `path`, replacing what stands there; OSError leaves that as it was."""
    with aside(path) as file:
        file.write(content)


@contextlib.contextmanager
def aside(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write to, which becomes `path` at the end; an exception leaves that as it was."""
    target = Path(path)
    hidden = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with hidden.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            hidden.unlink()
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Makes the rename itself last; only POSIX lets a folder be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
