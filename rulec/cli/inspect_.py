"""`rulec inspect`: what an artifact holds and what it costs."""

from __future__ import annotations

from pathlib import Path

import click

from rulec_runtime import open as open_program

__all__ = ["command"]


@click.command("inspect")
@click.argument("artifact", type=click.Path(path_type=Path, dir_okay=False))
def command(artifact: Path) -> int:
    """Show the manifest, counts, bytes by section and expected cost of ARTIFACT."""
    program = open_program(artifact)
    sections = program.section_sizes()
    manifest = program.manifest
    click.echo(f"program      {manifest['name']}")
    click.echo(f"hash         {program.hash}")
    click.echo(f"bytes        {sum(size for _, size in sections.values()):,} in sections")
    click.echo(f"abilities    {len(manifest['abilities'])}")
    for name in ("points", "definitions", "decisions", "terms", "conditions", "entities", "facts"):
        click.echo(f"{name:<12} {sections[name][0]:,}")
    click.echo("\nexpected candidates a request, a static estimate")
    expected = manifest["cost"]["expected_candidates"]
    for entity, count in sorted(expected.items(), key=lambda item: -item[1]):
        click.echo(f"  {entity:<20} {count:>12,.2f}")
    click.echo(f"  {'in all':<20} {sum(expected.values()):>12,.2f}")
    click.echo("\nsection           records        bytes")
    for name, (n_records, n_bytes) in sections.items():
        click.echo(f"  {name:<14} {n_records:>8,} {n_bytes:>12,}")
    return 0
