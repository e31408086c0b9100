"""One finding about a rule set, as data.

A stage returns findings beside its value; it neither prints nor raises for a user's mistake.
`RuleSetError` is how the Python API hands all of them to a caller who wanted a program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rulec.codes import CODES, Severity
from rulec.source import Edit, Excerpt, Span, Where

__all__ = ["Diagnostic", "Fix", "RuleSetError", "ordered"]


@dataclass(frozen=True, slots=True)
class Fix:
    """What would repair a finding: edits that belong together, in words and in the file."""

    description: str
    edits: tuple[Edit, ...]
    is_safe: bool = True
    """Whether it says what the text meant; others are guesses, or change more than they say."""

    @classmethod
    def of(
        cls,
        text: Excerpt,
        description: str,
        changes: Iterable[tuple[Span, str]],
        is_safe: bool = True,
    ) -> Fix | None:
        """Parts of a text replaced; None where there are none, or its string cannot hold one."""
        edits = [text.edit(*change) for change in changes]
        whole = tuple(edit for edit in edits if edit is not None)
        return cls(description, whole, is_safe) if edits and len(whole) == len(edits) else None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding: a code, one lower-case phrase, the place, and what to do.

    `where` is None only for findings about something that has no text, such as a missing file;
    `subject` then names it.
    """

    code: str
    message: str
    where: Where | None
    help: str | None = None
    subject: str = ""
    group: str = ""
    """What it is about: the code of a definition or a point, else the file; filled by `lint`."""
    culprit: str = field(default="", compare=False)
    """Who is to blame for many like it, if that is another one than `group`; filled by `lint`."""
    between: tuple[str, ...] = field(default=(), compare=False)
    """The codes of two definitions that meet, the one that stands first in front."""
    witness: Mapping[str, Mapping[str, Any]] | None = field(default=None, compare=False)
    """The facts of a request that shows it."""
    as_of: str | None = field(default=None, compare=False)
    """The time of that request, where it matters."""
    point: str | None = field(default=None, compare=False)
    """The point at which the request shows it; None: who is identified, or who matches."""
    scenario: str | None = field(default=None, compare=False)
    """The scenario under which it does."""
    seen: tuple[int, int] | None = field(default=None, compare=False)
    """Of how many recorded requests it holds, of how many; filled by `lint` where there are any."""
    cover: tuple[str, ...] = field(default=(), compare=False)
    """The definitions that leave no request, or the clauses that do: as few as it takes."""
    is_counted: bool = field(default=True, compare=False)
    """Whether all like it were looked for; else there are at least those that were found."""
    assumes: tuple[str, ...] = field(default=(), compare=False)
    """The assumptions of the vocabulary that the finding leans on."""
    fix: Fix | None = field(default=None, compare=False)
    """What would repair it."""
    resolutions: tuple[Fix, ...] = field(default=(), compare=False)
    """What would settle it, each alone: choices that only its owners can make."""

    @property
    def name(self) -> str:
        return CODES[self.code].name

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def path(self) -> str:
        return self.where.source.path if self.where else self.subject

    @property
    def line(self) -> int:
        return self.where.position.line if self.where else 1

    @property
    def column(self) -> int:
        return self.where.position.column if self.where else 1

    @property
    def end_line(self) -> int:
        return self.where.end.line if self.where else 1

    @property
    def end_column(self) -> int:
        return self.where.end.column if self.where else 1

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}:{self.column}: {self.severity}[{self.code}]: {self.message}"
        )


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings by file, place and code, each once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda d: (d.path, d.line, d.column, d.code, d.message))


class RuleSetError(Exception):
    """A rule set has no meaning yet; `diagnostics` holds every reason, in order."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = ordered(diagnostics)
        shown = [str(diagnostic) for diagnostic in self.diagnostics[:5]]
        if len(self.diagnostics) > len(shown):
            shown.append(f"and {len(self.diagnostics) - len(shown)} more")
        super().__init__("\n".join(shown))
