"""`rulec schema`: JSON Schemas of the files, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from rulec.schema import FILES, schema_of

__all__ = ["command"]


@click.command("schema")
@click.argument("file", required=False, type=click.Choice(list(FILES)))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder that gets `<file>.schema.json` for each.",
)
def command(file: str | None, output: Path | None) -> int:
    """Show the JSON Schema of one kind of FILE, or of all of them in one object."""
    schemas = {name: schema_of(name) for name in ([file] if file else FILES)}
    if output is None:
        whole = {"schema": "rulec.schemas", "version": 1, "schemas": schemas}
        click.echo(_text(schemas[file] if file else whole), nl=False)
        return 0
    output.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        path = output / f"{name}.schema.json"
        path.write_text(_text(schema), encoding="utf-8")
        click.echo(str(path))
    return 0


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
