"""`rulec check --fix`: what was repaired, written or shown as a difference."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import click

from rulec.fix.repair import Repaired

__all__ = ["said", "show_difference", "write"]


def write(repaired: Repaired) -> None:
    """Write the new texts, unless a file changed since it was read."""
    for path, text in repaired.originals.items():
        if path.read_bytes().decode("utf-8", "replace") != text:
            raise click.ClickException(f"{path}: the file changed meanwhile; nothing is written")
    for path, text in repaired.texts.items():
        path.write_bytes(text.encode("utf-8"))


def show_difference(repaired: Repaired, shown: Path, root: Path) -> None:
    """Print what would be written, as a unified diff."""
    for path, text in sorted(repaired.texts.items()):
        name = (shown / path.relative_to(root)).as_posix()
        before = repaired.originals[path].splitlines(keepends=True)
        for line in difflib.unified_diff(before, text.splitlines(keepends=True), name, name):
            click.echo(line, nl=not line.endswith("\n"))


def said(all_repaired: Sequence[Repaired]) -> str:
    """How much was fixed, and what was not and why: lines."""
    n_fixed = sum(len(one.fixed) for one in all_repaired)
    n_files = sum(len(one.texts) for one in all_repaired)
    finding = "finding" if n_fixed == 1 else "findings"
    lines = [f"{n_fixed:,} {finding} fixed in {n_files:,} file{'s' * (n_files != 1)}"]
    for one in all_repaired:
        lines += [
            f"not fixed: {finding.path}:{finding.line}:{finding.column}: {finding.code}: {reason}"
            for finding, reason in one.refused
        ]
    return "".join(f"{line}\n" for line in lines)
