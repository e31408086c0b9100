"""`rulec diff --traffic`: both versions on recorded rows."""

from __future__ import annotations

from collections.abc import Sequence

import click

from rulec.compare.versions import Version

try:
    from rulec.compare.sample import Sample, take_sample
    from rulec.traffic.files import find_files
except ModuleNotFoundError as error:
    if error.name != "pyarrow":
        raise
    raise click.ClickException("--traffic reads Parquet: pip install 'rulec[arrow]'") from None

__all__ = ["sampled"]


def sampled(
    versions: tuple[Version, Version],
    traffic: Sequence[str],
    scenario: str | None,
    as_of: str | None,
) -> Sample:
    """What became of the rows of some files, folders or patterns."""
    return take_sample(versions, find_files(traffic), scenario=scenario, as_of=as_of)
