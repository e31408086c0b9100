"""Is a loop of the kernels longer than it was? Instructions, which no other load can change.

    python -m benchmarks.gate            compare with benchmarks/gate.json; exit 1 where one grew
    python -m benchmarks.gate --write    write what is counted now: a change to review

In: the kernels, a made world of 1,000 rules, the baseline. Out: a line a loop. Two things are held:

    loops        instructions of loops.c under valgrind's callgrind: scalar code, a request each
    functions    instructions in the text of single functions, by objdump: the wide twins, which
                 valgrind cannot run; a snapshot, so any change of them is shown and to be reviewed

Another compiler, other flags, another processor family or a missing tool make the comparison void:
it says so and passes. The counts are of this compiler's code for this world's artifact; an artifact
of another layout is counted all the same, and the line says that it changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.classes import EntityRows, class_table, unique_rows
from benchmarks.kernel import FLAGS, KERNELS, SOURCES, compiler
from benchmarks.requests import made
from benchmarks.rulesets import MAIN, ruleset
from benchmarks.worlds import World
from rulec.driver import compile_ruleset
from rulec_runtime import from_bytes
from rulec_runtime.format import FINGERPRINT

__all__ = ["BASELINE", "GROWTH", "Void", "compared", "counted"]

BASELINE: Final = Path(__file__).with_name("gate.json")
WORLD: Final = World("dense", 1_000)
N_REQUESTS: Final = 300
GROWTH: Final = 0.02
"""How much more a loop may take: less is what an unrelated edit does to a compiler's choices."""
LOOPS: Final = {
    "open": ("rb_open", 1),
    "fill": ("rb_add_rows", 1),
    "resolve": ("rb_resolve", 4 * N_REQUESTS),
    "points": ("rb_points", N_REQUESTS),
    "raw": ("rb_raw", 2 * N_REQUESTS),
}
"""What is counted: the function of loops.c, and how many requests it is given."""
_INSTRUCTION: Final = re.compile(r"^\s+[0-9a-f]+:\s+\S")
_SYMBOL: Final = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")


class Void(Exception):
    """Nothing can be compared here, and why."""


@dataclass(frozen=True)
class Inputs:
    """What the loops are given."""

    artifact: bytes
    rows: Sequence[EntityRows]
    numbers: Any
    point: int

    @classmethod
    def of(cls, world: World) -> Inputs:
        """Those of a made world."""
        compiled = compile_ruleset(ruleset(world))
        assert compiled.artifact is not None
        rows, numbers = unique_rows(class_table(compiled), made(world, N_REQUESTS))
        points = from_bytes(compiled.artifact).points
        return cls(compiled.artifact, rows, numbers, points.index(MAIN))

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The program and the rows as files, as count.c reads them."""
        program, rows = folder / "program", folder / "rows"
        program.write_bytes(self.artifact)
        with rows.open("wb") as file:
            for own in self.rows:
                n_rows, n_scalars = own.classes.shape
                file.write(np.array([n_rows, n_scalars, len(own.tags)], dtype=np.uint64))
                for part in (own.classes, own.ends, own.tags):
                    file.write(np.ascontiguousarray(part))
            file.write(np.array([len(self.numbers)], dtype=np.uint64))
            file.write(np.ascontiguousarray(self.numbers))
        return program, rows


def surroundings() -> dict[str, Any]:
    """What the counts depend on beside the kernels; `Void` where a tool is missing."""
    found = compiler()
    if found is None:
        raise Void("no C compiler")
    for tool in ("valgrind", "objdump"):
        if shutil.which(tool) is None:
            raise Void(f"no {tool}")
    return {
        "compiler": _first_line(found, "--version"),
        "flags": [flag for flag in FLAGS if not flag.startswith("-I")],
        "processor": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "valgrind": _first_line("valgrind", "--version"),
    }


def _first_line(*command: str) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return said.splitlines()[0]


def counted(kernels: Path, inputs: Inputs, functions: Sequence[str]) -> dict[str, Any]:
    """The counts of the kernels in a folder: loops a request, and functions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program, rows = inputs.write(folder)
        binary = _built(kernels, folder)
        loops = {
            loop: _loop(binary, folder, [program, hex(FINGERPRINT), rows, loop, n, inputs.point])
            / (n if n > 1 else 1)
            for loop, (_, n) in LOOPS.items()
        }
        return {
            "artifact": hashlib.sha256(inputs.artifact).hexdigest()[:16],
            "loops": {loop: round(count, 1) for loop, count in loops.items()},
            "functions": _functions(folder / "loops.o", functions),
        }


