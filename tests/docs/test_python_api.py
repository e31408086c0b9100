"""docs/python-api.md speaks of every public name of both packages, and of nothing else."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

import rulec
import rulec_runtime

PAGE = Path(__file__).parents[2] / "docs" / "python-api.md"
DIRECTIVE = re.compile(r"^\.\. auto\w+:: (\w+)\.(\w+)", re.MULTILINE)
SIGNATURE = re.compile(r"\A[\w.]+\(.*\)( -> .+)?$", re.MULTILINE)
PAIRS = DIRECTIVE.findall(PAGE.read_text("utf-8"))


def told() -> list[object]:
    """What the page has an entry for."""
    return [getattr(importlib.import_module(module), name) for module, name in PAIRS]


@pytest.mark.parametrize("package", [rulec, rulec_runtime])
def test_every_public_name_has_an_entry(package: ModuleType) -> None:
    missing = [name for name in package.__all__ if getattr(package, name) not in told()]
    assert missing == []


def test_every_entry_is_public_and_stands_once() -> None:
    assert all(name in importlib.import_module(module).__all__ for module, name in PAIRS)
    assert len(told()) == len(set(map(id, told())))


@pytest.mark.parametrize("thing", told(), ids=lambda thing: thing.__name__)
def test_an_entry_and_its_methods_have_words(thing: type) -> None:
    members = vars(thing).items() if isinstance(thing, type) else ()
    methods = [each for name, each in members if callable(each) and not name.startswith("_")]
    assert [each for each in (thing, *methods) if not words_of(each)] == []


def words_of(thing: object) -> str:
    """A docstring without the signature that Cython writes above it."""
    return SIGNATURE.sub("", thing.__doc__ or "").strip()
