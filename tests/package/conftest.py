"""The built distributions under test: wheel and sdist, and the wheel in an environment of its own.

`RULEC_DIST` names a folder that holds a fresh wheel and sdist; without it both are built here, from
a clean copy of the checkout, the wheel out of the sdist.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = ("pyproject.toml", "setup.py", "MANIFEST.in", "LICENSE", "README.md", "rulec", "runtime")
BUILD_SDIST = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"


class Distributions(NamedTuple):
    """The two files people download."""

    wheel: Path
    sdist: Path


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command outside the checkout; its output, or a failed test that shows it."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.fail(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def copy_sources(target: Path) -> None:
    """Copy what a build reads, without what earlier builds left behind."""
    built = shutil.ignore_patterns("__pycache__", "build", "*.so", "*.pyd", "*.o", "*.egg-info")
    target.mkdir()
    for name in SOURCES:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=built)
        elif source.exists():
            shutil.copy(source, target / name)


def build(folder: Path) -> None:
    """Build an sdist from a clean copy, then a wheel from nothing but the sdist.

    The running environment already holds what pyproject.toml asks for to build, so no second one
    is made for it.
    """
    copy_sources(folder / "copy")
    run(sys.executable, "-c", BUILD_SDIST, folder, cwd=folder / "copy")
    (sdist,) = folder.glob("*.tar.gz")
    wheel = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", sdist)
    run(*wheel, cwd=folder)


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """One wheel and one sdist of this checkout."""
    given = os.environ.get("RULEC_DIST")
    folder = Path(given) if given else tmp_path_factory.mktemp("dist")
    if not given:
        build(folder)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Distributions(wheel.resolve(), sdist.resolve())


@pytest.fixture(scope="session")
def installed(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of a fresh environment with the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", distributions.wheel, cwd=folder)
    return scripts
