"""What the kernels take without Python: winners of kept rows in a loop of C (kernels.c).

    python -m benchmarks.bench_kernels [--family dense] [--size 1000] [--seconds 1]

In: a world. Out: one JSON object a line and working set on stdout. CPU nanoseconds of a winner by rows
that were made before, as by profiles, and by the memo's; bytes of the rows. The requests go to the
program as a file: for each fact the values of all requests, in the order of the vocabulary.
"""

from __future__ import annotations

import argparse
import os
import struct
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.domains import FACTS
from benchmarks.engine import compiled
from benchmarks.requests import WORKING_SETS, Requests, made
from benchmarks.worlds import World

__all__ = ["packed"]

SOURCE: Final = Path(__file__).with_name("kernels.c")


def packed(requests: Requests) -> bytes:
    """Requests as kernels.c reads them."""
    parts = [struct.pack("<I", len(requests))]
    for fact in FACTS:
        values = requests.values[fact.path]
        parts.append(struct.pack("<I", values.shape[1] if fact.type == "tags" else 1))
        if fact.type == "word":
            domain = requests.world.domains[fact.path]
            texts = [domain.text(value).encode() for value in values.tolist()]
            parts += [struct.pack("<I", len(text)) + text for text in texts]
        else:
            plain = values == 0 if fact.type == "flag" else values
            parts.append(plain.astype("<i8").tobytes())
    return b"".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--family", default="dense")
    parser.add_argument("--size", type=int, default=1_000)
    parser.add_argument("--order", default="specific")
    parser.add_argument("--seconds", type=float, default=1.0)
    given = parser.parse_args()
    world = World(given.family, given.size, given.order)
    compiler = os.environ.get("CC") or str(sysconfig.get_config_var("CC") or "cc")
    with tempfile.TemporaryDirectory() as scratch:
        binary, requests = Path(scratch, "kernels"), Path(scratch, "requests")
        build = [*compiler.split(), "-O3", "-std=gnu11", "-o", str(binary), str(SOURCE)]
        subprocess.run(build, check=True)
        requests.write_bytes(packed(made(world, WORKING_SETS[-1])))
        for n_distinct in WORKING_SETS:
            arguments = [str(compiled(world)), str(requests), str(n_distinct), str(given.seconds)]
            subprocess.run([str(binary), *arguments], check=True)


if __name__ == "__main__":
    main()
