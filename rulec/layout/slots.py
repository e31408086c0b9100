"""Tables that find a value without a search: the compiler's half of rk_slots.h.

In: the cuts of a number, or the named tags or words of a fact. Out: `Slots`, or none where a search
is as good: of few values, or where no seed spreads the names well enough.

Numbers are counted bucket by bucket. Names are hashed, and a seed is looked for with which each
stands at most `N_PROBES` slots behind its hash: so no value that a request may bring makes a
look-up longer than that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

from rulec_runtime.format import NONE

__all__ = ["NO_SLOTS", "N_PROBES", "Slots", "buckets", "hash_of_name", "hash_of_tag", "places"]

N_PROBES: Final = 16
FEWEST_CUTS: Final = 8
FEWEST_NAMES: Final = 4
"""Of fewer a binary search is over before a table has been read."""
MOST_BUCKETS: Final = 4
"""Buckets a cut, at the most."""
N_SEEDS: Final = 16
LEAST_FREE: Final = 2
MOST_FREE: Final = 16
"""Slots a name: at first, and before names are left to a search."""
_WORD: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
_LENGTH: Final = 0xD6E8FEB86659FD93


class Slots(NamedTuple):
    """The slots of one fact."""

    slots: Sequence[int]
    shift: int
    seed: int


NO_SLOTS: Final = Slots((), 0, 0)


def buckets(cuts: Sequence[int]) -> Slots:
    """How many cuts lie below each bucket of `1 << shift` values, then how many there are.

    >>> buckets([10, 11, 30]).slots
    ()
    >>> buckets(range(0, 20, 2))
    Slots(slots=(0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10), shift=0, seed=0)
    """
    if len(cuts) <= FEWEST_CUTS:
        return NO_SLOTS
    reach = cuts[-1] - cuts[0]
    shift = 0
    while reach >> shift >= MOST_BUCKETS * len(cuts):
        shift += 1
    starts = range(cuts[0], cuts[-1] + 1, 1 << shift)
    return Slots((*(bisect_left(cuts, start) for start in starts), len(cuts)), shift, 0)


def places(hashes: Sequence[int]) -> Slots:
    """A table of names by their hashes: the place of each, found from its hash on.

    >>> table = places([7, 8, 9, 10, 11])
    >>> sorted(place for place in table.slots if place != NONE)
    [0, 1, 2, 3, 4]
    """
    if len(hashes) <= FEWEST_NAMES:
        return NO_SLOTS
    free = LEAST_FREE
    while free <= MOST_FREE:
        n_slots = 1 << (free * len(hashes) - 1).bit_length()
        for seed in range(N_SEEDS):
            found = _placed(hashes, n_slots, seed)
            if found is not None:
                return Slots(found, 0, seed)
        free *= 2
    return NO_SLOTS


def _placed(hashes: Sequence[int], n_slots: int, seed: int) -> list[int] | None:
    """The slots with each name at the first free one from its hash on; None: one stands too far."""
    slots = [NONE] * n_slots
    factor, last = _GOLDEN + 2 * seed, n_slots - 1
    for place, hashed in enumerate(hashes):
        slot = (hashed * factor & _WORD) >> 32
        for at in range(slot, slot + N_PROBES):
            if slots[at & last] == NONE:
                slots[at & last] = place
                break
        else:
            return None
    return slots


def hash_of_tag(tag: int) -> int:
    """The hash of a tag that is a number."""
    bits = tag & _WORD
    return bits ^ bits >> 32


def hash_of_name(name: bytes) -> int:
    """The hash of a word: `rk_hash_name`.

    >>> hash_of_name(b"") == hash_of_name(b"a")
    False
    """
    n = len(name)
    if n >= 8:
        words = [int.from_bytes(name[at : at + 8], "little") for at in range(0, n - 8, 8)]
        words.append(int.from_bytes(name[-8:], "little"))
    elif n >= 4:
        words = [int.from_bytes(name[:4] + name[-4:], "little")]
    else:
        words = [name[0] | name[n // 2] << 8 | name[-1] << 16 if n else 0]
    hashed = n * _LENGTH & _WORD
    for word in words:
        hashed = (hashed ^ word) * _GOLDEN & _WORD
        hashed ^= hashed >> 32
    return hashed
