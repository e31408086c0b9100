"""polars: the terms of the rules as frames, joined with the requests on what makes a rule rare.

The same tables as for duckdb, in one lazy plan that the engine optimises, as its documentation
advises. What of a comparison is null asks nothing. Its own form is a frame from Arrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.peers.term_tables import KEY, TESTS, UNKEYED, term_tables
from benchmarks.worlds import Rule, World

__all__ = ["Rival"]


class Rival:
    name = "polars join"
    packages = ("polars",)
    most = 100_000
    why = "not tried"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        self.terms = {
            path: pl.DataFrame(table).lazy() for path, table in term_tables(world, rules).items()
        }
        self.holds = reduce(and_, (_test(path, test) for path, test in TESTS))

    def own(self, table: pa.Table) -> pl.DataFrame:
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        words = [name for name, type in frame.schema.items() if type == pl.Categorical]
        return frame.with_columns(pl.col(words).cast(pl.String)).with_row_index("number")

    def winners(self, own: pl.DataFrame) -> NDArray[np.int64]:
        requests = own.lazy()
        by_tag = requests.with_columns(pl.col("item.tags").alias("tag")).explode("tag")
        parts = [self._part(path, requests, by_tag) for path in self.terms]
        won = pl.concat(parts).group_by("number").agg(pl.col("rank").min()).collect()
        found = np.full(len(own), -1, dtype=np.int64)
        found[won["number"].to_numpy()] = won["rank"].to_numpy()
        return found

    def _part(self, path: str, requests: pl.LazyFrame, by_tag: pl.LazyFrame) -> pl.LazyFrame:
        terms = self.terms[path]
        if path == UNKEYED:
            joined = requests.join(terms, how="cross")
        elif path == "item.tags":
            joined = by_tag.join(terms, left_on="tag", right_on=KEY)
        else:
            joined = requests.join(terms, left_on=path, right_on=KEY)
        return joined.filter(self.holds).select("number", "rank")


def _test(path: str, test: str) -> pl.Expr:
    asked, given = pl.col(f"{path} {test}"), pl.col(path)
    match test:
        case "has" | "has too":
            holds = given.list.contains(asked)
        case "lacks":
            holds = ~given.list.contains(asked)
        case "is":
            holds = given == asked
        case "not":
            holds = given != asked
        case "from":
            holds = given >= asked
        case _:
            holds = given < asked
    return asked.is_null() | holds
