"""The largest sets compile, open, and answer like the reference and the oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import large


@pytest.mark.parametrize(("what", "n"), [("definitions", 300), ("points", 60), ("bindings", 2_000)])
def test_small_ones_answer_rightly(
    what: str, n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "CACHE", tmp_path)
    if what == "points":
        monkeypatch.setattr(large, "N_RULES_OF_POINTS", 100)
    measured = large.measure(what, n)
    assert measured["checked"]["requests"] == large.N_REQUESTS
    assert measured["checked"]["points_by_oracle"] >= 20 * 50
    assert measured["peak_bytes"] >= measured["peak_bytes_before"]
    assert measured["n_terms"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(("what", "n"), [("points", 1_000), ("bindings", 100_000)])
def test_large_ones_answer_rightly(
    what: str, n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "CACHE", tmp_path)
    measured = large.measure(what, n)
    assert measured["checked"]["points_by_oracle"] >= 1_000
