"""Whether this machine can build rulec: an interpreter, `venv`, a C compiler, Python's headers.

In: nothing but the interpreter that runs it. Out: exit 0, or one line a missing thing on stderr,
each saying what to install, and exit 1.

Written in the words every Python 3 understands, so that an old interpreter reports itself instead
of failing on syntax.
"""

import os
import shlex
import shutil
import sys
import sysconfig

OLDEST = (3, 11)
NEWEST = (3, 14)


def missing_interpreter():
    """What is wrong with the interpreter's version, or None."""
    found = tuple(sys.version_info[:2])
    if OLDEST <= found <= NEWEST:
        return None
    text = "Python %d.%d found, Python %d.%d to %d.%d needed" % (found + OLDEST + NEWEST)
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        name = "python3.%d" % minor
        if shutil.which(name):
            return text + ": `%s` is installed, so run `make PYTHON=%s ...`" % (name, name)
    return text + ": install one and run `make PYTHON=python3.12 ...`"


def missing_venv():
    """What is wrong with the means to make an environment, or None."""
    try:
        import ensurepip
        import venv
    except ImportError:
        package = "python%d.%d-venv" % sys.version_info[:2]
        return "no module `venv` found: on Debian `apt-get install %s`" % package
    del ensurepip, venv
    return None


def missing_compiler():
    """What is wrong with the C compiler that a build would call, or None."""
    command = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    name = next((word for word in shlex.split(command) if "=" not in word), "cc")
    if shutil.which(name):
        return None
    for other in ("gcc", "clang", "cc"):
        if shutil.which(other):
            return "no C compiler `%s` found: `%s` is installed, so run `CC=%s make ...`" % (
                name,
                other,
                other,
            )
    return "no C compiler found: install gcc or clang, on Debian `apt-get install gcc libc6-dev`"


def missing_headers():
    """What is wrong with Python's C headers, or None."""
    folder = sysconfig.get_paths()["include"]
    if os.path.exists(os.path.join(folder, "Python.h")):
        return None
    package = "python%d.%d-dev" % sys.version_info[:2]
    return "no Python headers found in `%s`: on Debian `apt-get install %s`" % (folder, package)


def main():
    """Report everything that is missing at once."""
    checks = (missing_interpreter, missing_venv, missing_compiler, missing_headers)
    reports = [report for report in (check() for check in checks) if report]
    for report in reports:
        sys.stderr.write("rulec: %s\n" % report)
    return 1 if reports else 0


if __name__ == "__main__":
    sys.exit(main())
