"""What a command line calls a version: a folder, an artifact, or a folder at a revision.

    shop                a folder that holds vocabulary.toml
    shop.rulec          an artifact that keeps its rules (`rulec compile --keep-rules`)
    shop@v1.2           the folder `shop` as it was at the revision `v1.2`
    v1.2                with `--rules shop`: the same

In: such a name. Out: a `Version`, compiled; or `VersionError` with the findings that kept it from
compiling. Something that exists under the whole name is that; else the last `@` parts folder and
revision.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from rulec.check.tree import CheckedRuleSet
from rulec.compare.git import GitError, extract, find_revision
from rulec.diagnostic import Diagnostic
from rulec.driver import Compiled, compile_folder
from rulec.emit.keep import kept_rules
from rulec.source import Source, Where
from rulec_runtime import Program, from_bytes
from rulec_runtime import open as open_program

__all__ = ["Options", "Version", "VersionError", "open_revision", "open_version", "version_of"]

_ADVICE: Final = "give its folder or revision, or compile it with `rulec compile --keep-rules`"


class VersionError(ValueError):
    """A version that cannot be compared; `findings` say why its rules do not compile."""

    def __init__(self, message: str, findings: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Options:
    """How rule files are compiled."""

    system: str | None = None
    allow_ties: bool = False
    cache: Path | None = None

    def compiled(self, root: Path) -> Compiled:
        """A folder, compiled."""
        return compile_folder(
            root, system=self.system, allow_ties=self.allow_ties, cache=self.cache
        )


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a rule set."""

    shown: str
    """What people call it."""
    checked: CheckedRuleSet
    program: Program
    is_tried: bool = False
    """Whether `rulec try` takes what it is called."""
    folder: str | None = None
    """Of a revision: the folder, as it was called."""

    def placed(self, where: Where) -> Where:
        """A place as people find it: in the folder, not in the copy that was read."""
        origin = self.checked.ruleset.origin
        source = where.source
        if self.folder is None or origin is None:
            return where
        inside = source.path.removeprefix(f"{origin.shown}/")
        path = (PurePosixPath(self.folder) / inside).as_posix()
        return Where(Source(path, source.text), where.span)


def open_version(name: str, options: Options) -> Version:
    """A version by its name."""
    path = Path(name)
    if path.is_dir():
        return _compiled(name, options.compiled(path), is_tried=True)
    if path.exists():
        return _artifact(path, options)
    folder, at, revision = name.rpartition("@")
    if not at:
        raise VersionError(
            f"`{name}`: no such folder or artifact; a revision is FOLDER@REVISION, "
            "or REVISION with --rules FOLDER"
        )
    return open_revision(Path(folder or "."), revision, options)


def open_revision(folder: Path, revision: str, options: Options) -> Version:
    """A folder as it was at a revision."""
    try:
        found = find_revision(folder, revision)
        with tempfile.TemporaryDirectory(prefix="rulec-") as target:
            root = extract(found, Path(target))
            compiled = options.compiled(root)
    except GitError as error:
        raise VersionError(str(error)) from None
    version = _compiled(f"{folder}@{revision}", compiled)
    return replace(version, folder=folder.as_posix())


def version_of(shown: str, compiled: Compiled) -> Version:
    """A version that is compiled already; `VersionError` where it did not compile."""
    return _compiled(shown, compiled)


def _compiled(shown: str, compiled: Compiled, *, is_tried: bool = False) -> Version:
    if compiled.artifact is None or compiled.checked is None:
        raise VersionError(f"`{shown}` does not compile", compiled.findings)
    return Version(shown, compiled.checked, from_bytes(compiled.artifact), is_tried)


def _artifact(path: Path, options: Options) -> Version:
    """An artifact, by the rules it keeps."""
    program = open_program(path)
    kept = kept_rules(program.manifest)
    if kept is None:
        message = f"`{path}` keeps no rules, and nothing can be proved without them: {_ADVICE}"
        raise VersionError(message)
    if options.system is not None and options.system != kept.system:
        raise VersionError(f"`{path}` is compiled already: --system cannot change it")
    with tempfile.TemporaryDirectory(prefix="rulec-") as target:
        root = _written(Path(target) / kept.name, kept.files)
        compiled = compile_folder(
            root,
            system=kept.system,
            allow_ties=kept.allow_ties,
            cache=options.cache,
            keep_rules=True,
        )
    version = _compiled(str(path), compiled, is_tried=True)
    if not _is_made_of(program, version.program):
        raise VersionError(
            f"`{path}` is not what its rules compile to: another version of rulec made it; "
            "compile it again, or give its folder or revision"
        )
    return replace(version, program=program)


def _is_made_of(program: Program, again: Program) -> bool:
    """Whether a program is what its rules compile to.

    One that learnt from traffic looks elsewhere first, and decides the same: its decisions are
    compared, and every witness is.
    """
    if "traffic" not in program.manifest:
        return program.hash == again.hash
    decisions = [
        [
            (one.point, one.code, one.reason, one.blocked_by, one.implementation, one.mode)
            for one in each.decisions
        ]
        for each in (program, again)
    ]
    return decisions[0] == decisions[1]


def _written(root: Path, files: Mapping[PurePosixPath, str]) -> Path:
    root.mkdir()
    for path, text in files.items():
        file = root.joinpath(*path.parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    return root
