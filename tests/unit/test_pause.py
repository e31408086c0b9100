"""The collector of cycles is paused for as long as anyone compiles, and not a moment longer."""

from __future__ import annotations

import gc
from threading import Barrier, Thread

import pytest

from rulec.pause import without_collection


def test_it_goes_on_when_the_last_is_done() -> None:
    assert gc.isenabled()
    with without_collection():
        with without_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_ends_the_pause() -> None:
    with pytest.raises(ZeroDivisionError), without_collection():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_what_the_program_disabled_stays_disabled() -> None:
    gc.disable()
    try:
        with without_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_threads_that_overlap_share_one_pause() -> None:
    inside, seen = Barrier(2), []

    def first() -> None:
        with without_collection():
            inside.wait()
            inside.wait()
        inside.wait()

    thread = Thread(target=first)
    thread.start()
    with without_collection():
        inside.wait()
        inside.wait()
        inside.wait()
        seen.append(gc.isenabled())
    thread.join()
    assert seen == [False]
    assert gc.isenabled()