def _built(kernels: Path, folder: Path) -> Path:
    flags = [flag for flag in FLAGS if not flag.startswith("-I")]
    include = [f"-I{kernels}", f"-I{SOURCES}"]
    found = compiler()
    assert found is not None
    objects = [str(folder / f"{name}.o") for name in ("loops", "count")]
    for name, target in zip(("loops", "count"), objects, strict=True):
        source = str(SOURCES / f"{name}.c")
        subprocess.run([found, *flags, *include, "-c", "-o", target, source], check=True)
    binary = folder / "count"
    subprocess.run([found, "-o", str(binary), *objects], check=True)
    return binary


def _loop(binary: Path, folder: Path, arguments: Sequence[object]) -> int:
    """Instructions inside one loop."""
    loop = str(arguments[3])
    out = folder / f"{loop}.callgrind"
    command = ["valgrind", "--tool=callgrind", f"--toggle-collect={LOOPS[loop][0]}"]
    command += [f"--callgrind-out-file={out}", str(binary), *map(str, arguments)]
    # The wide twins are beyond valgrind: the counts are of the scalar ones.
    scalar = {**os.environ, "RULEC_CPU": "scalar"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=scalar)
    if done.returncode:
        raise RuntimeError(f"{loop}: {done.stderr.strip().splitlines()[-1]}")
    total = re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.MULTILINE)
    assert total is not None
    return int(total[1])


def _functions(compiled: Path, names: Sequence[str]) -> dict[str, int]:
    """How many instructions stand in each function; a name that is none is left out."""
    said = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", str(compiled)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found: dict[str, int] = {}
    name = ""
    for line in said.splitlines():
        if symbol := _SYMBOL.match(line):
            # What a compiler clones or splits off belongs to its function.
            name = symbol[1].partition(".")[0]
        elif name in names and _INSTRUCTION.match(line):
            found[name] = found.get(name, 0) + 1
    return found


def compared(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """A line for everything that is held, and whether it is a fault."""
    if now["artifact"] != before["artifact"]:
        yield "the artifact of the world has changed: its layout is counted too", False
    for loop, count in now["loops"].items():
        if loop not in before["loops"]:
            yield f"{loop}: {count:,.0f} instructions, and none in the baseline", True
            continue
        share = count / before["loops"][loop] - 1
        word = "grew" if share > GROWTH else "fell: write the baseline anew" * (share < -GROWTH)
        yield f"{loop}: {count:,.0f} instructions, {share:+.2%} {word}".rstrip(), share > GROWTH
    for name, count in before["functions"].items():
        own = now["functions"].get(name)
        said = "gone" if own is None else f"{own:,} instructions, were {count:,}"
        if own != count:
            yield f"{name}: {said}; look at it, then write the baseline anew", True
        else:
            yield f"{name}: {count:,} instructions", False


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, or write."""
    parser = argparse.ArgumentParser(prog="benchmarks.gate")
    parser.add_argument("--write", action="store_true", help="write the baseline")
    parser.add_argument("--kernels", type=Path, default=KERNELS, help="other kernels than ours")
    parser.add_argument("--functions", help="with --write: the functions to hold, `a,b`")
    given = parser.parse_args(arguments)
    before = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else None
    names = list(before["functions"]) if before is not None else []
    if given.functions is not None:
        names = [name for name in given.functions.split(",") if name]
    try:
        around = surroundings()
        if not given.write:
            if before is None:
                raise Void("no baseline")
            for key, value in around.items():
                if value != before["surroundings"][key]:
                    was = before["surroundings"][key]
                    raise Void(f"the {key} differs: was {was!r}, is {value!r}")
    except Void as reason:
        print(f"gate: void: {reason}")
        return 0
    found = counted(given.kernels, Inputs.of(WORLD), names)
    if given.write:
        missing = set(names) - set(found["functions"])
        if missing:
            parser.error(f"no function {', '.join(sorted(missing))} in the kernels' code")
        text = json.dumps({"surroundings": around, **found}, indent=1) + "\n"
        BASELINE.write_text(text, "utf-8")
    faults = 0
    for line, is_fault in compared(found, json.loads(BASELINE.read_text("utf-8"))):
        print(f"gate: {'FAULT: ' if is_fault else ''}{line}")
        faults += is_fault
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
