"""A local condition as a short program of tests that jump forward.

In: a shared local condition. Out: its rows of `tests`. Every literal asks whether the class of a
facet lies in an interval; `&&` and `||` are where the answer jumps to, so nothing is left of the
tree and the engine needs no stack. Likely ends come first: the least likely part of an `&&`, the
most likely part of an `||`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulec.layout.places import Place
from rulec.layout.plan import Row
from rulec.terms.model import ConditionId, Joined
from rulec.terms.share import Shared
from rulec_runtime.format import CONDITION_FALSE, CONDITION_TRUE

__all__ = ["Jumps"]


class Jumps:
    """Turns the conditions of one rule set into tests."""

    def __init__(
        self, shared: Shared, guesses: Sequence[float], placed: Sequence[Place | None]
    ) -> None:
        self._shared = shared
        self._guesses = guesses
        self._placed = placed
        self._n_tests: list[int] = []
        for place, condition in zip(placed, shared.conditions, strict=True):
            if isinstance(condition, Joined):
                self._n_tests.append(sum(self._n_tests[part] for part in condition.parts))
            else:
                assert place is not None
                self._n_tests.append(len(place.classes))

    def tests(self, condition: ConditionId) -> list[Row]:
        """The tests of one condition, jumps counted from its first."""
        rows: list[Row] = [()] * self._n_tests[condition]
        stack = [(condition, 0, CONDITION_TRUE, CONDITION_FALSE)]
        while stack:
            number, start, on_true, on_false = stack.pop()
            whole = self._shared.conditions[number]
            if isinstance(whole, Joined):
                stack.extend(self._parts(whole, start, on_true, on_false))
                continue
            place = self._placed[number]
            assert place is not None
            for at, (low, high) in enumerate(place.classes, start):
                is_last = at == start + len(place.classes) - 1
                rows[at] = (place.facet, low, high, on_true, on_false if is_last else at + 1)
        return rows

    def _parts(
        self, whole: Joined, start: int, on_true: int, on_false: int
    ) -> list[tuple[ConditionId, int, int, int]]:
        is_and = whole.connective == "and"
        sign = 1 if is_and else -1
        ordered = sorted(whole.parts, key=lambda part: (sign * self._guesses[part], part))
        placed = []
        for part in ordered:
            end = start + self._n_tests[part]
            is_last = part == ordered[-1]
            if is_and:
                placed.append((part, start, on_true if is_last else end, on_false))
            else:
                placed.append((part, start, on_true, on_false if is_last else end))
            start = end
        return placed
