"""What README.md shows, runs."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def test_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    outcome = doctest.testfile(str(REPOSITORY / "README.md"), module_relative=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0
