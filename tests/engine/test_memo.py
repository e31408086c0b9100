"""Rows that requests share: the same answers however little room, and none of a parent's."""

from __future__ import annotations

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from engine.handmade import artifact_of
from engine.made_shop import shop
from engine.random_worlds import Meaning, random_facts, random_world
from engine.test_match import expect_meaning
from engine.test_processes import batched, busy, in_a_child

import rulec_runtime.memo as memo_room
from rulec_runtime import Program, from_bytes


@pytest.fixture(params=[(0, 1), (600, 1), (4096, 2), (memo_room.MEMO_BYTES, 1)])
def small_memo(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No room, hardly any, or one slot in which every hashed row collides."""
    n_bytes, n_hashed = request.param
    monkeypatch.setattr(memo_room, "MEMO_BYTES", n_bytes)
    monkeypatch.setattr(memo_room, "N_HASHED", n_hashed)


@pytest.mark.usefixtures("small_memo")
@pytest.mark.parametrize("seed", range(12))
def test_a_small_memo_changes_no_answer(seed: int) -> None:
    chance = random.Random(seed)
    world = random_world(chance)
    program = from_bytes(artifact_of(world))
    requests = [random_facts(chance, world) for _ in range(12)]
    for facts in requests * 3:
        expect_meaning(program, Meaning(world, facts, 0), None, chance)


def winners(
    program: Program, requests: list[dict[str, dict[str, object]]]
) -> list[tuple[str, ...]]:
    return [program.match(facts, "1970-01-01T00:00:00Z").codes for facts in requests]


def test_a_forked_child_answers_from_rows_of_its_own() -> None:
    chance = random.Random(7)
    world = random_world(chance)
    program = from_bytes(artifact_of(world))
    requests = [random_facts(chance, world) for _ in range(40)]
    expected = winners(program, requests)
    stop = threading.Event()

    def ask_on() -> None:
        while not stop.is_set():
            winners(program, requests)

    threads = [threading.Thread(target=ask_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            assert in_a_child(lambda: winners(program, requests) == expected)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert winners(program, requests) == expected


def test_a_child_forked_in_mid_insert_throws_the_memo_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch keeps rows without the GIL: a fork may come between two steps of that."""
    drawn: list[int] = []
    entropy = os.urandom

    def urandom(n_bytes: int) -> bytes:
        drawn.append(n_bytes)
        return entropy(n_bytes)

    monkeypatch.setattr(os, "urandom", urandom)
    data = artifact_of(shop())
    expected = batched(from_bytes(data), 2000)
    fresh = [from_bytes(data)]

    def insert() -> None:
        fresh[0] = program = from_bytes(data)
        assert batched(program, 2000) == expected

    with busy(insert):
        for _ in range(6):
            program = fresh[0]
            batched(program, 1)  # so it has a memo; a thread may still be filling that
            assert in_a_child(lambda program=program: starts_anew(program, drawn, expected))


def starts_anew(program: Program, drawn: list[int], expected: list[list[int]]) -> bool:
    """Whether a program draws words for a new memo at the first call, once, and answers right."""
    drawn.clear()
    is_right = batched(program, 2000) == expected
    return is_right and len(drawn) == 1 and batched(program, 2000) == expected and len(drawn) == 1


def test_threads_that_share_a_memo_agree() -> None:
    chance = random.Random(11)
    world = random_world(chance)
    requests = [random_facts(random.Random(n), world) for n in range(60)] * 2
    expected = winners(from_bytes(artifact_of(world)), requests)
    for _ in range(5):
        program = from_bytes(artifact_of(world))
        with ThreadPoolExecutor(4) as pool:
            for found in pool.map(lambda fresh: winners(fresh, requests), [program] * 4):
                assert found == expected
