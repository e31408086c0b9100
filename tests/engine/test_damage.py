"""Damaged programs are refused or decide, in a process with little memory: no crash, no hang.

tests/fuzz/open_damaged.py does the work; here are a short run and a long one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from engine.handmade import artifact_of
from engine.made_shop import dated_shop, shop

from rulec_runtime.format import SECTIONS

FUZZ = Path(__file__).resolve().parents[1] / "fuzz"
UNDAMAGEABLE = {
    *("thresholds", "windows", "string_ends", "string_bytes", "manifest"),
    *("conditions", "triggered", "quiet_bits", "flat_rows", "flat_bits"),
}
"""Sections whose numbers no check of their own name refuses."""


def run(seed: int, n_executions: int, files: list[Path]) -> dict[str, int]:
    """What became of each execution."""
    done = subprocess.run(
        [sys.executable, FUZZ / "open_damaged.py", str(seed), str(n_executions), *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts: dict[str, int] = json.loads(done.stdout)
    assert sum(counts.values()) == n_executions
    return counts


def shown(counts: dict[str, int]) -> str:
    """The counts in one line."""
    return ", ".join(f"{name} {n:,}" for name, n in counts.items())


def test_damage_is_refused_or_harmless(tmp_path: Path, report_line: Callable[[str], None]) -> None:
    files = [tmp_path / "shop.rulec", tmp_path / "dated.rulec"]
    for file, world in zip(files, (shop(), dated_shop()), strict=True):
        file.write_bytes(artifact_of(world))
    counts = run(1, 1500, files)
    assert counts["accepted"] > 100
    assert counts["directory"] > 10
    report_line(shown(counts))


@pytest.mark.slow
def test_damage_of_every_program_there_is(
    tmp_path: Path, report_line: Callable[[str], None]
) -> None:
    subprocess.run([sys.executable, FUZZ / "corpus.py", tmp_path], check=True, capture_output=True)
    counts = run(10**6, 100_000, sorted(tmp_path.glob("*.rulec")))
    assert counts["accepted"] > 10_000
    checks = {item.name for item in SECTIONS} - UNDAMAGEABLE | {"strings", "directory", "names"}
    assert checks <= set(counts)
    report_line(shown(counts))
