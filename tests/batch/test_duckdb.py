"""DuckDB as a producer: what a query gives, in its own types and vectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from batch.probes import check_column
from batch.shop_rows import CHOICES, check_batch, made_rows
from batch.test_times import late

from rulec_runtime import ColumnError

ROWS = made_rows(5000, 0.6, seed=13)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.sql("SET TimeZone = 'Asia/Shanghai'")
        opened.register("seen", pa.table({name: [row[name] for row in ROWS] for name in CHOICES}))
        yield opened


COLUMNS = """
    "seller.isTMSeller", "seller.level"::TINYINT AS "seller.level",
    "seller.city"::ENUM ('杭州', 'Berlin', '', 'Oslo') AS "seller.city",
    "item.tags"::INTEGER[] AS "item.tags", "item.price"::DECIMAL(9, 2) AS "item.price",
    "item.brand", "item.weight", "place.channel", "place.floor"
"""


def test_a_query(connection: duckdb.DuckDBPyConnection) -> None:
    check_batch(connection.sql(f"SELECT {COLUMNS} FROM seen"), ROWS)
    check_batch(connection.sql(f"SELECT {COLUMNS} FROM seen LIMIT 70 OFFSET 2040"), ROWS[2040:2110])


def test_structs_by_entity(connection: duckdb.DuckDBPyConnection) -> None:
    entities: dict[str, list[str]] = {}
    for name in CHOICES:
        entity, fact = name.split(".")
        entities.setdefault(entity, []).append(f'{fact} := "{name}"')
    packed = ", ".join(
        f"struct_pack({', '.join(facts)}) AS {entity}" for entity, facts in entities.items()
    )
    check_batch(connection.sql(f"SELECT {packed} FROM (SELECT {COLUMNS} FROM seen)"), ROWS)


VALUES: dict[str, tuple[str, str, list[Any]]] = {
    "text": ("string", "VALUES ('Berlin'), (NULL), ('杭州'), (repeat('x', 40))",
             ["Berlin", None, "杭州", "x" * 40]),
    "hugeint sums": ("decimal", "SELECT sum(n)::DECIMAL(38, 2) FROM range(3) t(n)", [3]),
    "decimals": ("decimal", "VALUES (19.90::DECIMAL(4, 2)), (NULL), (-0.5)",
                 ["19.90", None, "-0.5"]),
    "unsigned": ("int", "VALUES (100::UBIGINT), (0), (NULL)", [100, 0, None]),
    "arrays": ("tags", "VALUES ([7, 77]::INTEGER[2]), (NULL), ([1, 7])", [[7, 77], None, [1, 7]]),
    "nothing": ("int", "SELECT 1 WHERE false", []),
}  # fmt: skip


@pytest.mark.parametrize(("fact", "query", "values"), VALUES.values(), ids=VALUES)
def test_values(
    connection: duckdb.DuckDBPyConnection, fact: str, query: str, values: list[Any]
) -> None:
    relation = connection.sql(f'SELECT * FROM ({query}) t("x.{fact}")')
    check_column(fact, relation.to_arrow_table()[f"x.{fact}"], values)


def test_times(connection: duckdb.DuckDBPyConnection) -> None:
    moments = "VALUES ('1970-01-01T00:00:00Z'::{0}), ('1970-01-01T00:00:01Z'), (NULL)"
    table = connection.sql(moments.format("TIMESTAMPTZ")).to_arrow_table()
    assert late(table.column(0)) == [False, True, False]
    naive = connection.sql(moments.format("TIMESTAMP")).to_arrow_table()
    with pytest.raises(ColumnError, match="timestamp without a time zone"):
        late(naive.column(0))
