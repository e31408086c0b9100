"""`rulec compile`: a rule set to one artifact."""

from __future__ import annotations

from pathlib import Path

import click

from rulec.cli.output import compiled_or_exit

__all__ = ["command"]


@click.command("compile")
@click.argument("rules", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where the artifact goes; written aside and renamed.",
)
@click.option(
    "--system", metavar="NAME", help="Keep what this application runs: its own and what names none."
)
@click.option(
    "--allow-ties", is_flag=True, help="Let the smaller code stand first where nothing decides."
)
def command(rules: Path, output: Path, system: str | None, allow_ties: bool) -> int:
    """Compile the rule set in the folder RULES to one checksummed artifact."""
    _, program = compiled_or_exit(rules, system=system, allow_ties=allow_ties)
    program.save(output)
    n_bytes = output.stat().st_size
    click.echo(f"{output}: {n_bytes:,} bytes, program {program.hash[:16]}")
    return 0
