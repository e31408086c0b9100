"""`rulec inspect`: what an artifact holds and what it costs."""

from __future__ import annotations

from pathlib import Path

import click

from rulec.render.artifact import render_artifact, render_artifact_json
from rulec_runtime import ArtifactError
from rulec_runtime import open as open_program

__all__ = ["command"]


@click.command("inspect")
@click.argument("artifact", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--top",
    type=click.IntRange(min=0),
    default=10,
    metavar="N",
    help="How many of the conditions that dominate the cost to show [10].",
)
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def command(artifact: Path, top: int, is_json: bool) -> int:
    """Show the manifest, counts, bytes by section and expected cost of ARTIFACT."""
    try:
        program = open_program(artifact)
    except ArtifactError as error:
        raise click.ClickException(f"{artifact}: {error}") from None
    n_bytes = artifact.stat().st_size
    if is_json:
        click.echo(render_artifact_json(program, n_bytes), nl=False)
    else:
        click.echo(render_artifact(program, n_bytes, top), nl=False)
    return 0
