"""What an editor can do about findings: their fixes, and what would settle them.

In: a finding, and the texts as they stand. Out: `Action`s. What was made for a text that has
changed since is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rulec.diagnostic import Diagnostic
from rulec.lsp.desk import Look
from rulec.source import Edit

__all__ = ["Action", "actions"]

CurrentText = Callable[[Path], str | None]
"""The text of a file as the editor has it; None for one that is not open."""


@dataclass(frozen=True, slots=True)
class Action:
    """Edits that belong together."""

    title: str
    edits: Mapping[Path, tuple[Edit, ...]]
    finding: Diagnostic
    is_safe: bool


def actions(look: Look, finding: Diagnostic, current: CurrentText) -> Iterator[Action]:
    """What can be done about one finding."""
    if finding.fix is not None:
        title = finding.fix.description
        title = title if finding.fix.is_safe else f"{title} (unsafe: it may mean something else)"
        made = _action(look, title, finding, finding.fix.edits, current, finding.fix.is_safe)
        if made is not None:
            yield made
    for resolution in finding.resolutions:
        title = f"settle it: {resolution.description}"
        made = _action(look, title, finding, resolution.edits, current, False)
        if made is not None:
            yield made


def _action(
    look: Look,
    title: str,
    finding: Diagnostic,
    edits: tuple[Edit, ...],
    current: CurrentText,
    is_safe: bool,
) -> Action | None:
    by_path: dict[Path, tuple[Edit, ...]] = {}
    for edit in edits:
        source = edit.where.source
        path = look.file(source.path)
        text = current(path)
        if text is not None and text != source.text:
            return None
        by_path[path] = (*by_path.get(path, ()), edit)
    return Action(title[:1].upper() + title[1:], by_path, finding, is_safe) if edits else None
