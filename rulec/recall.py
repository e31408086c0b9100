"""What was made of something the last time, for the next time it is asked for.

    recall.of(slot, given, make)    what `make` makes of `given`, or made of it in the last round
    recall.turn()                   a round ends: what nobody asked for in it is forgotten

A slot keeps one thing. `given` is everything that `make` reads: texts and bytes are compared, other
things have to be the very same object, so nothing stale is ever given. Memory is bounded by what
one round asks for. Thread-safety: use one in one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

__all__ = ["Recall"]

T = TypeVar("T")


class Recall:
    """A memory between rounds; a new one remembers nothing."""

    def __init__(self) -> None:
        self._before: dict[Hashable, tuple[tuple[object, ...], Any]] = {}
        self._now: dict[Hashable, tuple[tuple[object, ...], Any]] = {}

    def of(self, slot: Hashable, given: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` makes; an exception of it is passed on, and nothing kept."""
        kept = self._now.get(slot) or self._before.get(slot)
        if kept is None or not _are_same(kept[0], given):
            kept = given, make()
        self._now[slot] = kept
        return cast("T", kept[1])

    def turn(self) -> None:
        """Forget what was not asked for since the last turn."""
        self._before, self._now = self._now, {}


def _are_same(one: tuple[object, ...], two: tuple[object, ...]) -> bool:
    return len(one) == len(two) and all(
        a is b or (isinstance(a, str | bytes) and a == b) for a, b in zip(one, two, strict=True)
    )
