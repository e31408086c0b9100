"""The collector of cycles is paused for as long as anyone compiles, and not a moment longer."""

from __future__ import annotations

import gc
import weakref
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


def test_what_stands_in_cycles_is_collected_later() -> None:
    with without_collection():
        knot = Knot()
        knot.itself = knot
        left = weakref.ref(knot)
        del knot
    assert left() is not None
    gc.collect()
    assert left() is None


def test_what_the_program_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with without_collection():
            pass
        assert gc.get_freeze_count() == frozen
    finally:
        gc.unfreeze()


class Knot:
    """Something that may point at itself."""

    itself: Knot
