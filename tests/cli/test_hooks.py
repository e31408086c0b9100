"""The hooks for pre-commit: they run commands that exist, on the files of rule sets."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

HOOKS = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"
FILES = re.findall(r"^  files: (.*)$", HOOKS.read_text("utf-8"), re.MULTILINE)
ENTRIES = re.findall(r"^  entry: (.*)$", HOOKS.read_text("utf-8"), re.MULTILINE)


def test_every_hook_is_a_command(run: Callable[..., tuple[int, str, str]]) -> None:
    assert ENTRIES == ["rulec check", "rulec fmt"]
    for entry in ENTRIES:
        assert run(*entry.split()[1:], "--help")[0] == 0


@pytest.mark.parametrize(
    ("path", "hooks"),
    [
        ("shop/vocabulary.toml", [True, True]),
        ("vocabulary.toml", [True, True]),
        ("shop/platform.toml", [True, False]),
        ("shop/businesses/deep/a.toml", [True, True]),
        ("products/a.toml", [True, True]),
        ("pyproject.toml", [False, False]),
        ("shop/my_vocabulary.toml", [False, False]),
    ],
)
def test_which_files_a_hook_takes(path: str, hooks: list[bool]) -> None:
    assert [re.search(pattern, path) is not None for pattern in FILES] == hooks
