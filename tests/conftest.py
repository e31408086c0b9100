"""What every test may ask for: Hypothesis profiles, the real data, and a line in the summary.

Environment: `HYPOTHESIS_PROFILE` is `fast` (the default) or `slow`; `RULEC_DATA` names the folder
of the real data sets; with `RULEC_REQUIRE_DATA=1` a missing one fails its test.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent
collect_ignore_glob = ["fuzz/*"]  # programs of their own, which need atheris
REPORTED = pytest.StashKey[list[str]]()

settings.register_profile("fast", max_examples=30, deadline=None)
settings.register_profile(
    "slow", max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def pytest_configure(config: pytest.Config) -> None:
    """Give this run an empty list of reported lines."""
    config.stash[REPORTED] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what tests reported, in one section, also when every test passed."""
    if config.stash[REPORTED]:
        terminalreporter.section("reported by tests")
        for line in config.stash[REPORTED]:
            terminalreporter.line(line)


@pytest.fixture
def report_line(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """A function that adds one line to the run's closing summary: rows compared, say."""
    test = request.node.nodeid.rpartition("/")[2]

    def report(line: str) -> None:
        request.config.stash[REPORTED].append(f"{test}: {line}")

    return report


def _missing(reason: str) -> None:
    """Skip the test, or fail it where data is required."""
    if os.environ.get("RULEC_REQUIRE_DATA") == "1":
        pytest.fail(f"{reason}, and RULEC_REQUIRE_DATA=1")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of the real data sets."""
    folder = Path(os.environ.get("RULEC_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        _missing(f"no real data: `{folder}` is no folder, name one by RULEC_DATA")
    return folder


@pytest.fixture(scope="session")
def real_data(data_folder: Path) -> Callable[[str], Path]:
    """A function from the name of a real data set to its file."""

    def find(name: str) -> Path:
        path = data_folder / name
        if not path.is_file():
            _missing(f"no real data set `{name}` in `{data_folder}`")
        return path

    return find
