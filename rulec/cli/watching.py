"""`rulec check --watch`: run again whenever a rule file changes.

Files are looked at twice a second. A rule set is a few hundred files in few folders, where that
costs a millisecond or so, works on every file system, and needs no library.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Never, TypeAlias

import click

__all__ = ["stamps", "watch"]

PAUSE: Final = 0.5
"""Seconds between two looks."""

_Stamps: TypeAlias = dict[str, tuple[int, int]]
"""Path -> time of the last change in nanoseconds, and size in bytes."""


def watch(
    run: Callable[[], object],
    folders: Iterable[Path],
) -> Never:
    """Run now and after every change in the folders, until interrupted.

    What cannot be read is said, and waited for.
    """
    watched = list(folders)
    while True:
        seen = stamps(watched)
        try:
            run()
        except OSError as error:
            click.echo(f"rulec: {error}", err=True)
        click.echo("watching for changes; Ctrl-C ends it", err=True)
        while stamps(watched) == seen:
            time.sleep(PAUSE)


def stamps(folders: Iterable[Path]) -> _Stamps:
    """When every TOML file at or below some folders changed last; hidden folders are left out."""
    found: _Stamps = {}
    for folder in folders:
        for place, inner, names in os.walk(folder):
            inner[:] = [name for name in inner if not name.startswith(".")]
            for name in names:
                path = os.path.join(place, name)  # noqa: PTH118
                try:
                    state = os.stat(path) if name.endswith(".toml") else None  # noqa: PTH116
                except FileNotFoundError:
                    continue
                if state is not None:
                    found[path] = state.st_mtime_ns, state.st_size
    return found
