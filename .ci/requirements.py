"""What pip has to install before the checkout itself: printed one requirement a line.

In: pyproject.toml, and the extras named as arguments. Out: the build's, the project's and the
extras' requirements; an extra that names another extra of the project is followed.

pip alone can install these only together with the project, whose native modules would then be
built before any tool that needs none of them could start.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def requirements(extras: list[str]) -> list[str]:
    """The requirements of the build, the project and these extras, each once."""
    settings = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    project = settings["project"]
    own_extra = re.compile(re.escape(project["name"]) + r"\[([a-z, ]+)\]")
    found = [*settings["build-system"]["requires"], *project["dependencies"]]
    waiting = list(extras)
    while waiting:
        for requirement in project["optional-dependencies"][waiting.pop()]:
            own = own_extra.fullmatch(requirement)
            if own:
                waiting += own[1].replace(" ", "").split(",")
            else:
                found.append(requirement)
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    print("\n".join(requirements(sys.argv[1:])))
