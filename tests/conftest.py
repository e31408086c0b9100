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
REPORTED = "reported"
os.environ.pop("COLUMNS", None)  # how wide a terminal is; the workers of xdist are told one

settings.register_profile("fast", max_examples=30, deadline=None)
settings.register_profile(
    "slow", max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests reported, in one section, also when every test passed."""
    reports = [each for group in terminalreporter.stats.values() for each in group]
    lines = [
        f"{report.nodeid.rpartition('/')[2]}: {line}"
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, line in report.user_properties
        if name == REPORTED
    ]
    if lines:
        terminalreporter.section("reported by tests")
        for line in sorted(lines):
            terminalreporter.line(line)


@pytest.fixture
def report_line(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """A function that adds one line to the run's closing summary: rows compared, say.

    A property of the test, so that it comes over from another process too.
    """
    return lambda line: record_property(REPORTED, line)


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
