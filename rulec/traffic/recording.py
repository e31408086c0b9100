"""Recorded traffic: Parquet files, read as facts batch by batch.

In: paths, a rule set, which other columns are wanted. Out: record batches of at most `BATCH_ROWS`
rows, and their facts. Nothing keeps a batch that was handed out, and a file's column is read in
pieces, so memory grows neither with a file nor with its row groups nor with their number.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rulec.ruleset.model import RuleSet
from rulec.traffic.map_columns import ColumnMap
from rulec_runtime import ColumnError

__all__ = ["BATCH_ROWS", "Traffic"]

BATCH_ROWS = 65_536
"""Rows held at once."""
READ_BYTES = 1 << 20
"""Bytes of a column read ahead; without a bound pyarrow reads the column of a whole row group."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Parquet files with the same columns, read as facts."""

    paths: tuple[Path, ...]
    columns: ColumnMap
    extra: tuple[str, ...]
    """Recorded columns that are read though they are no facts."""
    schema: pa.Schema
    """Of the columns that are read."""
    rows_of: tuple[int, ...]
    """How many rows each file has."""

    @classmethod
    def open(
        cls, paths: Path | Sequence[Path], ruleset: RuleSet, extra: Sequence[str] = ()
    ) -> Traffic:
        """Look at every file's columns.

        `extra` names further columns to read. `OSError` where a file is no Parquet file,
        `ColumnError` where its columns do not fit the rule set or the first file's.
        """
        paths = (paths,) if isinstance(paths, Path) else tuple(paths)
        first: tuple[ColumnMap, pa.Schema] | None = None
        rows_of: list[int] = []
        for path in paths:
            with _opened(path) as file:
                found = file.schema_arrow
                rows_of.append(int(file.metadata.num_rows))
            columns = ColumnMap.of(ruleset, found.names, extra)
            names = dict.fromkeys((*columns.sources, *extra))
            for name in names:
                if name not in found.names:
                    raise ColumnError(name, f"a column of `{path.name}`", "no such column")
            schema = pa.schema([found.field(name) for name in names])
            first = first or (columns, schema)
            _same_columns(first[1], schema, path, paths[0])
        if first is None:
            raise FileNotFoundError("no traffic")
        return cls(paths, first[0], tuple(extra), first[1], tuple(rows_of))

    @property
    def n_rows(self) -> int:
        return sum(self.rows_of)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows of every file in order; `OSError` where a file turns out to be broken."""
        for path in self.paths:
            with _opened(path) as file:
                batches = file.iter_batches(batch_size=BATCH_ROWS, columns=self.schema.names)
                yield from _readable(batches, path)

    def place_of(self, row: int) -> tuple[Path, int]:
        """The file that holds a row of the whole traffic, and the row's number in it."""
        for path, n_rows in zip(self.paths, self.rows_of, strict=True):
            if row < n_rows:
                return path, row
            row -= n_rows
        raise IndexError(f"the traffic ends {row} rows earlier")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    try:
        file = pq.ParquetFile(path, buffer_size=READ_BYTES, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.strerror:
            raise
        raise OSError(f"{path} is no Parquet file: {str(error).strip()}") from None
    with file:
        yield file


def _readable(batches: Iterator[pa.RecordBatch], path: Path) -> Iterator[pa.RecordBatch]:
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            raise OSError(f"{path} is broken: {str(error).strip()}") from None
        if batch is None:
            return
        yield batch


def _same_columns(first: pa.Schema, other: pa.Schema, path: Path, first_path: Path) -> None:
    """Refuse a file whose columns are not those of the first one."""
    absent = next((name for name in first.names if name not in other.names), None)
    added = next((name for name in other.names if name not in first.names), None)
    if absent is not None:
        raise ColumnError(absent, f"a column, as in `{first_path.name}`", f"none in `{path.name}`")
    if added is not None:
        raise ColumnError(added, f"none, as in `{first_path.name}`", f"a column in `{path.name}`")
