"""Keeps a column of a batch as the classes of its rows."""

from typing import final

from rulec_runtime.artifact import FactSpec

@final
class FactColumn:
    """The classes of one fact, a row each: what a batch keeps of a column."""

    def __init__(self, spec: FactSpec, is_strict: bool = True) -> None: ...
    @property
    def spec(self) -> FactSpec: ...
    @property
    def name(self) -> str: ...
    @property
    def n_rows(self) -> int: ...
