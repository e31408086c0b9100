"""One program in many processes and threads: forked in mid-work, spawned, and never confused.

Each child is a process of its own that ends by `os._exit`, so no test runs twice.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engine.handmade import artifact_of
from engine.made_shop import shop

from rulec_runtime import Program, from_bytes
from rulec_runtime import open as open_program

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

REQUESTS: list[dict[str, dict[str, Any]]] = [
    {"item": {"price": price, "tags": tags}, "seller": {"isTMSeller": is_tm, "level": level}}
    for price in (1, 50)
    for tags in ([], [77], [4199], [77, 4199])
    for is_tm in (False, True)
    for level in (0, 5, 15)
]
MAX_SECONDS = 60


@pytest.fixture(params=["private", "shared"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Program:
    """A program from a file, in either memory."""
    path = tmp_path / "shop.rulec"
    path.write_bytes(artifact_of(shop()))
    return open_program(path, shared=request.param == "shared")


def winners(program: Program) -> list[list[int]]:
    """The decision of every request at every point."""
    return [
        [program.resolve(point, facts).number for point in program.points] for facts in REQUESTS
    ]


def batched(program: Program, n_rows: int) -> list[list[int]]:
    """The same as one batch, over and over up to `n_rows`."""
    rows = [REQUESTS[i % len(REQUESTS)] for i in range(n_rows)]
    ends = np.cumsum([0, *(len(row["item"]["tags"]) for row in rows)])
    tags = [tag for row in rows for tag in row["item"]["tags"]]
    columns = {
        "item.price": np.array([row["item"]["price"] for row in rows]),
        "item.tags": (ends, np.array(tags, dtype=np.int64)),
        "seller.isTMSeller": np.array([row["seller"]["isTMSeller"] for row in rows]),
        "seller.level": np.array([row["seller"]["level"] for row in rows]),
    }
    found: list[list[int]] = program.batch(columns).resolve_points(program.points).T.tolist()
    return found


def in_a_child(work: Callable[[], bool]) -> bool:
    """Whether some work in a forked child answers yes; one that hangs is ended, and says where."""
    with warnings.catch_warnings():
        # Python warns of forks among threads: that is what is tested here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        answer = 1
        try:
            faulthandler.dump_traceback_later(MAX_SECONDS, exit=True)
            answer = 0 if work() else 1
        finally:
            os._exit(answer)
    return os.waitpid(child, 0)[1] == 0


@contextmanager
def busy(work: Callable[[], object], n_threads: int = 3) -> Iterator[None]:
    """Threads that do some work over and over meanwhile, and what they raised."""
    is_over, errors = threading.Event(), []

    def run() -> None:
        try:
            while not is_over.is_set():
                work()
        except BaseException as error:  # handed to the test
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(n_threads)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert errors == []


def test_a_child_forked_while_threads_resolve_resolves_right(program: Program) -> None:
    expected = winners(program)
    with busy(lambda: winners(program)):
        answers = [in_a_child(lambda: winners(program) == expected) for _ in range(8)]
    assert answers == [True] * 8
    assert winners(program) == expected


def test_a_child_forked_in_mid_batch_resolves_right(program: Program) -> None:
    expected = winners(program)
    with busy(lambda: batched(program, 3000)):
        answers = [
            in_a_child(lambda: winners(program) == batched(program, len(REQUESTS)) == expected)
            for _ in range(4)
        ]
    assert answers == [True] * 4


def test_a_batch_imports_nothing(tmp_path: Path) -> None:
    """A child forked while its parent's thread imports a module would wait for it for ever."""
    path = tmp_path / "shop.rulec"
    path.write_bytes(artifact_of(shop()))
    code = f"""
import sys, numpy as np, rulec_runtime
program = rulec_runtime.open({str(path)!r})
before = {{*sys.modules}}
columns = {{"item.price": np.array([1, -5, 50]), "seller.level": np.array([1, 2, 99])}}
batch = program.batch(columns, on_bad="mark")
assert batch.refused_rows.tolist() == [1, 2] and len(batch.refusals) == 2
batch.resolve_points(program.points), batch.identify()
print(*sorted({{*sys.modules}} - before))
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=MAX_SECONDS, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_a_child_forked_before_anything_was_made_makes_its_own() -> None:
    fresh = from_bytes(artifact_of(shop()))
    expected = winners(from_bytes(artifact_of(shop())))
    assert in_a_child(lambda: winners(fresh) == expected)
    assert winners(fresh) == expected


def test_a_match_and_a_profile_serve_on_both_sides_of_a_fork(program: Program) -> None:
    match = program.match(REQUESTS[7])
    profiles = {name: program.profile(name, facts) for name, facts in REQUESTS[7].items()}
    expected = winners(program)[7]

    def serve() -> bool:
        by_match = [match.resolve(point).number for point in program.points]
        by_profiles = [
            program.resolve_profiles(point, None, None, **profiles).number
            for point in program.points
        ]
        return by_match == by_profiles == expected

    assert in_a_child(serve)
    assert serve()


def spawned_winners(path: str) -> tuple[str, list[list[int]]]:
    """What a spawned process, which shares nothing, finds in a file."""
    program = open_program(path)
    return program.hash, winners(program)


def test_a_spawned_process_opens_the_file_again(tmp_path: Path) -> None:
    path = tmp_path / "shop.rulec"
    path.write_bytes(artifact_of(shop()))
    program = open_program(path)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(spawned_winners, [str(path)]) == (program.hash, winners(program))
        with pytest.raises(TypeError, match="send its file"):
            pool.apply(winners, [program])


def test_many_threads_open_and_ask_one_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.rulec"
    path.write_bytes(artifact_of(shop()))
    expected = winners(open_program(path))

    def work() -> None:
        for shared in (False, True):
            assert winners(open_program(path, shared=shared)) == expected

    with busy(work, 4):
        for _ in range(5):
            work()
