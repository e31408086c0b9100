"""Every way to write a decimal, against exact arithmetic in fractions."""

from __future__ import annotations

import math
from bisect import bisect_right
from decimal import Decimal
from fractions import Fraction

from engine.classes import Probe
from engine.handmade_world import MAX_INT, MIN_INT, Fact
from hypothesis import example, given
from hypothesis import strategies as st

from rulec_runtime import FactError

SCALES = (0, 1, 2, 4, 9, 17, 18)
MAX_STEPS = 4
MAX_TRIED = 64


def taken(scale: int, value: object, near: int) -> int | None:
    """What the engine reads a value as: `near`, another number if it is not that, None if refused.

    The cuts lie at near and right behind it, so only near itself falls between them.
    """
    cuts = sorted({MIN_INT, near, min(near + 1, MAX_INT)})
    probe = Probe(Fact("it", "decimal", "optional", scale=scale, cuts=tuple(cuts)))
    try:
        return cuts[probe.class_of(value) - 2]
    except FactError:
        return None


def steps_apart(a: float, b: float) -> int:
    """Representable doubles between two of them, counted one by one."""
    n_steps = 0
    while a != b and n_steps <= MAX_STEPS:
        a = math.nextafter(a, b)
        n_steps += 1
    return n_steps


def exact_decimal(x: float, scale: int) -> int | None:
    """The one int64 n whose nearest double to n / 10**scale is at most 4 steps from x."""
    if not math.isfinite(x):
        return None
    middle = round(Fraction(x) * 10**scale)
    found = [
        n
        for n in range(middle - MAX_TRIED, middle + MAX_TRIED + 1)
        if MIN_INT <= n <= MAX_INT and steps_apart(float(Fraction(n, 10**scale)), x) <= MAX_STEPS
    ]
    return found[0] if len(found) == 1 else None


def expect_double(x: float, scale: int) -> None:
    expected = exact_decimal(x, scale)
    near = expected if expected is not None else 0
    assert taken(scale, x, near) == expected


@given(st.floats(), st.sampled_from(SCALES))
@example(2.0**63, 0)
@example(-(2.0**63), 0)
@example(5e-324, 18)
@example(-5e-324, 0)
@example(2.0**52, 0)
@example(2.0**51, 0)
def test_any_double(x: float, scale: int) -> None:
    expect_double(x, scale)


@given(
    st.integers(-(2**54), 2**54) | st.integers(-(2**47), 2**47) | st.integers(-(10**6), 10**6),
    st.sampled_from(SCALES),
    st.integers(-6, 6),
)
def test_doubles_a_few_steps_from_a_decimal(n: int, scale: int, n_steps: int) -> None:
    x = float(Fraction(n, 10**scale))
    for _ in range(abs(n_steps)):
        x = math.nextafter(x, math.copysign(math.inf, n_steps))
    expect_double(x, scale)


@given(st.integers(44, 54), st.integers(-20, 20), st.sampled_from(SCALES), st.integers(-5, 5))
def test_doubles_where_steps_grow(power: int, offset: int, scale: int, n_steps: int) -> None:
    x = float(Fraction(2**power + offset, 10**scale))
    x = 2.0 ** round(math.log2(x)) if offset % 2 else x
    for _ in range(abs(n_steps)):
        x = math.nextafter(x, math.copysign(math.inf, n_steps))
    expect_double(x, scale)
    expect_double(-x, scale)


@given(
    st.integers(MIN_INT - 10, MAX_INT + 10) | st.integers(-(10**6), 10**6),
    st.sampled_from(SCALES),
    st.integers(0, 3),
)
def test_exact_decimals_are_taken_exactly(n: int, scale: int, n_zeros: int) -> None:
    sign, digits = "-" if n < 0 else "", str(abs(n)).rjust(scale + 1, "0")
    text = sign + digits[: len(digits) - scale]
    if scale:
        text += "." + digits[len(digits) - scale :] + "0" * n_zeros
    expected = n if MIN_INT <= n <= MAX_INT else None
    near = min(max(n, MIN_INT), MAX_INT)
    assert taken(scale, text, near) == expected
    assert taken(scale, Decimal(text), near) == expected


@given(st.integers(MIN_INT, MAX_INT) | st.integers(-20, 20), st.sampled_from(SCALES))
def test_ints_are_whole_decimals(n: int, scale: int) -> None:
    scaled = n * 10**scale
    expected = scaled if MIN_INT <= scaled <= MAX_INT else None
    assert taken(scale, n, expected or 0) == expected


@given(st.decimals(allow_nan=True, allow_infinity=True), st.sampled_from(SCALES))
def test_any_decimal(value: Decimal, scale: int) -> None:
    expected = None
    if value.is_finite() and abs(value.adjusted()) < 50:
        scaled = Fraction(value) * 10**scale
        if scaled.denominator == 1 and MIN_INT <= scaled <= MAX_INT:
            expected = int(scaled)
    elif value.is_finite() and not value:
        expected = 0
    assert taken(scale, value, expected or 0) == expected


@given(st.lists(st.integers(MIN_INT, MAX_INT), unique=True, max_size=9), st.data())
def test_a_class_counts_the_cuts_up_to_the_value(cuts: list[int], data: st.DataObject) -> None:
    probe = Probe(Fact("it", "int", "optional", cuts=tuple(sorted(cuts))))
    edges = [cut + step for cut in cuts for step in (-1, 0, 1)]
    values = st.integers(MIN_INT, MAX_INT) | st.sampled_from(edges or [0])
    value = min(max(data.draw(values), MIN_INT), MAX_INT)
    assert probe.class_of(value) == 1 + bisect_right(sorted(cuts), value)
