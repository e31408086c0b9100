"""`rulec replay`: who would have won, over recorded traffic."""

from __future__ import annotations

import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from rulec.cli.output import compiled_or_exit
from rulec_runtime import Program

try:
    from rulec.traffic.replay import Tally, Traffic, replay
except ModuleNotFoundError as error:
    if error.name != "pyarrow":
        raise
    raise click.ClickException("replay reads Parquet: pip install 'rulec[arrow]'") from None

__all__ = ["command"]


@click.command("replay")
@click.argument("rules", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("traffic", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--scenario", metavar="NAME", help="A declared scenario.")
@click.option("--as-of", metavar="TIME", help="The time of every row, as RFC 3339.")
def command(rules: Path, traffic: Path, scenario: str | None, as_of: str | None) -> int:
    """Resolve every point over the Parquet file TRAFFIC with the rule set in the folder RULES.

    Columns are named `entity.fact`, or mapped to facts by columns.toml in the rule set.
    """
    compiled, program = compiled_or_exit(rules)
    assert compiled.ruleset is not None
    opened = Traffic.open(traffic, compiled.ruleset)
    started = time.perf_counter()
    tally = _with_progress(program, opened, scenario, as_of)
    seconds = time.perf_counter() - started
    console = Console(highlight=False)
    console.print(_identities(tally))
    console.print(_winners(program, tally))
    rate = tally.n_rows / seconds if seconds else 0.0
    n_points = len(program.points)
    console.print(
        f"{tally.n_rows:,} rows x {n_points} points in {seconds:.2f} s: {rate:,.0f} rows/s"
    )
    return 0


def _with_progress(
    program: Program, traffic: Traffic, scenario: str | None, as_of: str | None
) -> Tally:
    console = Console(stderr=True)
    columns = (
        TextColumn("replaying"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("replay", total=traffic.n_rows)
        return replay(program, traffic, lambda n_rows: bar.advance(task, n_rows), scenario, as_of)


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.2f} %" if total else "-"


def _identities(tally: Tally) -> Table:
    table = Table(title="Identified business", title_justify="left")
    table.add_column("business", overflow="fold")
    table.add_column("rows", justify="right")
    table.add_column("share", justify="right")
    for code, count in sorted(tally.identities.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(code, f"{count:,}", _share(count, tally.n_rows))
    return table


def _winners(program: Program, tally: Tally) -> Table:
    table = Table(title="Winner of each point", title_justify="left")
    for name in ("point", "winner", "owner"):
        table.add_column(name, overflow="fold")
    table.add_column("rows", justify="right")
    table.add_column("share", justify="right")
    for point in program.points:
        wins = [(d, n) for d, n in tally.decisions.items() if d.point == point]
        for number, (decision, count) in enumerate(sorted(wins, key=lambda win: -win[1])):
            table.add_row(
                "" if number else point,
                decision.code,
                decision.owner or "-",
                f"{count:,}",
                _share(count, tally.n_rows),
            )
        table.add_section()
    return table
