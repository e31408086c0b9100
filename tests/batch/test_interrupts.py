"""A signal is served inside a long call, in the midst of reading and of deciding."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable, Iterator
from types import FrameType

import numpy as np
import pyarrow as pa
import pytest
from batch.probes import PROGRAM
from batch.shop_rows import SHOP


class Interrupted(Exception):
    pass


@pytest.fixture
def interrupted() -> Iterator[Callable[[Callable[[], object]], bool]]:
    """A function that runs a call, interrupts it, and tells whether the call served that itself."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise Interrupted

    def is_served(call: Callable[[], object]) -> bool:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.002)
            while True:
                call()
        except Interrupted as error:
            frames = traceback.extract_tb(error.__traceback__)
            return any(frame.filename.endswith(".pyx") for frame in frames)

    def run(call: Callable[[], object]) -> bool:
        """On a busy machine the signal may come before the call has begun: so there are tries."""
        return any(is_served(call) for _ in range(50))

    before = signal.signal(signal.SIGALRM, interrupt)
    yield run
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


N_ROWS = 1 << 20
LISTS = pa.ListArray.from_arrays(
    pa.array(np.arange(N_ROWS + 1, dtype="i4")), pa.array(np.arange(N_ROWS))
)
READ = {
    "numbers": ("int", np.arange(N_ROWS)),
    "tags": ("tags", LISTS),
    "objects": ("decimal", ["19.90"] * (N_ROWS // 4)),
    "words of a dictionary": (
        "string",
        pa.DictionaryArray.from_arrays(
            pa.array(np.arange(N_ROWS)), pa.array(np.arange(N_ROWS)).cast(pa.string())
        ),
    ),
}


@pytest.mark.parametrize(("fact", "column"), READ.values(), ids=READ)
def test_reading(
    interrupted: Callable[[Callable[[], object]], bool], fact: str, column: object
) -> None:
    assert interrupted(lambda: PROGRAM.batch({f"x.{fact}": column}))


def test_deciding(interrupted: Callable[[Callable[[], object]], bool]) -> None:
    prices = np.arange(N_ROWS) % 20_000
    batch = SHOP.batch({"item.price": prices})
    assert interrupted(lambda: batch.resolve_points(SHOP.points * 50))
    assert interrupted(batch.identify)
