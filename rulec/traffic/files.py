"""Which files hold the traffic: what a command line names, as paths of Parquet files.

In: paths of files, of folders, patterns. Out: paths, in order, none twice. A folder stands for
every `*.parquet` below it; what begins with `.` or `_` is someone else's bookkeeping, and left out.
"""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path

__all__ = ["find_files"]

SUFFIX = ".parquet"


def find_files(sources: Iterable[str]) -> list[Path]:
    """The files that `sources` name; `FileNotFoundError` for one that names none.

    A pattern may hold `*`, `?`, `[...]` and `**` for any number of folders.
    """
    found: dict[Path, None] = {}
    for source in sources:
        path = Path(source)
        if path.is_dir():
            own = _below(path)
        elif path.exists() or not glob.has_magic(source):
            own = [path]
        else:
            # `Path.glob` takes no pattern that begins at a root.
            own = sorted(map(Path, glob.glob(source, recursive=True)))  # noqa: PTH207
            own = [match for match in own if match.is_file()]
        if not own:
            raise FileNotFoundError(f"no Parquet file in `{source}`")
        found |= dict.fromkeys(own)
    return list(found)


def _below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob(f"*{SUFFIX}")
        if path.is_file()
        and not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    )
