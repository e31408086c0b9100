"""What people download holds what it must and nothing else, and works away from the checkout.

wheel_files.txt is the allow-list; `RULEC_UPDATE=1` writes it anew from the wheel just built.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from .conftest import REPOSITORY, Distributions, run

ALLOWED = Path(__file__).with_name("wheel_files.txt")
PLATFORM_SUFFIX = re.compile(r"\.(cpython-|cp)\d+[\w-]*\.(so|pyd)$")
METADATA = re.compile(r"^rulec-[^/]+\.dist-info/")
BUILT = re.compile(r"\.(so|pyd|o|html|pyc|pyo)$|/__pycache__/")

RESOLVE = """
import json, sys
import rulec, rulec_runtime

program = rulec.compile(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    facts = json.load(file)
decision = program.resolve("Fulfilment.insurance", facts)
print(json.dumps([rulec.__file__, rulec_runtime.__file__, decision.code, decision.implementation]))
"""

ENGINE_ALONE = """
import sys
import rulec_runtime

loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"rulec", "lark", "pydantic", "click", "pyarrow", "msgspec"}))
"""


def wheel_files(wheel: Path) -> list[str]:
    """The wheel's files, with version and platform taken out of their names."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    return sorted(
        PLATFORM_SUFFIX.sub(".<native>", METADATA.sub("<metadata>/", name)) for name in names
    )


def sdist_files(sdist: Path) -> set[str]:
    """The sdist's files, below its top folder."""
    with tarfile.open(sdist) as archive:
        return {member.name.partition("/")[2] for member in archive if member.isfile()}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the example shop, away from the checkout."""
    return Path(shutil.copytree(REPOSITORY / "examples/tmall", tmp_path / "shop"))


def test_the_wheel_holds_what_it_must_and_nothing_else(distributions: Distributions) -> None:
    found = wheel_files(distributions.wheel)
    if os.environ.get("RULEC_UPDATE") == "1":
        ALLOWED.write_text("\n".join(found) + "\n", "utf-8")
    assert found == ALLOWED.read_text("utf-8").split()


def test_the_sdist_holds_every_source_and_nothing_built(distributions: Distributions) -> None:
    found = sdist_files(distributions.sdist)
    sources = {
        path.relative_to(REPOSITORY).as_posix()
        for tree, patterns in {
            "rulec": ("*.py", "*.pyx", "*.pyi", "*.lark", "py.typed"),
            "runtime": ("*.py", "*.pyx", "*.pxd", "*.pyi", "*.h", "py.typed"),
        }.items()
        for pattern in patterns
        for path in (REPOSITORY / tree).rglob(pattern)
        if "build" not in path.parts
    }
    assert sources - found == set()
    assert {name for name in found if BUILT.search(name)} == set()
    assert {name for name in found if name.endswith(".c") and "/kernels/" not in name} == set()


def test_the_wheel_compiles_and_resolves(installed: Path, shop: Path) -> None:
    facts = shop / "requests/drone.json"
    output = run(installed / "python", "-c", RESOLVE, shop, facts, cwd=shop.parent)
    compiler, engine, code, implementation = json.loads(output)
    for module in (compiler, engine):
        assert Path(module).is_relative_to(installed.parent)
    assert (code, implementation) == ("tmall.g20", "com.shop.g20.DroneInsurance")


def test_the_wheel_brings_the_command(installed: Path, shop: Path) -> None:
    run(installed / "rulec", "check", shop, cwd=shop.parent)
    run(installed / "rulec", "compile", shop, "-o", "shop.rulec", cwd=shop.parent)
    assert "shop" in run(installed / "rulec", "inspect", "shop.rulec", cwd=shop.parent)


def test_the_engine_alone_needs_no_compiler(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "python", "-c", ENGINE_ALONE, cwd=tmp_path).strip() == "[]"
