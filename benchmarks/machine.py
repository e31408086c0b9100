"""The machine a figure was measured on: what it is, and what its memory can do.

In: nothing; out: one line and a dict for the raw file. Latency and bandwidth are measured beside
the figures they bound, by a C program of a screen (`probe.c`) built with the compiler at hand: no
interpreter stands between it and the memory. Where there is no compiler they are not measured, and
the table says so.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["limits", "line", "machine", "versions"]

_PROBE = Path(__file__).with_name("probe.c")


def machine() -> dict[str, Any]:
    """Processor, cores, caches, memory, system, Python, and how busy it was."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "caches": _caches(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": round(os.getloadavg()[0], 2),
        "command": ["python", "-m", _module(), *map(_shown, sys.argv[1:])],
    }


def line(of: dict[str, Any]) -> str:
    """The machine in one line."""
    caches = ", ".join(f"{name} {size}" for name, size in of["caches"].items())
    return (
        f"{of['processor']}, {of['cores']} cores, {caches}, "
        f"{of['memory_bytes'] / 2**30:.0f} GiB; {of['system']}, {of['python']}; "
        f"load {of['load']} when it began"
    )


def versions(names: list[str]) -> dict[str, str]:
    """Versions of the packages that are installed."""
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def limits() -> dict[str, float] | None:
    """Nanoseconds of a dependent load by bytes walked, and GB/s of reading; None unmeasured."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder, "probe")
        built = subprocess.run(
            [compiler, "-O2", "-o", str(probe), str(_PROBE)], capture_output=True, check=False
        )
        if built.returncode:
            return None
        said = subprocess.run([str(probe)], capture_output=True, text=True, check=True).stdout
    found: dict[str, float] = json.loads(said)
    return found


def _shown(argument: str) -> str:
    """An argument without the folders of this machine."""
    path = Path(argument)
    return path.name if path.is_absolute() else argument


def _module() -> str:
    """The module that was run, as `python -m` takes it."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return Path(sys.argv[0]).name if spec is None else spec.name.removesuffix(".__main__")


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [text.partition(":")[2].strip() for text in lines if text.startswith("model name")]
    return names[0] if names else platform.machine()


def _caches() -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = (
            (folder / name).read_text().strip() for name in ("level", "type", "size")
        )
        if kind != "Instruction":
            found[f"L{level}"] = size
    return found
