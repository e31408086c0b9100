"""Take the native modules out of a wheel and put them where the checkout's own build would.

    python .ci/native_of.py dist/rulec-0.1.0-cp311-cp311-linux_x86_64.whl

So a checkout that has just built its wheel compiles nothing twice. The wheel must be of this
checkout and of this interpreter; one that holds no module for it is an error.
"""

from __future__ import annotations

import sys
import sysconfig
import zipfile
from pathlib import Path, PurePosixPath

CHECKOUT = Path(__file__).resolve().parent.parent
HOMES = {"rulec": CHECKOUT / "rulec", "rulec_runtime": CHECKOUT / "runtime" / "rulec_runtime"}


def unpack(wheel: Path) -> int:
    """Write every native module of a wheel into the checkout; how many there were."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    n_modules = 0
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            package, *inside = PurePosixPath(name).parts
            if name.endswith(suffix) and package in HOMES:
                HOMES[package].joinpath(*inside).write_bytes(archive.read(name))
                n_modules += 1
    return n_modules


if __name__ == "__main__":
    wheel = Path(sys.argv[1])
    if not unpack(wheel):
        sys.exit(f"rulec: `{wheel}` holds no native module for this interpreter")
