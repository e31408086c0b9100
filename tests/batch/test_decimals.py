"""A decimal column takes and refuses exactly what the single request takes and refuses."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from batch.probes import PROGRAM, check_column
from hypothesis import example, given
from hypothesis import strategies as st

from rulec_runtime import FactError

FACTS = st.sampled_from(["decimal", "price", "fine", "whole"])
DIGITS = Context(prec=60)


def check_fate(fact: str, column: Any, value: Any) -> None:
    """A column of one value is decided, or refused, as the value is."""
    try:
        PROGRAM.match({"x": {fact: value}})
    except FactError:
        with pytest.raises(FactError, match=rf"row 0: `x\.{fact}`"):
            PROGRAM.batch({f"x.{fact}": column})
    else:
        check_column(fact, column, [value])


@given(FACTS, st.from_regex(r"-?[0-9]{0,20}(\.[0-9]{0,20})?", fullmatch=True))
@example("fine", "9.223372036854775807")
@example("fine", "-9.223372036854775808")
@example("fine", "9.223372036854775808")
@example("whole", "-9223372036854775808")
@example("whole", "9223372036854775808.0")
@example("decimal", "000000000000000000000000000000001.50000000000000000000000000000000")
def test_text(fact: str, text: str) -> None:
    check_fate(fact, np.array([text]), text)
    check_fate(fact, pa.array([text], pa.large_utf8()), text)


@given(FACTS, st.floats() | st.integers(-10000, 10000).map(lambda n: n / 100))
def test_floats(fact: str, number: float) -> None:
    check_fate(fact, np.array([number]), number)
    check_fate(fact, pa.array([number]), number)


@given(FACTS, st.integers(-(2**63), 2**63 - 1) | st.integers(-20, 20))
def test_whole_units(fact: str, number: int) -> None:
    check_fate(fact, np.array([number], "i8"), number)


@given(
    FACTS,
    st.integers(-(10**38) + 1, 10**38 - 1) | st.integers(-(10**6), 10**6),
    st.integers(0, 18),
    st.integers(0, 20),
)
@example("whole", -(2**63) * 10**18, 18, 0)
@example("whole", 2**63 * 10**18, 18, 0)
@example("fine", -(2**63), 18, 0)
def test_wide_decimals(fact: str, count: int, scale: int, n_zeros: int) -> None:
    shifted = count * 10**n_zeros
    count = shifted if abs(shifted) < 10**38 else count
    value = Decimal(count).scaleb(-scale, DIGITS)
    check_fate(fact, pa.array([value], pa.decimal128(38, scale)), value)
