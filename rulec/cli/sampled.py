"""`rulec diff --traffic`: both versions on recorded rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulec.cli.recorded import with_columns
from rulec.compare.versions import Version
from rulec.traffic.files import find_files

if TYPE_CHECKING:
    from rulec.compare.sample import Sample

__all__ = ["Rows"]


@dataclass(frozen=True, slots=True)
class Rows:
    """The recorded rows that a command line names."""

    sources: tuple[str, ...]
    columns_file: Path | None
    scenario: str | None
    as_of: str | None
    time_column: str | None
    timezone: str | None

    def check(self) -> None:
        """Refuse options that say nothing without rows."""
        if self.as_of is not None and self.time_column is not None:
            raise click.UsageError("say either --as-of or --time-column")
        given = {
            "--columns": self.columns_file,
            "--scenario": self.scenario,
            "--time-column": self.time_column,
        }
        for option, value in given.items():
            if value is not None and not self.sources:
                raise click.UsageError(f"{option} belongs to --traffic")

    def sample(self, versions: tuple[Version, Version]) -> Sample | None:
        """What became of them; None where none are named."""
        if not self.sources:
            return None
        has_time = self.as_of is not None or self.time_column is not None
        if not has_time and any(version.program.needs_as_of for version in versions):
            raise click.UsageError("windows need a time: say --as-of TIME or --time-column COLUMN")
        try:
            from rulec.compare.sample import take_sample
        except ModuleNotFoundError as error:
            if error.name != "pyarrow":
                raise
            message = "--traffic reads Parquet: pip install 'rulec[arrow]'"
            raise click.ClickException(message) from None
        columns = None
        if self.columns_file is not None:
            columns = with_columns(versions[1].checked.ruleset, self.columns_file).columns
        clock = None if self.time_column is None else (self.time_column, self.timezone)
        return take_sample(
            versions,
            find_files(self.sources),
            columns=columns,
            scenario=self.scenario,
            as_of=self.as_of,
            clock=clock,
        )
