"""Rounds run in turn, fill their time, and differences are shown or not."""

from __future__ import annotations

import gc

import pytest

from benchmarks.scaling import threads
from rulec.bench.compare import compare
from rulec.bench.measure import Bench
from rulec.bench.rounds import Contestant, Figure, figure, measure, quartiles, ratio


def test_contestants_run_in_turn() -> None:
    seen: list[str] = []
    contestants = [
        Contestant(name, lambda n, name=name: seen.append(f"{name}{n}"), most=1) for name in "abc"
    ]
    found = measure(contestants, n_rounds=4, round_seconds=1e-9)
    assert seen[-12:] == ["a1", "b1", "c1"] * 4
    assert all(len(of.seconds) == len(of.cpu_seconds) == 4 for of in found.values())


def test_pieces_come_in_whole_units() -> None:
    asked: list[int] = []
    measure([Contestant("batch", asked.append, unit=7, most=700)], 1, 1e-3)
    assert all(n % 7 == 0 for n in asked)
    assert max(asked) <= 700


def test_the_collector_is_on_again_after_a_failure() -> None:
    calls: list[int] = []

    def fail_in_a_round(n: int) -> None:
        calls.append(n)
        if not gc.isenabled():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        measure([Contestant("bad", fail_in_a_round, most=1)], 3, 1e-9)
    assert gc.isenabled()
    assert len(calls) == 2


def test_two_contestants_of_one_name_are_refused() -> None:
    with pytest.raises(AssertionError, match="one name"):
        measure([Contestant("a", lambda n: n, most=1)] * 2, 1, 1e-9)


def test_the_quartiles_of_nine_rounds() -> None:
    assert quartiles([9.0, 1.0, 8.0, 2.0, 7.0, 3.0, 6.0, 4.0, 5.0]) == Figure(2.5, 5.0, 7.5)
    assert quartiles([3.0]) == Figure(3.0, 3.0, 3.0)


def test_a_ratio_is_shown_only_beyond_the_quartiles() -> None:
    slow, fast = Figure(30, 40, 50), Figure(9, 10, 11)
    assert ratio(slow, fast) == "4.0x"
    assert ratio(slow, Figure(9, 10, 30)) == "not shown"


def test_every_thread_does_its_work() -> None:
    done: list[int] = []
    seconds, share = threads(done.append, 3, n_threads=4)
    assert done == [3] * 4
    assert seconds > 0
    assert share >= 0


def bench(median: float, width: float) -> Bench:
    figures = {"dict": Figure(median - width, median, median + width)}
    program = {"name": "shop", "asked": {"point": "P"}}
    return Bench(program, {"from": "made", "n": 10}, {}, figures, {}, {}, {}, {})


@pytest.mark.parametrize(
    ("now", "width", "is_slower"),
    [(10.5, 0.1, False), (11.5, 0.1, True), (11.5, 1.0, False), (8.0, 0.1, False)],
)
def test_slower_is_more_than_allowed_and_shown(now: float, width: float, is_slower: bool) -> None:
    before = bench(10.0, width).json()
    (change,) = compare(bench(now, width), before, 0.10)
    assert change.is_slower is is_slower
    assert change.share == pytest.approx(now / 10 - 1)


def test_figure_counts_nanoseconds_a_piece() -> None:
    found = measure([Contestant("one", lambda n: n, most=1)], 2, 1e-9)["one"]
    found.n, found.seconds = 4, [8e-9, 8e-9]
    assert figure(found) == Figure(2.0, 2.0, 2.0)
