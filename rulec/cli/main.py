"""The `rulec` command: finds the command, runs it, turns what happened into an exit code.

Exit codes: 0 clean, 1 findings, 2 could not do the job (usage, unreadable input), 3 internal error,
130 interrupted or the reader of a pipe went away. Each command lives in its own module and is
imported when it is called, so `rulec inspect` never pays for the grammar.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final, Never

import click

from rulec_runtime import RulecError
from rulec_runtime.cpu import KERNELS

__all__ = ["FINDINGS", "UNABLE", "main"]

FINDINGS: Final = 1
UNABLE: Final = 2
INTERNAL: Final = 3
INTERRUPTED: Final = 130

_COMMANDS: Final = {
    "bench": ("bench", "Measure how fast a rule set decides."),
    "check": ("check", "Check a rule set: syntax, vocabulary, names, who may win."),
    "compile": ("compile_", "Compile a rule set to one artifact."),
    "diff": ("diff", "Show which requests change winner between two versions."),
    "explain": ("explain", "Show the page of a lint, by code or name."),
    "fmt": ("fmt", "Format the conditions of rule files in place."),
    "inspect": ("inspect_", "Show what an artifact holds and what it costs."),
    "lsp": ("lsp", "Serve an editor: findings while typing, completion, fixes."),
    "new": ("new", "Make a rule set, a business or a product to begin with."),
    "overlaps": ("overlaps", "Show how the requests of definitions lie to each other."),
    "replay": ("replay", "Resolve every point over recorded traffic."),
    "schema": ("schema", "Show the JSON Schemas of the files, for editors."),
    "try": ("try_", "Resolve one request and show the decision."),
}
"""Command -> module in this package, and the line `rulec --help` shows without importing it."""


class _Commands(click.Group):
    """A group whose commands are imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"rulec.cli.{_COMMANDS[cmd_name][0]}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("rulec"), message=f"rulec %(version)s, {KERNELS} kernels")
def rulec() -> None:
    """Compile, check and try business rule sets."""


def main(arguments: Sequence[str] | None = None) -> Never:
    """Run one command and exit with its code."""
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = UNABLE
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = INTERRUPTED
    except (OSError, RulecError) as error:
        click.echo(f"rulec: {_said(error)}", err=True)
        code = UNABLE
    except Exception:
        traceback.print_exc()
        click.echo("rulec: internal error; please report it with the lines above", err=True)
        code = INTERNAL
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    """Run the command line; `click.Group.main` would turn a broken pipe into an exit of its own."""
    with rulec.make_context("rulec", list(arguments)) as context:
        code: int = rulec.invoke(context)
        return code


def _said(error: Exception) -> str:
    """What went wrong, and where, without error numbers."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror.lower()}"
    return str(error)
