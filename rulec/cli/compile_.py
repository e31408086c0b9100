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
def command(rules: Path, output: Path) -> int:
    """Compile the rule set in the folder RULES to one checksummed artifact."""
    if not output.absolute().parent.is_dir():
        raise click.UsageError(f"no folder `{output.parent}` to write to")
    _, program = compiled_or_exit(rules)
    program.save(output)
    n_bytes = output.stat().st_size
    click.echo(f"{output}: {n_bytes:,} bytes, program {program.hash[:16]}")
    return 0
