"""pandas as a producer: frames and series through Arrow, their NumPy arrays, what is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from batch.probes import PROGRAM, check_column
from batch.shop_rows import CHOICES, check_batch, made_rows
from batch.test_times import late

from rulec_runtime import ColumnError, FactError

ROWS = made_rows(500, 0.6, seed=12)


def frame() -> pd.DataFrame:
    """Rows with the types pandas users choose: nullable ints and flags, categories, objects."""
    made = pd.DataFrame(ROWS, columns=list(CHOICES), dtype=object)
    types = {
        "seller.isTMSeller": "boolean", "seller.level": "Int16", "place.floor": "Int64",
        "seller.city": "category", "item.brand": "str",
    }  # fmt: skip
    return made.astype(types)


FRAME = frame()


def test_a_frame() -> None:
    check_batch(FRAME, ROWS)
    check_batch(FRAME[3:77], ROWS[3:77])
    check_batch(FRAME[::-2].reset_index(drop=True), ROWS[::-2])
    check_batch(pd.concat([FRAME[:9], FRAME[2:50]], ignore_index=True), ROWS[:9] + ROWS[2:50])


def test_an_index_is_a_column_of_its_own() -> None:
    with pytest.raises(ColumnError, match="__index_level_0__"):
        check_batch(FRAME[FRAME["seller.level"] == 3], [])


def test_columns_of_a_frame() -> None:
    check_batch({name: FRAME[name] for name in FRAME}, ROWS)
    arrow = FRAME[["seller.level", "item.price", "item.tags"]].convert_dtypes()
    rest = {name: FRAME[name] for name in FRAME if name not in arrow}
    check_batch({**rest, **{name: arrow[name] for name in arrow}}, ROWS)


SERIES: dict[str, tuple[str, pd.Series[Any], list[Any]]] = {
    "text": ("string", pd.Series(["Berlin", None, "x" * 40]), ["Berlin", None, "x" * 40]),
    "floats with NaN": ("decimal", pd.Series([19.9, np.nan, -0.5]), [19.9, None, -0.5]),
    "narrow": ("int", pd.Series([0, 100, -3], dtype="int8"), [0, 100, -3]),
    "category of ints": ("int", pd.Series([5, 0, 5], dtype="category"), [5, 0, 5]),
    "lists": ("tags", pd.Series([[7, 77], None, []]), [[7, 77], None, []]),
}


@pytest.mark.parametrize(("fact", "series", "values"), SERIES.values(), ids=SERIES)
def test_a_series(fact: str, series: pd.Series[Any], values: list[Any]) -> None:
    check_column(fact, series, values)
    check_column(fact, series[1:], values[1:])
    check_column(fact, series[:0], [])


def test_a_nan_in_numpy_is_a_float_and_no_missing_value() -> None:
    series = pd.Series([19.9, np.nan])
    with pytest.raises(FactError, match="`nan`"):
        PROGRAM.batch({"x.decimal": series.to_numpy()})


def test_times() -> None:
    moments = [datetime(1970, 1, 1, 0, 0, second, tzinfo=UTC) for second in (0, 1, 2)]
    series = pd.Series(pd.to_datetime([*moments, None], utc=True))
    assert late(series) == [False, True, True, False]
    assert late(series.dt.tz_convert("Asia/Shanghai")) == [False, True, True, False]
    assert late(series.to_numpy(dtype="datetime64[ns]")) == [False, True, True, False]
    with pytest.raises(ColumnError, match="timestamp without a time zone"):
        late(series.dt.tz_localize(None))
