"""Did you mean: what counts as a slip, and what does not."""

from __future__ import annotations

import pytest

from rulec.vocabulary.suggest import suggest


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("isTMSeler", ["level", "isTMSeller"], "isTMSeller"),
        ("leevl", ["level"], "level"),
        ("LEVEL", ["levels", "level"], "level"),
        ("lvl", ["level"], None),
        ("rnak", ["bind", "rank"], "rank"),
        ("ab", ["xy"], None),
        ("a", ["b"], None),
        ("", ["a"], None),
        ("x" * 65, ["x" * 65], None),
        ("天貓", ["天猫"], "天猫"),
        ("colour", ["size", "width"], None),
        ("aX", ["a1", "a2"], "a1"),
        ("level", [], None),
    ],
)
def test_nearest(word: str, candidates: list[str], expected: str | None) -> None:
    assert suggest(word, candidates) == expected
