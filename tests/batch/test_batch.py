"""A batch decides every row as the single request does: a shop with every kind of rule."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from batch.probes import PROGRAM, decisions
from batch.shop_rows import CHOICES, SHOP, made_rows, requests
from engine.handmade import artifact_of
from engine.made_shop import shop

import rulec_runtime
from rulec_runtime import Batch

N_SLAB_ROWS = 1 << 16


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as a table in pieces of uneven length, text as codes."""
    table = pa.table({name: pa.array([row[name] for row in rows]) for name in CHOICES})
    for name in ("seller.city", "place.channel"):
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].dictionary_encode())
    return pa.concat_tables([table[:7], table[7:8], table[8:]])


@pytest.mark.parametrize("stay", [0.0, 0.6, 0.95, 1.0])
def test_rows_are_decided_as_single_requests(stay: float) -> None:
    rows = made_rows(400, stay, seed=int(stay * 100))
    single = requests(rows)
    batch = SHOP.batch(table_of(rows))
    assert batch.n_rows == len(batch) == 400
    assert batch.resolve_points(SHOP.points).tolist() == decisions(SHOP, single)
    names = [*batch.identities, "platform"]
    assert [names[number] for number in batch.identify()] == [
        SHOP.identify(facts) for facts in single
    ]
    for point, numbers in zip(SHOP.points, decisions(SHOP, single), strict=True):
        assert batch.resolve(point).tolist() == numbers


def test_rows_beyond_a_slab() -> None:
    n_rows = 2 * N_SLAB_ROWS + 5
    prices = np.where(np.arange(n_rows) % 3, 50, 200)
    flags = np.arange(n_rows) >= N_SLAB_ROWS
    ends = np.repeat(np.arange(n_rows // 2 + 1), 2)[: n_rows + 1]
    tags = (ends, np.full(n_rows, 4199))
    columns = {"item.price": prices, "seller.isTMSeller": flags, "item.tags": tags}
    batch = SHOP.batch(columns)
    some = [0, 1, 2, 3, N_SLAB_ROWS - 1, N_SLAB_ROWS, N_SLAB_ROWS + 1, n_rows - 2, n_rows - 1]
    single = [
        {
            "item": {"price": int(prices[row]), "tags": [4199] * int(ends[row + 1] - ends[row])},
            "seller": {"isTMSeller": bool(flags[row])},
        }
        for row in some
    ]
    assert batch.resolve_points(SHOP.points)[:, some].tolist() == decisions(SHOP, single)


def test_facts_without_columns_are_absent() -> None:
    batch = SHOP.batch({"item.price": np.array([50, 200])})
    single: list[dict[str, Any]] = [{"item": {"price": 50}}, {"item": {"price": 200}}]
    assert batch.resolve_points(SHOP.points).tolist() == decisions(SHOP, single)


def test_order_of_columns_and_points_is_free() -> None:
    rows = made_rows(30, 0.5, seed=3)
    table = table_of(rows)
    turned = table.select(table.column_names[::-1])
    batch, other = SHOP.batch(table), SHOP.batch(turned)
    points = [*SHOP.points[::-1], SHOP.points[0]]
    numbers = batch.resolve_points(SHOP.points)
    assert (other.resolve_points(iter(points)) == numbers[[2, 1, 0, 0]]).all()


def test_nothing_to_decide() -> None:
    for columns in ({"x.int": np.array([], "i8")}, {}, {"x.tags": (np.array([0]), np.array([1]))}):
        batch = PROGRAM.batch(columns)
        assert batch.n_rows == 0
        assert batch.identify().shape == (0,)
        assert batch.resolve("int:1").shape == (0,)
        assert batch.resolve_points(PROGRAM.points).shape == (len(PROGRAM.points), 0)
    some = PROGRAM.batch({"x.int": np.arange(4)})
    assert some.resolve_points([]).shape == (0, 4)
    assert some.identities == ()
    assert some.identify().tolist() == [-1] * 4


def test_answers_are_the_callers_own() -> None:
    batch = SHOP.batch({"item.price": np.array([50, 200])})
    first = batch.resolve_points(SHOP.points)
    kept = first.copy()
    first[:] = 99
    assert (batch.resolve_points(SHOP.points) == kept).all()


def test_a_batch_outlives_its_program() -> None:
    program = rulec_runtime.from_bytes(artifact_of(shop()))
    batch = program.batch({"item.price": np.array([50, 200])})
    expected = SHOP.batch({"item.price": np.array([50, 200])}).identify().tolist()
    del program
    assert batch.identify().tolist() == expected
    assert "2 rows" in repr(batch)


def big_batch() -> tuple[Batch, int]:
    n_rows = 4 * N_SLAB_ROWS
    made = np.random.default_rng(5)
    columns = {
        "item.price": made.integers(0, 300, n_rows),
        "seller.isTMSeller": made.integers(0, 2, n_rows).astype(bool),
        "seller.level": made.integers(0, 21, n_rows),
        "place.channel": made.choice(np.array(["web", "app", "store"]), n_rows),
    }
    return SHOP.batch(columns), n_rows


def test_one_batch_serves_many_threads() -> None:
    batch, _ = big_batch()
    expected = batch.resolve_points(SHOP.points)
    found: list[Any] = []

    def ask() -> None:
        for _ in range(3):
            found.append(batch.resolve_points(SHOP.points))  # noqa: PERF401

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert all((numbers == expected).all() for numbers in found)


def test_other_threads_run_meanwhile() -> None:
    """With an endless switch interval, a thread runs only where the GIL is given up."""
    batch, _ = big_batch()
    n_steps, is_done = 0, threading.Event()

    def step() -> None:
        nonlocal n_steps
        while not is_done.is_set():
            n_steps += 1
            time.sleep(0)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e6)
    thread = threading.Thread(target=step)
    try:
        thread.start()
        before = n_steps
        for _ in range(50):
            batch.resolve(SHOP.points[0])
            if n_steps > before:
                break
        assert n_steps > before
    finally:
        is_done.set()
        sys.setswitchinterval(interval)
        thread.join()
