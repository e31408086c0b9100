"""`rulec compile`: a rule set to one artifact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from rulec.cli.memory import peak_memory
from rulec.cli.output import compiled_or_exit
from rulec.cli.recorded import Recorded, columns_option
from rulec.driver import Compiled
from rulec.dump import dump_json, dump_plan, dump_terms
from rulec.traffic.named import Named

__all__ = ["command"]

_DUMPS: Final = ("terms", "plan", "json")


@click.command("compile")
@click.argument("rules", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the artifact goes; written aside and renamed.",
)
@click.option(
    "--emit",
    type=click.Choice(_DUMPS),
    help="Show the terms, the plan, or both as JSON, on stdout.",
)
@click.option(
    "--system", metavar="NAME", help="Keep what this application runs: its own and what names none."
)
@click.option(
    "--allow-ties", is_flag=True, help="Let the smaller code stand first where nothing decides."
)
@click.option(
    "--statistics", is_flag=True, help="Say on stderr what was compiled, how long, in what memory."
)
@click.option(
    "--keep-rules", is_flag=True, help="Keep the rule files in the artifact, for `rulec diff`."
)
@click.option(
    "--traffic",
    multiple=True,
    metavar="SAMPLE",
    help="Recorded requests to learn from which facts are rare: Parquet files, folders, patterns.",
)
@columns_option
def command(
    rules: Path,
    output: Path | None,
    emit: str | None,
    system: str | None,
    allow_ties: bool,
    statistics: bool,
    keep_rules: bool,
    traffic: tuple[str, ...],
    columns_file: Path | None,
) -> int:
    """Compile the rule set in the folder RULES to one checksummed artifact."""
    if output is None and emit is None:
        raise click.UsageError("say where the artifact goes: -o FILE")
    if output is not None and not output.absolute().parent.is_dir():
        raise click.UsageError(f"no folder `{output.parent}` to write to")
    if columns_file is not None and not traffic:
        raise click.UsageError("--columns belongs to --traffic")
    observe = Recorded(Named(traffic), columns_file).observed if traffic else None
    compiled, program = compiled_or_exit(
        rules, system=system, allow_ties=allow_ties, observe=observe, keep_rules=keep_rules
    )
    if emit is not None:
        click.echo(_dump(compiled, emit), nl=False)
    if output is not None:
        program.save(output)
        n_bytes = output.stat().st_size
        line = f"{output}: {n_bytes:,} bytes, program {program.hash[:16]}"
        click.echo(line, err=emit is not None)
    if statistics:
        click.echo("\n".join(_statistics(compiled)), err=True)
    return 0


def _statistics(compiled: Compiled) -> Iterator[str]:
    """What was compiled, the seconds of each stage, and the most memory the process has had."""
    assert compiled.ruleset is not None
    n_definitions = len(compiled.ruleset.definitions)
    n_terms = sum(map(len, compiled.terms.values()))
    n_conditions = len(compiled.shared.conditions)
    yield f"{n_definitions:,} definitions, {n_terms:,} terms, {n_conditions:,} local conditions"
    for stage, seconds in compiled.seconds.items():
        yield f"{stage:<10}{seconds:>9.3f} s"
    yield f"{'total':<10}{sum(compiled.seconds.values()):>9.3f} s of processor time"
    peak = peak_memory()
    if peak is not None:
        yield f"peak memory {peak / 1024**2:,.0f} MiB"


def _dump(compiled: Compiled, emit: str) -> str:
    assert compiled.plan is not None
    if emit == "terms":
        return dump_terms(compiled)
    return dump_plan(compiled.plan) if emit == "plan" else dump_json(compiled, compiled.plan)
