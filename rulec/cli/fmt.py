"""`rulec fmt`: conditions in one style, in place."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import click

from rulec.cli.main import FINDINGS
from rulec.cli.output import show_findings
from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.fmt.file import format_document
from rulec.ruleset.discover import Files, discover, find_root, read_document

__all__ = ["command"]


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def command(paths: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Format the conditions of the rule-set files at or below PATHS (default: here).

    Only white space, quotes and commas before `]` change, only inside conditions; comments and the
    layout of the TOML stay. A file that is no TOML and a condition that does not parse are shown
    and left as they are.
    """
    findings: list[Diagnostic] = []
    n_files = n_changed = 0
    for path, shown in _files(paths):
        n_files += 1
        document = read_document(path, shown)
        if isinstance(document, Diagnostic):
            findings.append(document)
            continue
        text, found = format_document(document)
        findings += found
        if text != document.source.text:
            n_changed += 1
            _report(path, document, text, check=check, diff=diff)
    if findings:
        show_findings(findings)
    if not diff:
        verb = "would change" if check else "changed"
        click.echo(f"{n_changed} of {n_files} files {verb}")
    return FINDINGS if findings or (n_changed and (check or diff)) else 0


def _files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """The files with conditions that lie in the paths, each once, and how they are shown."""
    found: dict[Path, str] = {}
    for path in paths or (Path(),):
        files, _ = discover(find_root(path))
        for file in _with_conditions(files):
            if file.is_relative_to(path.resolve()):
                found[file] = files.shown(file)
    return sorted(found.items(), key=lambda item: item[1])


def _with_conditions(files: Files) -> tuple[Path, ...]:
    return (files.vocabulary, *files.businesses, *files.products)


def _report(path: Path, document: Document, text: str, *, check: bool, diff: bool) -> None:
    """Write the file, or show what would be written."""
    shown = document.source.path
    if diff:
        lines = (document.source.text.splitlines(keepends=True), text.splitlines(keepends=True))
        for line in difflib.unified_diff(*lines, shown, shown):
            click.echo(line, nl=not line.endswith("\n"))
    elif check:
        click.echo(shown)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
        click.echo(shown)
