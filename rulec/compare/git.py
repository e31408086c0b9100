"""A rule set as it was at a revision: read from the repository, written beside nobody's files.

In: a folder, which need not exist any more, and a revision. Out: the folder of that revision with
the files of a rule set in it, and nothing else: no checkout, no hook, no filter, no attribute has a
say, and links and submodules are left out. `GitError` says why there is none.

git is asked three things, never through a shell: which commit, which files, which bytes.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from rulec.limits import MAX_FILE_BYTES

__all__ = ["GitError", "Revision", "extract", "find_revision"]

MAX_FILES: Final = 200_000
MAX_BYTES: Final = 1 << 30
"""Of all files of one revision."""
_REGULAR: Final = ("100644", "100755")
_ROOT_FILES: Final = ("vocabulary.toml", "platform.toml", "columns.toml", "rulec.toml")
_FOLDERS: Final = ("businesses", "products")
_LOCAL: Final = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_EXTERNAL_DIFF",
)  # fmt: skip
"""What a hook is told of its own repository, which need not be the folder's."""
_QUIET: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]+")


class GitError(Exception):
    """A revision that cannot be read, in words for people."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A folder at a commit."""

    top: Path
    """A folder of the working tree to ask git from."""
    commit: str
    path: PurePosixPath
    """From the top of the repository; `.` is the top itself."""


def find_revision(folder: Path, revision: str) -> Revision:
    """The commit that a revision names, and where the folder lies in it."""
    start = folder.absolute()
    rest: list[str] = []
    while not start.is_dir():
        if start.parent == start:
            raise GitError(f"`{folder}`: no such folder, nor one above it")
        rest.insert(0, start.name)
        start = start.parent
    if ".." in rest:
        raise GitError(f"`{folder}`: it leaves a folder that is not there")
    if _said(start, "rev-parse", "--is-inside-work-tree") != "true":
        raise GitError(f"`{folder}` is in no working tree: a bare repository has no folders")
    prefix = _said(start, "rev-parse", "--show-prefix")
    # No commit has a name like an option, and none of several lines.
    if not revision or "\0" in revision or "\n" in revision:
        raise GitError("an empty revision" if not revision else "no revision has such a name")
    wanted = f"{revision}^{{commit}}"
    try:
        commit = _said(start, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    except GitError:
        raise GitError(f"no revision `{revision}` in the repository of `{folder}`") from None
    return Revision(start, commit, PurePosixPath(prefix, *rest))


def extract(revision: Revision, target: Path) -> Path:
    """Write the rule set's files into a new folder below `target`; its path."""
    blobs = _blobs(revision)
    name = _PLAIN.sub("-", revision.path.name) or "rules"
    root = target / f"{name}@{revision.commit[:10]}"
    root.mkdir()
    bodies = _run(revision.top, ["cat-file", "--batch"], "".join(f"{b}\n" for b in blobs.values()))
    offset = 0
    for path in blobs:
        end = bodies.index(b"\n", offset)
        size = bodies[offset:end].split()[-1]
        if not size.isdigit():
            raise GitError(f"`{path}` cannot be read: the repository does not hold it")
        body = bodies[end + 1 : end + 1 + int(size)]
        offset = end + 2 + int(size)
        file = root.joinpath(*path.parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    return root


def _blobs(revision: Revision) -> dict[PurePosixPath, str]:
    """The files of a rule set at a revision, by their path in its folder."""
    is_top = revision.path == PurePosixPath()
    tree = f"{revision.commit}:" + ("" if is_top else f"{revision.path}/")
    try:
        listed = _run(revision.top, ["ls-tree", "-rzl", "--full-tree", "--end-of-options", tree])
    except GitError:
        where = "the top" if is_top else f"`{revision.path}`"
        raise GitError(f"{where} is no folder at {revision.commit[:10]}") from None
    found: dict[PurePosixPath, str] = {}
    n_bytes = 0
    for line in listed.split(b"\0"):
        about, _, name = line.partition(b"\t")
        if not name:
            continue
        mode, _, blob, size = about.decode("ascii").split()
        path = PurePosixPath(os.fsdecode(name))
        if mode not in _REGULAR or not _belongs(path):
            continue
        if not size.isdigit():
            raise GitError(f"`{path}` cannot be read: the repository does not hold it")
        n_bytes += int(size)
        if int(size) > MAX_FILE_BYTES or n_bytes > MAX_BYTES or len(found) >= MAX_FILES:
            raise GitError(f"`{path}` at {revision.commit[:10]}: more than a rule set may hold")
        found[path] = blob
    if PurePosixPath("vocabulary.toml") not in found:
        raise GitError(
            f"no rule set in `{revision.path}` at {revision.commit[:10]}: "
            "the folder holds no vocabulary.toml"
        )
    return found


def _belongs(path: PurePosixPath) -> bool:
    """Whether a file is one of a rule set, by a name that stays inside the folder."""
    parts = path.parts
    if any(part in ("..", "/") or "\\" in part or ":" in part for part in parts):
        return False
    if any(part.startswith(".") for part in parts) or path.suffix != ".toml":
        return False
    return parts[0] in (_ROOT_FILES if len(parts) == 1 else _FOLDERS)


def _said(folder: Path, *arguments: str) -> str:
    return _run(folder, arguments).decode("utf-8", "surrogateescape").removesuffix("\n")


def _run(folder: Path, arguments: list[str] | tuple[str, ...], given: str = "") -> bytes:
    """What git says; nothing of the caller's repository, pager or prompts comes with it."""
    environment = {name: v for name, v in os.environ.items() if name not in _LOCAL} | _QUIET
    command = ["git", "-c", "core.quotePath=false", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(
            command, input=given.encode(), capture_output=True, env=environment, check=False
        )
    except FileNotFoundError:
        raise GitError("revisions are read by git, which is not installed") from None
    except ValueError:
        raise GitError("no revision, and no folder, has such a name") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise GitError(said.removeprefix("fatal: ") or "git does not say why it failed")
    return done.stdout
