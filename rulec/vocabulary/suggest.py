"""Did you mean: the known word nearest to an unknown one.

In: a word and its candidates. Out: one of them, or None where none is near.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

__all__ = ["suggest"]

_MAX_LENGTH: Final = 64
"""Distances grow with the square of the length; a longer word is no slip of the finger."""


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is the word but for a few slips; the first of equally near ones.

    >>> suggest("isTMSeler", ["level", "isTMSeller"])
    'isTMSeller'
    >>> suggest("OWNER", ["order", "owner"])
    'owner'
    >>> suggest("colour", ["size"]) is None
    True
    """
    if not word or len(word) > _MAX_LENGTH:
        return None
    folded = word.casefold()
    best, n_best = None, max(1, len(word) // 3) + 1
    for candidate in candidates:
        other = candidate.casefold()
        if other == folded:
            return candidate
        if abs(len(other) - len(folded)) < n_best:
            n_slips = _distance(folded, other)
            if n_slips < min(n_best, max(len(folded), len(other))):
                best, n_best = candidate, n_slips
    return best


def _distance(left: str, right: str) -> int:
    """How many characters must be added, dropped, replaced or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left):
        last, row, earlier = row, [i + 1], before
        for j, b in enumerate(right):
            n_slips = min(row[j] + 1, last[j + 1] + 1, last[j] + (a != b))
            if i and j and a == right[j - 1] and b == left[i - 1]:
                n_slips = min(n_slips, earlier[j - 1] + 1)
            row.append(n_slips)
        before = last
    return row[-1]
