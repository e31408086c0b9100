"""`rulec replay`: who would have won, over recorded traffic."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rulec.cli.output import compiled_or_exit
from rulec.cli.recorded import check_clock, columns_option, time_options, with_columns
from rulec.cli.replayed import show_tally
from rulec.instant import instant
from rulec.render.replay import render_replay
from rulec_runtime import AssumptionError, FactError, Program, TimeError
from rulec_runtime.publish import aside

try:
    from rulec.traffic.decide import Decided, Question
    from rulec.traffic.files import find_files
    from rulec.traffic.recording import Traffic
    from rulec.traffic.replay import replay
    from rulec.traffic.times import TimeColumn
    from rulec.traffic.write_winners import WinnersFile
except ModuleNotFoundError as error:
    if error.name != "pyarrow":
        raise
    raise click.ClickException("replay reads Parquet: pip install 'rulec[arrow]'") from None

if TYPE_CHECKING:
    from rulec.traffic.tally import Tally

__all__ = ["command"]

PATIENCE: Final = 1.0
"""Seconds before a bar appears."""


@click.command("replay")
@click.argument("rules", type=click.Path(path_type=Path, exists=True))
@click.argument("traffic", nargs=-1, required=True)
@columns_option
@click.option("--as-of", metavar="TIME", help="The time of every row, as RFC 3339.")
@time_options
@click.option("--scenario", metavar="NAME", help="A declared scenario.")
@click.option(
    "--on-bad",
    type=click.Choice(["raise", "mark"]),
    default="raise",
    help="Stop at the first bad row, or refuse bad rows and count them [raise].",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the winners of every row to this Parquet file.",
)
@click.option("--keep", multiple=True, metavar="COLUMN", help="Copy a column to --out; repeatable.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def command(
    rules: Path,
    traffic: tuple[str, ...],
    columns_file: Path | None,
    as_of: str | None,
    time_column: str | None,
    timezone: str | None,
    scenario: str | None,
    on_bad: Literal["raise", "mark"],
    out: Path | None,
    keep: tuple[str, ...],
    is_json: bool,
) -> int:
    """Resolve every point over TRAFFIC with the rule set in the folder RULES.

    TRAFFIC is one or more Parquet files, folders of them, or quoted patterns. Columns are named
    `entity.fact`, or mapped to facts by columns.toml in the rule set. A point that takes all counts
    its strongest winner.
    """
    if rules.is_file():
        raise click.UsageError(
            f"`{rules}` is a file: traffic is read by the vocabulary and the columns.toml of a "
            "rule set's folder, which a compiled program does not keep"
        )
    _check_options(as_of, time_column, timezone, out, keep)
    compiled, program = compiled_or_exit(rules)
    ruleset = compiled.ruleset
    assert ruleset is not None
    if program.needs_as_of and as_of is None and time_column is None:
        raise click.UsageError("windows need a time: say --as-of TIME or --time-column COLUMN")
    ruleset = with_columns(ruleset, columns_file)
    extra = dict.fromkeys(keep if time_column is None else (*keep, time_column))
    recorded = Traffic.open(find_files(traffic), ruleset, tuple(extra))
    if out is not None and any(_is_same(out, path) for path in recorded.paths):
        raise click.UsageError(f"--out would replace the traffic `{out}`")
    moment: str | TimeColumn | None = as_of
    if time_column is not None:
        moment = TimeColumn.of(time_column, timezone, recorded.columns)
    question = Question(program, recorded.columns, scenario, moment, on_bad)
    started = time.perf_counter()
    with _writer(out, program, recorded, keep) as write, _progress(recorded.n_rows) as advance:
        tally = _replay(recorded, question, [write, advance])
    seconds = time.perf_counter() - started
    if is_json:
        text = render_replay(program, tally, ruleset.definitions, list(map(str, recorded.paths)))
        click.echo(text, nl=False)
    else:
        show_tally(program, tally, ruleset.definitions, seconds)
    return 0


def _check_options(
    as_of: str | None,
    time_column: str | None,
    timezone: str | None,
    out: Path | None,
    keep: Sequence[str],
) -> None:
    if as_of is not None and time_column is not None:
        raise click.UsageError("say either --as-of or --time-column")
    if as_of is not None and instant(as_of) is None:
        raise click.UsageError(f"--as-of: `{as_of}` is no time with an offset, as RFC 3339 has it")
    check_clock(time_column, timezone)
    if keep and out is None:
        raise click.UsageError("--keep belongs to --out")
    if out is not None and not out.absolute().parent.is_dir():
        raise click.UsageError(f"no folder `{out.parent}` to write to")


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and one.samefile(other)


def _replay(
    traffic: Traffic, question: Question, listeners: Sequence[Callable[[Decided], None]]
) -> Tally:
    """Replay; an error of a row says in which of several files it stands."""

    def tell(decided: Decided) -> None:
        for listener in listeners:
            listener(decided)

    try:
        return replay(traffic, question, tell)
    except (FactError, AssumptionError, TimeError) as error:
        if error.row is None or len(traffic.paths) == 1:
            raise
        path, row = traffic.place_of(error.row)
        raise click.ClickException(f"{error} (row {row} of {path})") from None


def _write_nothing(_: Decided) -> None:
    """What writes decided batches where nobody asked for a file."""


@contextlib.contextmanager
def _writer(
    out: Path | None, program: Program, traffic: Traffic, kept: Sequence[str]
) -> Iterator[Callable[[Decided], None]]:
    """What writes decided batches; the file appears at the end, whole, or not at all."""
    if out is None:
        yield _write_nothing
        return
    # The writer is closed while its file is open, whatever happens: else it would try later.
    with (
        aside(out) as file,
        contextlib.closing(WinnersFile(file, program, traffic, kept)) as winners,
    ):
        yield winners.add


@contextlib.contextmanager
def _progress(n_rows: int) -> Iterator[Callable[[Decided], None]]:
    """What moves a bar, on a terminal, once the work proves to be long."""
    console = Console(stderr=True)
    columns = (
        TextColumn("replaying"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task("replay", total=n_rows)
    started = time.perf_counter()

    def advance(decided: Decided) -> None:
        bar.advance(task, decided.rows.num_rows)
        if time.perf_counter() - started >= PATIENCE:
            bar.start()

    try:
        yield advance
    finally:
        if bar.live.is_started:
            bar.stop()
