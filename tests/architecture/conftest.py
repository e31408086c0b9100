"""Where the guarded trees stand, and a copy of them to plant violations in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top of the checkout."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture
def planted(repository: Path, tmp_path: Path) -> Path:
    """A copy of the sources that a test may spoil."""
    built = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd", "*.o", "build")
    for tree in ("rulec", "runtime"):
        shutil.copytree(repository / tree, tmp_path / tree, ignore=built)
    return tmp_path
