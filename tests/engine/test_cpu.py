"""Which kernels run: chosen once, by the processor or by `RULEC_CPU`; the answers are the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rulec_runtime.cpu import KERNELS, VARIABLE

TESTS = Path(__file__).resolve().parent.parent
ASKED = ("engine/test_match.py", "engine/test_widths.py::test_each_position_is_its_own")
SAYS = "import rulec_runtime.cpu as cpu; print(cpu.KERNELS)"


def run(arguments: list[str], kernels: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, VARIABLE: kernels},
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_line_says_which_kernels_run() -> None:
    assert KERNELS in ("scalar", "avx512")
    assert run(["-m", "rulec", "--version"], "scalar").stdout.endswith(", scalar kernels\n")


@pytest.mark.parametrize("wanted", ["scalar", KERNELS])
def test_the_kernels_that_are_asked_for_run(wanted: str) -> None:
    assert run(["-c", SAYS], wanted).stdout == f"{wanted}\n"


def test_kernels_that_there_are_not_are_refused() -> None:
    done = run(["-c", SAYS], "neon")
    assert done.returncode
    assert "RULEC_CPU: this processor runs `scalar`" in done.stderr
    assert done.stderr.endswith("given `neon`\n")


@pytest.mark.skipif(os.environ.get(VARIABLE) == "scalar", reason="they run scalar already")
def test_the_scalar_kernels_answer_like_the_oracle() -> None:
    arguments = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    done = run([*arguments, *(f"{TESTS}/{test}" for test in ASKED)], "scalar")
    assert not done.returncode, done.stdout
