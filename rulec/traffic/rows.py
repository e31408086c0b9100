"""The first rows of recorded traffic, as requests and as columns.

In: a Parquet file and the rule set its columns map to. Out: the same rows twice: as dicts, entity
-> fact -> value, and as the columns a batch takes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa

from rulec.ruleset.model import RuleSet
from rulec.traffic.recording import Traffic

__all__ = ["first_rows", "requests_of"]

Request: TypeAlias = dict[str, dict[str, Any]]


def first_rows(path: Path, ruleset: RuleSet, n: int) -> tuple[list[Request], dict[str, pa.Array]]:
    """At most `n` rows of a file, and of one batch of replay; raises what `Traffic.open` raises."""
    traffic = Traffic.open(path, ruleset)
    batch = next(traffic.batches(), None)
    if batch is None:
        return [], {}
    columns = dict(traffic.columns.facts(batch.slice(0, n)))
    return requests_of(columns), columns


def requests_of(columns: dict[str, pa.Array]) -> list[Request]:
    """Columns as one dict a row; what is null is not given."""
    rows = zip(*(column.to_pylist() for column in columns.values()), strict=True)
    requests: list[Request] = []
    for row in rows:
        request: Request = {}
        for path, value in zip(columns, row, strict=True):
            entity, _, fact = path.partition(".")
            if value is not None:
                request.setdefault(entity, {})[fact] = value
        requests.append(request)
    return requests
