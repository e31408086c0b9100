"""The options by which commands read recorded traffic.

In: what a command line says. Out: a sample, once the rule set is known. What is wrong with the
columns ends the command with its findings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from rulec.cli.main import FINDINGS
from rulec.cli.output import show_findings
from rulec.document import Document
from rulec.layout.learn import Observed
from rulec.ruleset.columns import read_columns
from rulec.ruleset.discover import read_document
from rulec.ruleset.model import RuleSet
from rulec.traffic.named import Named

if TYPE_CHECKING:
    from rulec.traffic.sample import Sample

__all__ = ["Recorded", "check_clock", "columns_option", "time_options", "with_columns"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def columns_option(command: _Command) -> _Command:
    """`--columns`."""
    return click.option(
        "--columns",
        "columns_file",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="How columns map to facts, instead of the rule set's columns.toml.",
    )(command)


def time_options(command: _Command) -> _Command:
    """`--time-column` and `--timezone`."""
    zone = click.option(
        "--timezone", metavar="ZONE", help="The clock of a time column without a zone."
    )
    column = click.option(
        "--time-column", metavar="COLUMN", help="The column that holds the time of each row."
    )
    return column(zone(command))


def check_clock(time_column: str | None, timezone: str | None) -> None:
    """Refuse a zone that is none, or that belongs to no column."""
    if timezone is None:
        return
    if time_column is None:
        raise click.UsageError("--timezone belongs to --time-column")
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise click.UsageError(f"no time zone `{timezone}`") from None


def with_columns(ruleset: RuleSet, path: Path | None) -> RuleSet:
    """The rule set, with the columns of another file where one is named."""
    if path is None:
        return ruleset
    document = read_document(path, str(path))
    if isinstance(document, Document):
        columns, findings = read_columns(document, ruleset.vocabulary, frozenset())
    else:
        columns, findings = [], [document]
    if findings:
        show_findings(findings)
        raise click.exceptions.Exit(FINDINGS)
    return replace(ruleset, columns=tuple(columns))


@dataclass(frozen=True, slots=True)
class Recorded:
    """The traffic that a command line names, and its columns."""

    named: Named
    columns_file: Path | None

    def sample(self, ruleset: RuleSet) -> Sample:
        """Draw it; raises what `Sample.draw` raises."""
        try:
            return self.named.sample(with_columns(ruleset, self.columns_file))
        except ModuleNotFoundError as error:
            if error.name != "pyarrow":
                raise
            raise click.ClickException(str(error)) from None

    def observed(self, ruleset: RuleSet) -> Observed:
        """What its rows say, for the compiler to learn from."""
        return self.sample(ruleset).observed
