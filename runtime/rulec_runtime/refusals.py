"""What a batch says of rows it does not decide, and of values it counts as absent.

In: the reasons of the kernels, by number. Out: `Refusal`, one a fact and reason, with its count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["REFUSED", "REFUSED_IDENTITY", "Refusal", "distinct", "refusals_of"]

REFUSED: Final = -1
"""The decision number of a row that is not decided: `program.refused`."""
REFUSED_IDENTITY: Final = -2
"""What `identify` gives such a row; -1 is the platform."""

REASONS: Final = (
    "fine",
    "missing",
    "out of range",
    "no decimal of its scale",
    "no declared word",
    "no Unicode",
    "null among tags",
    "out of its buffers",
    "no time",
    "no path",
    "of another type",
)
"""By RK_VALUE_*."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why rows of a batch are not decided, or values counted as absent."""

    fact: str | None
    """`entity.fact`, or `as_of`; None: an assumption."""
    reason: str
    """One of a few phrases, `out of range` say; of an assumption, the assumption in words."""
    n_rows: int
    first_row: int


def distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """Each number once, ascending.

    INVARIANT: imports nothing. `np.unique` loads `numpy.ma` when it is first called, and a process
    forked in that moment waits for ever for the import that its parent's thread began.
    """
    ordered = np.sort(numbers)
    is_first = np.ones(len(ordered), bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def refusals_of(
    fact: str, rows: NDArray[np.int64], reasons: NDArray[np.uint8]
) -> tuple[Refusal, ...]:
    """One refusal a reason; `rows` ascend, `reasons` are numbers of the kernels, one a row."""
    found = []
    for number in distinct(reasons).tolist():
        those = rows[reasons == number]
        found.append(Refusal(fact, REASONS[number], len(those), int(those[0])))
    return tuple(found)
