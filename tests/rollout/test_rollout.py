"""Buckets are frozen, uniform, and nest; thresholds are exact."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulec.rollout import N_BUCKETS, bucket, threshold, xxh64

VECTORS = Path(__file__).with_name("vectors.tsv")

KNOWN = {
    b"": 0xEF46DB3751D8E999,
    b"a": 0xD24EC4F1A98C6E5B,
    b"as": 0x1C330FB2D66BE179,
    b"asd": 0x631C37CE72A97393,
    b"asdf": 0x415872F599CEA71E,
    b"abc": 0x44BC2CF5AD770999,
    b"ABC": 0xE66AE7354FCFEE98,
    b"xxhash": 0x32DD38952C4BC720,
    b"foo": 3728699739546630719,
    b"\x03\0\0\0": 13361037350151369407,
    b"Call me Ishmael. Some years ago--never mind how long precisely-": 0x02A2E85470D6FD96,
}
"""From the tests of other implementations: Go's cespare/xxhash and ClickHouse."""


@pytest.mark.parametrize("data", KNOWN)
def test_the_hash_is_xxh64(data: bytes) -> None:
    assert xxh64(data) == KNOWN[data]


def test_buckets_are_the_published_ones() -> None:
    lines = VECTORS.read_text("utf-8").splitlines()
    assert lines[0].split("\t") == ["bucket", "salt", "type", "key"]
    for line in lines[1:]:
        expected, salt, kind, key = line.split("\t")
        assert bucket(salt, int(key) if kind == "int" else key) == int(expected, 16), line


def test_a_share_of_the_keys_is_selected() -> None:
    """Of n keys, n * p are expected; five standard deviations are allowed."""
    n = 20_000
    for percent in ("0.5", "12.5", "50", "99"):
        limit = threshold(percent)
        assert limit is not None
        share = float(percent) / 100
        for keys in (range(n), [f"buyer-{number:08}" for number in range(n)]):
            n_selected = sum(bucket("g20", key) < limit for key in keys)
            assert abs(n_selected - n * share) < 5 * (n * share * (1 - share)) ** 0.5


def test_salts_are_independent() -> None:
    limit = threshold("50")
    assert limit is not None
    n_both = sum(bucket("a", n) < limit and bucket("b", n) < limit for n in range(10_000))
    assert abs(n_both - 2_500) < 5 * 44


@given(st.integers(0, 100_000_000), st.integers(0, 100_000_000), st.integers(-(2**63), 2**63 - 1))
def test_a_smaller_share_lies_inside_a_greater_one(one: int, other: int, key: int) -> None:
    small, great = (threshold(f"{n // 10**6}.{n % 10**6:06}") for n in sorted((one, other)))
    assert small is not None
    assert great is not None
    assert small <= great
    assert bucket("s", key) >= small or bucket("s", key) < great


@given(st.integers(0, 100_000_000))
def test_a_threshold_is_exact(millionths: int) -> None:
    written = f"{millionths // 10**6}.{millionths % 10**6:06}"
    exact = Fraction(millionths, 10**8) * N_BUCKETS
    found = threshold(written)
    assert found is not None
    assert found <= exact < found + 1


@pytest.mark.parametrize(
    "text", ["", "-1", "100.000001", "1e1", "1.", ".5", "0.0000001", "٣", "1 "]
)
def test_what_is_no_percentage(text: str) -> None:
    assert threshold(text) is None
