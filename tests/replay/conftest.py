"""The small shop as a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from replay.small_shop import RULES
from roads import write_ruleset


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write_ruleset(tmp_path / "rules", RULES)
