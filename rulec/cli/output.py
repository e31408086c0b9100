"""What commands print: findings on stdout, tables, and whether colour is welcome."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from platformdirs import user_cache_path

from rulec.cli.main import FINDINGS
from rulec.diagnostic import Diagnostic
from rulec.driver import Compiled, Observe, compile_folder
from rulec.render.text import render, render_grouped, summary
from rulec_runtime import Program, from_bytes
from rulec_runtime import open as open_program

__all__ = ["cache_folder", "compiled_or_exit", "has_color", "program_of", "show_findings"]


def has_color() -> bool:
    """Whether stdout is a terminal whose owner did not ask for plain text."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def cache_folder() -> Path | None:
    """Where checked conditions are remembered: `RULEC_CACHE`, else the user's cache folder.

    Nowhere where `RULEC_CACHE` is set and empty.
    """
    named = os.environ.get("RULEC_CACHE")
    if named is None:
        return user_cache_path("rulec")
    return Path(named) if named else None


def show_findings(findings: Sequence[Diagnostic], *, is_grouped: bool = False) -> None:
    """Print findings, by place or by who is to blame, and their count."""
    if findings:
        show = render_grouped if is_grouped else render
        click.echo(show(findings, color=has_color()))
    click.echo(summary(findings))


def compiled_or_exit(
    root: Path,
    *,
    system: str | None = None,
    allow_ties: bool = False,
    observe: Observe | None = None,
    keep_rules: bool = False,
) -> tuple[Compiled, Program]:
    """A rule-set folder as a program; findings are shown and end the command."""
    compiled = compile_folder(
        root,
        system=system,
        allow_ties=allow_ties,
        cache=cache_folder(),
        observe=observe,
        keep_rules=keep_rules,
    )
    if compiled.artifact is None:
        show_findings(compiled.findings)
        raise click.exceptions.Exit(FINDINGS)
    return compiled, from_bytes(compiled.artifact)


def program_of(rules: Path) -> Program:
    """The program of a rule-set folder or of an artifact."""
    return open_program(rules) if rules.is_file() else compiled_or_exit(rules)[1]
