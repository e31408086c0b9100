"""Rollouts: which share of the keys a percentage selects, frozen for good.

In: a salt and a key; a percentage as written. Out: the key's bucket, a number of 64 bits, and the
threshold of the percentage. A key is selected if its bucket lies below the threshold.

The bucket is XXH64 with seed 0 (Yann Collet's, published with test vectors) of the salt, NUL, the
type of the key, NUL, the key: an int in decimal digits, a string in UTF-8. Buckets do not depend on
percentages, so with one salt and one key a smaller share lies inside every greater one.
`runtime/kernels/rk_rollout.h` is the twin in C; `tests/rollout/vectors.tsv` holds both.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["MAX_PERCENT_PLACES", "N_BUCKETS", "bucket", "threshold", "xxh64"]

N_BUCKETS: Final = 2**64
MAX_PERCENT_PLACES: Final = 6

_MASK: Final = N_BUCKETS - 1
_PRIMES: Final = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)
"""The five constants of the algorithm."""
_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,6}))?", re.ASCII)


def bucket(salt: str, key: int | str) -> int:
    """The bucket of a key: 0 up to 2**64 - 1.

    >>> bucket("g20", 42), bucket("g20", "42")
    (13699550359284677463, 2293223081447993942)
    """
    kind = "string" if isinstance(key, str) else "int"
    return xxh64(f"{salt}\0{kind}\0{key}".encode())


def threshold(percent: str) -> int | None:
    """How many of the 2**64 buckets a percentage selects; None where it is none.

    A percentage lies from 0 to 100 and has at most six decimal places.

    >>> threshold("12.5") == 2**64 // 8, threshold("100") == 2**64
    (True, True)
    >>> threshold("100.1") is threshold("0.0000001") is threshold("-1") is None
    True
    """
    written = _PERCENT.fullmatch(percent)
    if written is None:
        return None
    whole, places = written.groups("")
    millionths = int(whole + places.ljust(MAX_PERCENT_PLACES, "0"))
    if millionths > 100 * 10**MAX_PERCENT_PLACES:
        return None
    return (millionths << 64) // (100 * 10**MAX_PERCENT_PLACES)


def xxh64(data: bytes) -> int:
    """XXH64 with seed 0.

    >>> hex(xxh64(b"abc"))
    '0x44bc2cf5ad770999'
    """
    first, second, third, fourth, fifth = _PRIMES
    at, end = 0, len(data)
    if end >= 32:
        lanes = [(first + second) & _MASK, second, 0, -first & _MASK]
        while at + 32 <= end:
            for lane in range(4):
                lanes[lane] = _round(lanes[lane], _word(data, at + 8 * lane, 8))
            at += 32
        found = sum(_rotate(lane, n) for lane, n in zip(lanes, (1, 7, 12, 18), strict=True))
        for lane in lanes:
            found = ((found ^ _round(0, lane)) * first + fourth) & _MASK
    else:
        found = fifth
    found = (found + end) & _MASK
    while at + 8 <= end:
        found = _rotate(found ^ _round(0, _word(data, at, 8)), 27) * first + fourth & _MASK
        at += 8
    if at + 4 <= end:
        found = _rotate(found ^ _word(data, at, 4) * first & _MASK, 23) * second + third & _MASK
        at += 4
    for byte in data[at:]:
        found = _rotate(found ^ byte * fifth & _MASK, 11) * first & _MASK
    found = (found ^ found >> 33) * second & _MASK
    found = (found ^ found >> 29) * third & _MASK
    return found ^ found >> 32


def _word(data: bytes, at: int, n_bytes: int) -> int:
    return int.from_bytes(data[at : at + n_bytes], "little")


def _round(lane: int, word: int) -> int:
    return _rotate((lane + word * _PRIMES[1]) & _MASK, 31) * _PRIMES[0] & _MASK


def _rotate(value: int, n_bits: int) -> int:
    return (value << n_bits | value >> 64 - n_bits) & _MASK
