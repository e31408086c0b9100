"""`rulec check`: every finding of a rule set in one run."""

from __future__ import annotations

from pathlib import Path

import click

from rulec.cli.main import FINDINGS
from rulec.cli.output import show_findings
from rulec.driver import compile_folder
from rulec.ruleset.discover import find_root

__all__ = ["command"]


@click.command("check")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
def command(path: Path) -> int:
    """Check the rule set that PATH lies in (default: here); show the findings in PATH.

    The whole rule set is read, since who wins is a question about all of it; a PATH below its root
    selects which findings are shown.
    """
    root = find_root(path)
    findings = compile_folder(root).findings
    if path.resolve() != root.resolve():
        findings = tuple(finding for finding in findings if _is_in(finding.path, path))
    show_findings(findings)
    return FINDINGS if any(finding.severity == "error" for finding in findings) else 0


def _is_in(shown: str, path: Path) -> bool:
    return Path(shown).resolve().is_relative_to(path.resolve())
