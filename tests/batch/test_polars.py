"""Polars as a producer: frames, series, categoricals, string views, lists, structs, chunks."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from batch.probes import check_column
from batch.shop_rows import check_batch, made_rows

ROWS = made_rows(500, 0.6, seed=11)
SCHEMA = {
    "seller.isTMSeller": pl.Boolean,
    "seller.level": pl.Int8,
    "seller.city": pl.Categorical,
    "item.tags": pl.List(pl.Int32),
    "item.price": pl.String,
    "item.brand": pl.String,
    "item.weight": pl.String,
    "place.channel": pl.Enum(["web", "app", "store"]),
    "place.floor": pl.Int64,
}
FRAME = pl.DataFrame(ROWS, schema=SCHEMA)


def test_a_frame() -> None:
    check_batch(FRAME, ROWS)
    check_batch(FRAME[3:77], ROWS[3:77])
    check_batch(FRAME[::-2], ROWS[::-2])
    check_batch(pl.concat([FRAME[:9], FRAME[2:50]], rechunk=False), ROWS[:9] + ROWS[2:50])


def test_columns_of_a_frame() -> None:
    check_batch(FRAME.to_dict(), ROWS)


def test_structs_by_entity() -> None:
    entities: dict[str, list[str]] = {}
    for name in FRAME.columns:
        entities.setdefault(name.partition(".")[0], []).append(name)
    structs = FRAME.select(
        pl.struct(pl.col(name).alias(name.partition(".")[2]) for name in names).alias(entity)
        for entity, names in entities.items()
    )
    check_batch(structs, ROWS)
    check_batch(structs[100:200], ROWS[100:200])
    check_batch(structs.to_dict(), ROWS)


WORDS = ["Berlin", None, "", "杭州", "x" * 40, "Berlin", "🛒", "a long word of Berlin", None]
AMOUNTS = [Decimal("19.90"), None, Decimal("-0.50"), Decimal("0.00")]
SERIES: dict[str, tuple[str, pl.Series, list[Any]]] = {
    "text": ("string", pl.Series(WORDS), WORDS),
    "categorical": ("string", pl.Series(WORDS, dtype=pl.Categorical), WORDS),
    "decimals": ("decimal", pl.Series(AMOUNTS, dtype=pl.Decimal(20, 2)), AMOUNTS),
    "floats": ("decimal", pl.Series([19.9, None, -0.5]), [19.9, None, -0.5]),
    "narrow floats": ("decimal", pl.Series([19.9, 0.25], dtype=pl.Float32), [19.9, 0.25]),
    "arrays": ("tags", pl.Series([[7, 77], None, [1, 7]], dtype=pl.Array(pl.Int16, 2)),
               [[7, 77], None, [1, 7]]),
    "null": ("int", pl.Series([None, None]), [None, None]),
    "unsigned": ("int", pl.Series([0, 100, 5], dtype=pl.UInt64), [0, 100, 5]),
}  # fmt: skip


@pytest.mark.parametrize(("fact", "series", "values"), SERIES.values(), ids=SERIES)
def test_a_series(fact: str, series: pl.Series, values: list[Any]) -> None:
    check_column(fact, series, values)
    check_column(fact, series[1:], values[1:])
    check_column(fact, series[:0], [])
    check_column(fact, pl.concat([series, series[:1]], rechunk=False), [*values, *values[:1]])


def test_times() -> None:
    from batch.test_times import late

    moments = [datetime(1970, 1, 1, 0, 0, second, tzinfo=UTC) for second in (0, 1, 2)]
    for unit in ("ms", "us", "ns"):
        series = pl.Series([*moments, None], dtype=pl.Datetime(unit, "Asia/Shanghai"))
        assert late(series) == [False, True, True, False]
