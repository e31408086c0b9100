"""Traffic by name: which files, and how they are read, before anything is opened.

In: what a caller or a command line says. Out: a `Named`, from which a sample is drawn once the rule
set is known. Needs no pyarrow until then.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from rulec.layout.learn import Observed
from rulec.ruleset.model import RuleSet
from rulec.traffic.files import find_files

if TYPE_CHECKING:
    from rulec.traffic.sample import Sample

__all__ = ["Named", "Sources"]

Sources = str | PathLike[str] | Sequence[str | PathLike[str]]
"""A Parquet file, a folder of them, a pattern; or several of these."""


@dataclass(frozen=True, slots=True)
class Named:
    """Recorded traffic that was not opened yet."""

    sources: Sources
    time_column: str | None = None
    timezone: str | None = None

    def sample(self, ruleset: RuleSet) -> Sample:
        """Draw rows, as facts of a rule set.

        Raises what `Sample.draw` raises, and `ModuleNotFoundError` without pyarrow.
        """
        try:
            from rulec.traffic.sample import Sample
        except ModuleNotFoundError as error:
            if error.name != "pyarrow":
                raise
            message = "traffic is read from Parquet: pip install 'rulec[arrow]'"
            raise ModuleNotFoundError(message, name="pyarrow") from None
        given = self.sources
        sources = [given] if isinstance(given, str | PathLike) else given
        paths = find_files(map(os.fspath, sources))
        return Sample.draw(paths, ruleset, self.time_column, self.timezone)

    def observed(self, ruleset: RuleSet) -> Observed:
        """What the rows of a sample say, for the compiler to learn from."""
        return self.sample(ruleset).observed
