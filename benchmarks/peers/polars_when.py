"""polars: one expression, `coalesce` of a `when(...).then(rank)` a rule, 100 rules a column.

Its documentation advises expressions over loops and lets the engine run them in parallel; a plan
with thousands of branches is slower than its parts, so rules go in blocks, and requests that have
a winner leave before the next block. Its own form is a frame with categories for words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.worlds import Atom, Clause, Rule, World

__all__ = ["Rival"]

_RULES_A_BLOCK: Final = 100


class Rival:
    name = "polars when/then"
    packages = ("polars",)
    most = 10_000
    why = "some hundred rows a second at 10,000"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        del world
        self.blocks = [
            pl.coalesce(
                [
                    pl.when(reduce(and_, map(_clause, rule.clauses))).then(pl.lit(rule.rank))
                    for rule in rules[first : first + _RULES_A_BLOCK]
                ]
            ).alias("rank")
            for first in range(0, len(rules), _RULES_A_BLOCK)
        ]

    def own(self, table: pa.Table) -> pl.DataFrame:
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        return frame.with_row_index("row")

    def winners(self, own: pl.DataFrame) -> NDArray[np.int64]:
        found = np.full(len(own), -1, dtype=np.int64)
        for block in self.blocks:
            decided = own.select("row", block)
            is_open = decided["rank"].is_null()
            won = decided.filter(~is_open)
            if len(won):
                found[won["row"].to_numpy()] = won["rank"].to_numpy()
                own = own.filter(is_open)
                if not len(own):
                    break
        return found


def _clause(clause: Clause) -> pl.Expr:
    any_atom = reduce(or_, map(_atom, clause.atoms))
    return ~any_atom if clause.is_negated else any_atom


def _atom(atom: Atom) -> pl.Expr:
    column = pl.col(atom.path)
    match atom.relation:
        case "has":
            return column.list.contains(atom.value)
        case "on":
            return column
        case "from":
            return column >= atom.value
    return column == atom.value
