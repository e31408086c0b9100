"""The files that docs/checking.md shows do what it says, laid over the shop."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import rulec

REPOSITORY = Path(__file__).resolve().parents[2]


def test_checking(tmp_path: Path) -> None:
    for name in ("vocabulary.toml", "platform.toml"):
        shutil.copy(REPOSITORY / "examples/tmall" / name, tmp_path / name)
    text = (REPOSITORY / "docs/checking.md").read_text("utf-8")
    found = re.findall(r"^```toml (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in found] == ["rulec.toml", "businesses/drone.toml"]
    for name, content in found:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert rulec.lint(tmp_path) == []
    drone = tmp_path / "businesses/drone.toml"
    drone.write_text(drone.read_text().partition("\n")[2])
    assert [finding.name for finding in rulec.lint(tmp_path)] == ["missing-kpi"]
