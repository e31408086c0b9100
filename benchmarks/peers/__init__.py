"""Rivals: what a user would pick instead, one file each, used as its documentation advises.

A rival is a class `Rival` built from a world and its rules. One that decides a request at a time
has `own(request)`, which turns a request's dict into the form it takes, and `winner(own)`, the rank
of the winner or -1. One that decides batches has `own(table)`, from raw columns as an Arrow table,
and `winners(own)`. Its class says which packages it needs, and the largest world it is run on with
the reason; its module says how its documentation wants it used.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.worlds import Rule, World

__all__ = ["BATCH", "SINGLE", "BatchRival", "SingleRival", "rival"]

SINGLE: Final = (
    *("access_index", "if_chain", "pyroaring_index", "zen", "cel", "cedar", "rule_engine_rules"),
    *("durable", "json_logic", "clips_rules"),
)
BATCH: Final = ("numpy_bitsets", "polars_when", "polars_join", "duckdb_join")
"""Modules of this package."""


class SingleRival(Protocol):
    """Decides one request a call."""

    name: ClassVar[str]
    packages: ClassVar[tuple[str, ...]]
    most: ClassVar[int]
    """The largest world it is run on."""
    why: ClassVar[str]
    """Why not on a larger one."""

    def __init__(self, world: World, rules: Sequence[Rule]) -> None: ...
    def own(self, request: dict[str, dict[str, Any]]) -> Any: ...
    def winner(self, own: Any) -> int: ...


class BatchRival(Protocol):
    """Decides many requests a call."""

    name: ClassVar[str]
    packages: ClassVar[tuple[str, ...]]
    most: ClassVar[int]
    why: ClassVar[str]

    def __init__(self, world: World, rules: Sequence[Rule]) -> None: ...
    def own(self, table: pa.Table) -> Any: ...
    def winners(self, own: Any) -> NDArray[np.int64]: ...


def rival(module: str) -> Any:
    """The class of a rival; `ImportError` where a package of it is not installed."""
    return importlib.import_module(f"benchmarks.peers.{module}").Rival
