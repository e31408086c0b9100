"""How a rule set is linted: rulec.toml beside its vocabulary, or a table of pyproject.toml.

In: the root of a rule set. Out: a `Config`, and findings about the file. Where there is no
rulec.toml, the nearest pyproject.toml at or above the root that holds `[tool.rulec]` is read.
"""

from __future__ import annotations

import os.path
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from rulec.analysis.budget import RUN
from rulec.codes import Severity, stops
from rulec.diagnostic import Diagnostic
from rulec.document import Document, Table
from rulec.lints.catalogue import closest, codes_of, unbuilt
from rulec.ruleset.discover import CONFIG, Texts, read_document
from rulec.vocabulary.conform import Shape, conform, quoted

__all__ = ["Config", "ConfigShape", "bad_ignore", "bad_word", "read_config"]

_PYPROJECT: Final = "pyproject.toml"


class ConfigShape(Shape):
    """The whole of rulec.toml."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    select: list[str] | None = None
    ignore: list[str] = Field(default_factory=list)
    baseline: str | None = None
    fail_level: Literal["error", "warning", "note"] = Field(default="error", alias="fail-level")
    budget: int = Field(default=RUN, ge=0)


@dataclass(frozen=True, slots=True)
class Config:
    """What is looked for, and what counts as a failure; words are codes, names or first letters."""

    select: tuple[str, ...] | None = None
    """Only these; None is all."""
    ignore: tuple[str, ...] = ()
    baseline: Path | None = None
    fail_level: Severity = "error"
    budget: int = RUN
    """Looks that proofs may cost (`analysis/budget.py`)."""


def read_config(
    root: Path, shown_root: str, texts: Texts | None = None
) -> tuple[Config, list[Diagnostic]]:
    """The configuration of the rule set whose folder is `root`; a broken one counts for nothing.

    `texts` stand for files.
    """
    path, keys = _find(root, texts or {})
    if path is None:
        return Config(), []
    shown = os.path.normpath(Path(shown_root, os.path.relpath(path, root)))
    document = _read(path, Path(shown).as_posix(), texts or {})
    if isinstance(document, Diagnostic):
        return Config(), [document]
    table = _table(document, keys)
    if table is None:
        return Config(), []
    shape, findings = conform(ConfigShape, table)
    if shape is None:
        return Config(), findings
    for key in ("select", "ignore"):
        findings += _bad_words(table, key)
    if findings:
        return Config(), findings
    baseline = None if shape.baseline is None else path.parent / shape.baseline
    select = None if shape.select is None else tuple(shape.select)
    return Config(select, tuple(shape.ignore), baseline, shape.fail_level, shape.budget), []


def bad_word(word: str) -> tuple[str, str] | None:
    """What is wrong with a word of `select` or `ignore`, and what to do; None if nothing is."""
    if codes_of(word):
        return None
    if reason := unbuilt(word):
        return f"{quoted(word)} cannot be looked for yet", reason
    close = closest(word)
    advice = f"did you mean {quoted(close)}?" if close else "write a code, a name, or a family"
    return f"no lint {quoted(word)}", advice


def bad_ignore(word: str) -> tuple[str, str] | None:
    """As `bad_word`, and for a code that nobody may leave out."""
    codes = codes_of(word)
    if codes and all(stops(code) for code in codes):
        advice = "what it finds keeps the rule set from compiling"
        return f"{quoted(word)} cannot be ignored", advice
    return bad_word(word)


def _read(path: Path, shown: str, texts: Texts) -> Document | Diagnostic:
    text = texts.get(path)
    if text is None:
        return read_document(path, shown)
    return Document.decode(shown, text.encode("utf-8", "surrogatepass"))


def _find(root: Path, texts: Texts) -> tuple[Path | None, tuple[str, ...]]:
    if root / CONFIG in texts or (root / CONFIG).is_file():
        return root / CONFIG, ()
    for folder in (root, *root.parents):
        path = folder / _PYPROJECT
        if path.is_file():
            document = _read(path, _PYPROJECT, texts)
            # A pyproject.toml that is no TOML belongs to somebody else, who will be told.
            if isinstance(document, Document) and _table(document, ("tool", "rulec")) is not None:
                return path, ("tool", "rulec")
    return None, ()


def _table(document: Document, keys: tuple[str, ...]) -> Table | None:
    values: Any = document.values
    for key in keys:
        values = values.get(key) if isinstance(values, dict) else None
    return document.table(*keys) if isinstance(values, dict) else None


def _bad_words(table: Table, key: str) -> list[Diagnostic]:
    problem_of = bad_word if key == "select" else bad_ignore
    findings: list[Diagnostic] = []
    for number, word in enumerate(table.values.get(key, ())):
        problem = problem_of(word)
        if problem is not None:
            message, advice = problem
            findings.append(Diagnostic("SYN009", message, table.where(key, number), advice))
    return findings
