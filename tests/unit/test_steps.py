"""Steps: a class is subject to the intervals that hold it, and an interval stays short."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rulec.layout.steps import FAN_OUT, Steps, n_steps

Interval = tuple[int, int]


@st.composite
def intervals(draw: st.DrawFn) -> tuple[int, list[Interval]]:
    n_classes = draw(st.one_of(st.integers(2, 40), st.integers(200, 9000)))
    ends = st.integers(0, n_classes - 1)
    pairs = draw(st.lists(st.tuples(ends, ends).map(sorted), min_size=1, max_size=6))
    return n_classes, [(low, high) for low, high in pairs]


def numbers_at(steps: list[list[int]], n_classes: int, at: int) -> list[int]:
    """What a class is subject to, walked as rk_row.h does."""
    found: list[int] = []
    start = 0
    while True:
        found += steps[start + at]
        if n_classes <= FAN_OUT:
            return sorted(found)
        start += n_classes
        n_classes, at = -(-n_classes // FAN_OUT), at // FAN_OUT


@given(intervals())
def test_a_class_is_subject_to_the_intervals_that_hold_it(
    drawn: tuple[int, list[Interval]],
) -> None:
    n_classes, pairs = drawn
    steps = Steps([n_classes], 1)
    for number, pair in enumerate(pairs):
        steps.add(0, (pair,), number)
    laid = steps.of(0)
    assert laid is not None
    assert len(laid) == n_steps(n_classes)
    edges = {each for low, high in pairs for each in (low - 1, low, high, high + 1)}
    for at in sorted({0, n_classes - 1, *edges} & set(range(n_classes))):
        held = [number for number, (low, high) in enumerate(pairs) if low <= at <= high]
        assert numbers_at(laid, n_classes, at) == held


@given(intervals())
def test_an_interval_is_written_in_few_places(drawn: tuple[int, list[Interval]]) -> None:
    n_classes, pairs = drawn
    for pair in pairs:
        steps = Steps([n_classes], 1)
        steps.add(0, (pair,), 7)
        n_places = sum(map(len, steps.of(0) or ()))
        n_levels = 1 + sum(n_classes > FAN_OUT**level for level in (1, 2, 3))
        assert n_places <= 2 * FAN_OUT * n_levels


def test_a_tag_has_one_step() -> None:
    steps = Steps([2, 2], 0)
    steps.add(1, ((1, 1),), 4)
    steps.add(1, ((1, 1),), 4)
    steps.add(1, ((1, 1),), 9)
    assert steps.of(0) is None
    assert steps.of(1) == [[4, 9]]
