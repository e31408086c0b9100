"""duckdb: rules as tables, joined with the requests on what makes a rule rare.

Its documentation advises sets over rows, and to load data before it is queried: requests are
unnested to their tags, joined with the terms by tag, by shop and so on, tested by columns that are
null where a term asks nothing, and the smallest rank of a request is kept. A `CASE` of all rules
was slower from some hundred rules on. Its own form is a table of its own, loaded from Arrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.peers.term_tables import KEY, TESTS, UNKEYED, term_tables
from benchmarks.worlds import Rule, World

__all__ = ["Rival"]

_SIGNS: Final = {"is": "=", "not": "<>", "from": ">=", "below": "<"}
_NUMBERS: Final = count()


class Rival:
    name = "duckdb join"
    packages = ("duckdb",)
    most = 100_000
    why = "not tried"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 1")
        parts: list[str] = []
        for path, table in term_tables(world, rules).items():
            name = f"terms {path}"
            self.connection.register("given", table)
            self.connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM given')
            self.connection.unregister("given")
            parts.append(_part(path, name))
        self.query = f"SELECT number, min(rank) FROM ({' UNION ALL '.join(parts)}) GROUP BY number"

    def own(self, table: pa.Table) -> tuple[str, int]:
        """The requests as a table of the database; the one before is dropped."""
        name = f"requests{next(_NUMBERS)}"
        numbered = table.append_column("number", pa.array(np.arange(table.num_rows)))
        self.connection.register("given", numbered)
        self.connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM given")
        self.connection.unregister("given")
        return name, table.num_rows

    def winners(self, own: tuple[str, int]) -> NDArray[np.int64]:
        name, n_rows = own
        won = self.connection.execute(self.query.replace("{requests}", name)).fetchnumpy()
        found = np.full(n_rows, -1, dtype=np.int64)
        found[won["number"]] = won["min(rank)"]
        return found


def _part(path: str, name: str) -> str:
    source, on = "{requests} r", f'r."{path}" = t."{KEY}"'
    if path == "item.tags":
        source = '(SELECT *, unnest("item.tags") AS tag FROM {requests}) r'
        on = f't."{KEY}" = r.tag'
    on = "TRUE" if path == UNKEYED else on
    tests = " AND ".join(f"({_test(fact, test)})" for fact, test in TESTS)
    return f'SELECT r.number, t.rank FROM {source} JOIN "{name}" t ON {on} WHERE {tests}'


def _test(path: str, test: str) -> str:
    asked = f't."{path} {test}"'
    if path == "item.tags":
        holds = f'list_contains(r."{path}", {asked})'
        return f"{asked} IS NULL OR {'NOT ' * (test == 'lacks')}{holds}"
    return f'{asked} IS NULL OR r."{path}" {_SIGNS[test]} {asked}'
