"""The tables that `rulec replay` shows.

In: a tally, the program, its definitions. Out: text on stdout; what never happened is left out of
the tables, and named at the end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table

from rulec.render.text import visible
from rulec.ruleset.model import Definition
from rulec.traffic.tally import Standing, Tally, never_won
from rulec_runtime import Program

__all__ = ["show_tally"]

WIDTH = 120
"""Columns where no terminal says how many."""


def show_tally(
    program: Program, tally: Tally, definitions: Iterable[Definition], seconds: float
) -> None:
    """Print who was identified, who won each point, who owns what won, and who never did."""
    standings = tally.standings(definitions)
    tables = [_identities(standings, tally), _winners(program, tally), _owners(tally)]
    if tally.n_refused:
        tables.append(_reasons(tally))
    is_wide = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    console = Console(highlight=False, markup=False, emoji=False, width=WIDTH if is_wide else None)
    # Rich ends the process itself where a pipe is closed, so it only makes the text.
    with console.capture() as captured:
        for table in tables:
            console.print(table)
    click.echo(captured.get(), nl=False)
    _never_won(standings)
    rate = tally.n_rows / seconds if seconds else 0.0
    click.echo(
        f"{tally.n_rows:,} rows x {len(program.points)} points in {seconds:.2f} s: "
        f"{rate:,.0f} rows/s"
    )


def _never_won(standings: Sequence[Standing]) -> None:
    losers = never_won(standings)
    if not losers:
        click.echo("Every definition won somewhere.")
        return
    click.echo("Never won:")
    for one in losers:
        seen = f", identified on {one.identified:,} rows" if one.identified else ""
        click.echo(f"  {one.code} ({one.kind} of {one.owner}{seen})")


def _table(title: str, texts: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in texts:
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.2f} %" if total else "-"


def _identities(standings: Sequence[Standing], tally: Tally) -> Table:
    columns = ("rows", "share", "wins at all points")
    table = _table("Identified business", ("business", "owner"), columns)
    seen = [one for one in standings if one.identified]
    for one in sorted(seen, key=lambda one: (-one.identified, one.code)):
        share = _share(one.identified, tally.n_decided)
        table.add_row(one.code, one.owner or "-", f"{one.identified:,}", share, f"{one.wins:,}")
    return table


def _winners(program: Program, tally: Tally) -> Table:
    table = _table("Winner of each point", ("point", "winner", "owner", "runs"), ("rows", "share"))
    for point in program.points:
        for number, (decision, count) in enumerate(tally.winners_of(point)):
            stopped = f", stopped by {decision.blocked_by}" if decision.blocked_by else ""
            table.add_row(
                "" if number else point,
                decision.code + stopped,
                decision.owner or "-",
                decision.implementation or "nothing",
                f"{count:,}",
                _share(count, tally.n_decided),
            )
        table.add_section()
    return table


def _owners(tally: Tally) -> Table:
    table = _table("Owner of what won, over all points", ("owner",), ("decisions", "share"))
    for one in tally.owners():
        table.add_row(one.name, f"{one.count:,}", _share(one.count, one.total))
    return table


def _reasons(tally: Tally) -> Table:
    title = f"Refused: {tally.n_refused:,} of {tally.n_rows:,} rows"
    table = _table(title, ("of", "expected", "first given"), ("rows", "first row"))
    for reason, refused in sorted(tally.reasons.items()):
        counts = (f"{refused.n_rows:,}", f"{refused.first_row:,}")
        said = map(visible, (reason.place, reason.expected, refused.given))
        table.add_row(*said, *counts)
    return table
