"""Holds the rows of one entity that a caller keeps, one a row of a batch."""

from typing import Final, final

from rulec_runtime.artifact import EntityTable

ROWS: Final[str]

@final
class Picked:
    """The rows of one entity that the caller keeps, one a row of a batch."""

    def __init__(self, table: EntityTable, n_rows: int) -> None: ...
