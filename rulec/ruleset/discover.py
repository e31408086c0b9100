"""The files of a rule set, found and read.

In: a folder, and texts that stand for some of its files, as an editor holds them before they are
saved. Out: its files by role, each as a `Document`, and findings about files that do not belong.
Folders that are symbolic links are not entered: a loop could hide in them, and the same file could
come twice. What cannot be read raises the `OSError` of the operating system.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import FileIO
from pathlib import Path
from typing import Final, TypeAlias

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.limits import MAX_FILE_BYTES
from rulec.vocabulary.conform import one_of, quoted

__all__ = [
    "CONFIG",
    "Files",
    "RuleSetNotFound",
    "Texts",
    "discover",
    "find_root",
    "read_document",
]

_VOCABULARY: Final = "vocabulary.toml"
_PLATFORM: Final = "platform.toml"
_COLUMNS: Final = "columns.toml"
_FILES: Final = (_VOCABULARY, _PLATFORM, _COLUMNS)
CONFIG: Final = "rulec.toml"
"""How the rule set is linted; no stage of the compiler reads it."""
_CHUNK: Final = 64 * 1024
_FOLDERS: Final = ("businesses", "products")
Texts: TypeAlias = Mapping[Path, str]
"""Texts that stand for files, by resolved path; a file need not be there yet."""


class RuleSetNotFound(OSError):
    """There is no rule set at the path."""


@dataclass(frozen=True)
class Files:
    """The files of one rule set; businesses and products by path."""

    root: Path
    vocabulary: Path
    platform: Path
    columns: Path | None
    businesses: tuple[Path, ...]
    products: tuple[Path, ...]
    texts: Texts = field(default_factory=dict, repr=False)

    def read(self, path: Path) -> Document | Diagnostic:
        """A file as TOML, or the text that stands for it; raises what `read_document` does."""
        return Document.decode(self.shown(path), self.content(path))

    def content(self, path: Path) -> bytes:
        """The bytes of a file, or of the text that stands for it; raises what `read` does."""
        text = self.texts.get(path) if self.texts else None
        return _content(path) if text is None else text.encode("utf-8", "surrogatepass")

    def has(self, path: Path) -> bool:
        """Whether there is such a file, or a text for it."""
        return path in self.texts or path.exists()

    def shown(self, path: Path) -> str:
        """A file as people read it: from the current folder, or from beside the rule set."""
        text = path.as_posix()
        return "." if f"{text}/" == self._base else text.removeprefix(self._base)

    @cached_property
    def _base(self) -> str:
        """What shown paths leave out: the current folder, or that beside the rule set."""
        try:
            here = Path.cwd()
        except OSError:
            here = self.root.parent
        # INVARIANT: the paths of one rule set begin alike, also from inside one of its folders.
        base = here if self.root.is_relative_to(here) else self.root.parent
        return base.as_posix().removesuffix("/") + "/"


def find_root(path: Path) -> Path:
    """The nearest folder at or above `path` that holds vocabulary.toml.

    Raises `RuleSetNotFound`.
    """
    start = _resolved(path)
    for folder in (start, *start.parents):
        if (folder / _VOCABULARY).is_file():
            return folder
    raise _not_found(path, "no folder at or above it holds vocabulary.toml")


def discover(root: Path, texts: Texts | None = None) -> tuple[Files, list[Diagnostic]]:
    """Find the files of the rule set whose folder is `root`; `texts` stand for some of them.

    Raises `RuleSetNotFound` where there is none, `OSError` for what cannot be listed.
    """
    folder = _resolved(root)
    if not folder.is_dir():
        raise _not_found(root, "no such folder")
    if not (folder / _VOCABULARY).exists():
        raise _not_found(root, "the folder holds no vocabulary.toml")
    columns = folder / _COLUMNS
    texts = texts or {}
    files = Files(
        folder,
        folder / _VOCABULARY,
        folder / _PLATFORM,
        columns if columns.exists() else None,
        _definition_files(folder / "businesses", texts),
        _definition_files(folder / "products", texts),
        texts,
    )
    findings = _strangers(files)
    if not files.has(files.platform):
        message = "`platform.toml` is missing"
        advice = "list the abilities and their extension points in it"
        shown = files.shown(files.platform)
        findings.append(Diagnostic("SYN009", message, None, advice, shown))
    return files, findings


def read_document(path: Path, shown: str) -> Document | Diagnostic:
    """Read a file as TOML; `shown` is its path for people.

    Raises `OSError` for what cannot be read, such as a pipe or a folder with a file's name.
    """
    return Document.decode(shown, _content(path))


def _content(path: Path) -> bytes:
    """The bytes of a file, one more than allowed at most."""
    with FileIO(path, opener=_without_waiting) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        # One byte more than the file has tells that this is its end.
        data = file.read(min(found.st_size, MAX_FILE_BYTES) + 1)
        while len(data) <= MAX_FILE_BYTES and (more := file.read(_CHUNK)):
            data += more
        return data


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe nobody writes to would block for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _toml_files(folder: Path) -> tuple[Path, ...]:
    """The TOML files below a folder, by path; hidden ones are left to their owners."""
    found: list[str] = []

    def fail(error: OSError) -> None:
        raise error

    if not folder.is_dir():
        return ()
    for place, folders, names in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            f"{place}{os.sep}{name}"
            for name in names
            if name.endswith(".toml") and not name.startswith(".")
        ]
    return tuple(map(Path, sorted(found, key=lambda path: path.split(os.sep))))  # noqa: PTH206


def _definition_files(folder: Path, texts: Texts) -> tuple[Path, ...]:
    """The files below a folder that hold definitions, those that are only a text included."""
    named = [path for path in texts if path.suffix == ".toml" and path.is_relative_to(folder)]
    files = _toml_files(folder)
    return tuple(sorted({*files, *named})) if named else files


def _strangers(files: Files) -> list[Diagnostic]:
    """TOML files that no stage would read."""
    findings: list[Diagnostic] = []
    for path in sorted(files.root.iterdir()):
        name, shown = path.name, files.shown(path)
        if name == "tests" and _toml_files(path):
            message = "tests of a rule set are not built yet"
            findings.append(Diagnostic("SYN011", message, None, "keep them elsewhere", shown))
        elif name.endswith(".toml") and not name.startswith(".") and name not in (*_FILES, CONFIG):
            message = f"{quoted(name)} is no file of a rule set"
            findings.append(Diagnostic("SYN009", message, None, one_of(name, _FILES), shown))
        elif path.is_dir() and name not in _FOLDERS and any(path.glob("*.toml")):
            message = f"{quoted(name)} is no folder of a rule set, and holds TOML files"
            findings.append(Diagnostic("SYN009", message, None, one_of(name, _FOLDERS), shown))
    return findings


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError as error:
        # Before Python 3.13 a loop of symbolic links is no OSError.
        raise _not_found(path, "a loop of symbolic links") from error


def _not_found(path: Path, reason: str) -> RuleSetNotFound:
    return RuleSetNotFound(errno.ENOENT, f"no rule set: {reason}", str(path))
