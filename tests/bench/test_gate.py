"""The gate of instruction counts: what it holds, what is void, that it notices a slower kernel."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import gate
from benchmarks.kernel import KERNELS

BEFORE = {
    "artifact": "a",
    "loops": {"resolve": 1_000.0, "raw": 2_000.0},
    "functions": {"rk_and_wide": 40, "rk_gone": 7},
}


def lines(**now: Any) -> Mapping[str, bool]:
    return dict(gate.compared({**BEFORE, **now}, BEFORE))


def test_more_instructions_are_a_fault_and_a_little_more_is_none() -> None:
    found = lines(loops={"resolve": 1_021.0, "raw": 2_030.0})
    assert found["resolve: 1,021 instructions, +2.10% grew"]
    assert not found["raw: 2,030 instructions, +1.50%"]
    faster = lines(loops={"resolve": 500.0, "raw": 2_000.0})
    assert not faster["resolve: 500 instructions, -50.00% fell: write the baseline anew"]
    assert lines(loops={"new": 1.0})["new: 1 instructions, and none in the baseline"]


def test_a_changed_function_is_to_be_looked_at() -> None:
    found = lines(functions={"rk_and_wide": 39})
    assert found["rk_and_wide: 39 instructions, were 40; look at it, then write the baseline anew"]
    assert found["rk_gone: gone; look at it, then write the baseline anew"]


def test_another_compiler_makes_it_void(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    around = {"compiler": "gcc 1"}
    baseline = tmp_path / "gate.json"
    baseline.write_text(json.dumps({"surroundings": {"compiler": "gcc 2"}, **BEFORE}))
    monkeypatch.setattr(gate, "BASELINE", baseline)
    monkeypatch.setattr(gate, "surroundings", lambda: around)
    assert gate.main([]) == 0
    said = capsys.readouterr().out
    assert said == "gate: void: the compiler differs: was 'gcc 2', is 'gcc 1'\n"
    monkeypatch.setattr(gate, "BASELINE", tmp_path / "none.json")
    assert gate.main([]) == 0
    assert capsys.readouterr().out == "gate: void: no baseline\n"


@pytest.mark.slow
def test_a_slower_kernel_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        gate.surroundings()
    except gate.Void as reason:
        pytest.skip(f"the gate is void here: {reason}")
    baseline = tmp_path / "gate.json"
    monkeypatch.setattr(gate, "BASELINE", baseline)
    assert gate.main(["--write"]) == 0
    assert gate.main([]) == 0
    slower = shutil.copytree(KERNELS, tmp_path / "kernels")
    header = slower / "rk_row.h"
    text = header.read_text()
    started = re.compile(r"(RK_INLINE int rk_term_holds\([^{]*\{\n)")
    planted, n = started.subn(r"\1  for (volatile int i = 0; i < 400; i++) continue;\n", text)
    assert n == 1, "the function to slow down has moved"
    header.write_text(planted)
    capsys.readouterr()
    assert gate.main(["--kernels", str(slower)]) == 1
    said = capsys.readouterr().out
    assert re.search(r"FAULT: resolve: .* grew", said)
    assert re.search(r"FAULT: raw: .* grew", said)
