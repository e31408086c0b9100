"""The least that reading a request of Python costs: a look at each object of it (native/touch.c).

In: nothing. Out: a function of a request's dict, called like any other, or None where there is no
compiler or the interpreter's headers are not installed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sysconfig
from collections.abc import Callable
from functools import cache
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any, cast

from benchmarks.kernel import SOURCES, compiler

__all__ = ["touch"]

Touch = Callable[[Any], None]


@cache
def touch() -> Touch | None:
    """The function, built in build/benchmarks; None where nothing can build it."""
    found, headers = compiler(), sysconfig.get_paths()["include"]
    if found is None or os.name != "posix" or not Path(headers, "Python.h").exists():
        return None
    source = SOURCES / "touch.c"
    flags = ("-O3", "-shared", "-fPIC", f"-I{headers}")
    hashed = hashlib.sha256(repr((found, flags)).encode() + source.read_bytes())
    folder = SOURCES.parents[1] / "build" / "benchmarks"
    path = folder / f"touch-{hashed.hexdigest()[:16]}.so"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}")
        subprocess.run([found, *flags, "-o", str(aside), str(source)], check=True)
        aside.rename(path)
    loader = ExtensionFileLoader("touch", str(path))
    spec = spec_from_loader("touch", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return cast("Touch", module.touch)
