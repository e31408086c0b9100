"""The engine's kernels without Python: loops of C over rows (native/loops.c), by ctypes.

In: a world's artifact, requests to it as rows. Out: `Kernel`, whose loops release the GIL for a
whole round. Where there is no C compiler there is no kernel, and no figure of it.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.classes import EntityRows
from rulec_runtime.format import FINGERPRINT

__all__ = ["FLAGS", "SOURCES", "Kernel", "compiler", "library"]

_ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = _ROOT / "benchmarks" / "native"
KERNELS: Final = _ROOT / "runtime" / "kernels"
FLAGS: Final = ("-O3", "-std=c11", "-Wall", "-Wextra", "-Wno-unused-parameter", f"-I{KERNELS}")
"""Those of setup.py."""
_U32: Final = np.ctypeslib.ndpointer(np.uint32, flags="C_CONTIGUOUS")
_U64: Final = np.ctypeslib.ndpointer(np.uint64, flags="C_CONTIGUOUS")
_PLACE, _LONG, _SHORT = ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32


def compiler() -> str | None:
    """The C compiler at hand."""
    return os.environ.get("CC") or shutil.which("gcc") or shutil.which("cc")


@cache
def library() -> Path | None:
    """The loops as a shared library in build/benchmarks; None where nothing can build them."""
    found = compiler()
    if found is None or os.name != "posix":
        return None
    hashed = hashlib.sha256(repr((found, FLAGS)).encode())
    for path in sorted([*KERNELS.glob("*.h"), *SOURCES.glob("*")]):
        hashed.update(path.read_bytes())
    path = _ROOT / "build" / "benchmarks" / f"loops-{hashed.hexdigest()[:16]}.so"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}")
        source = SOURCES / "loops.c"
        command = [found, *FLAGS, "-shared", "-fPIC", "-o", str(aside), str(source)]
        subprocess.run(command, check=True)
        aside.rename(path)
    return path


class Kernel:
    """One program, and the rows of its entities."""

    def __init__(self, artifact: bytes) -> None:
        path = library()
        if path is None:
            raise OSError("no C compiler")
        self._c = _typed(ctypes.CDLL(str(path)))
        self._engine = self._c.rb_open(artifact, len(artifact), FINGERPRINT)
        if not self._engine:
            raise OSError("the kernels of this checkout do not open the artifact")
        self._n_rows = [0] * self._c.rb_n_entities(self._engine)

    def close(self) -> None:
        """Give back the memory; the kernel is of no use afterwards."""
        if self._engine:
            self._c.rb_close(self._engine)
            self._engine = None

    __del__ = close

    def add(self, entity: int, rows: EntityRows, *, keeps_facts: bool = False) -> int:
        """Fill rows of an entity; the number of the first. `keeps_facts` is for `raw`."""
        first = self._n_rows[entity]
        arrays = rows.classes, rows.ends, rows.tags
        if not self._c.rb_add_rows(self._engine, entity, len(rows), *arrays, keeps_facts):
            raise MemoryError
        self._n_rows[entity] += len(rows)
        return first

    def add_all(self, rows: Sequence[EntityRows], *, keeps_facts: bool = False) -> None:
        """Fill rows of every entity."""
        for entity, own in enumerate(rows):
            self.add(entity, own, keeps_facts=keeps_facts)

    def row_bytes(self, entity: int) -> float:
        """Bytes a filled row of an entity takes, on average."""
        whole: int = self._c.rb_row_bytes(self._engine, entity)
        return whole / max(1, self._n_rows[entity])

    def winners(self, numbers: NDArray[np.uint32], point: int, *, is_raw: bool) -> Any:
        """The decision number of each request: `[n]`."""
        out = np.empty(len(numbers), dtype=np.uint32)
        self._c.rb_winners(self._engine, numbers, len(numbers), point, is_raw, out)
        return out

    def resolving(self, numbers: NDArray[np.uint32], point: int) -> Callable[[int], object]:
        """A stream of requests, by filled rows: what `Contestant.run` takes."""
        return self._stream(self._c.rb_resolve, numbers, point)

    def every_point(self, numbers: NDArray[np.uint32]) -> Callable[[int], object]:
        """The same, every point of each."""
        return self._stream(self._c.rb_points, numbers)

    def raw(self, numbers: NDArray[np.uint32], point: int) -> Callable[[int], object]:
        """The same by open rows: nothing is remembered of facts seen before."""
        return self._stream(self._c.rb_raw, numbers, point)

    def _stream(
        self, loop: Any, numbers: NDArray[np.uint32], *more: int
    ) -> Callable[[int], object]:
        place = 0

        def run(n: int) -> None:
            nonlocal place
            loop(self._engine, numbers, len(numbers), place, n, *more)
            place = (place + n) % len(numbers)

        return run


def _typed(c: Any) -> Any:
    c.rb_open.argtypes, c.rb_open.restype = [ctypes.c_char_p, _LONG, _LONG], _PLACE
    c.rb_close.argtypes, c.rb_close.restype = [_PLACE], None
    c.rb_n_entities.argtypes, c.rb_n_entities.restype = [_PLACE], _SHORT
    c.rb_row_bytes.argtypes, c.rb_row_bytes.restype = [_PLACE, _SHORT], _LONG
    c.rb_add_rows.argtypes = [_PLACE, _SHORT, _LONG, _U32, _U64, _U32, ctypes.c_int]
    c.rb_winners.argtypes = [_PLACE, _U32, _LONG, _SHORT, ctypes.c_int, _U32]
    c.rb_winners.restype = None
    stream = [_PLACE, _U32, _LONG, _LONG, _LONG]
    for name, more in (("rb_resolve", [_SHORT]), ("rb_points", []), ("rb_raw", [_SHORT])):
        function = getattr(c, name)
        function.argtypes, function.restype = [*stream, *more], _LONG
    return c
