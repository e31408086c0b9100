"""Every safe fix of one file at once, as `rulec check --fix` makes them.

In: a rule set, with texts in place of its files. Out: the file's new text, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from rulec.diagnostic import Diagnostic
from rulec.fix.repair import repair
from rulec.lints.engine import Report, inspect
from rulec.ruleset.discover import Texts, discover
from rulec.source import Span

__all__ = ["changed_part", "fix_all"]


def fix_all(root: Path, path: Path, texts: Texts, cache: Path | None) -> str | None:
    """The text of a file with everything repaired that is safe to repair, and proved so.

    Raises what `inspect` raises.
    """
    files, _ = discover(root, texts)
    shown = files.shown(path)

    def look(more: Texts) -> Report:
        return inspect(root, cache=cache, texts={**texts, **more})

    def is_wanted(finding: Diagnostic) -> bool:
        fix = finding.fix
        return (
            fix is not None
            and fix.is_safe
            and all(edit.where.source.path == shown for edit in fix.edits)
        )

    return repair(look, is_wanted).texts.get(path)


def changed_part(old: str, new: str) -> tuple[Span, str]:
    """The part of a text that another one differs in, and what stands there.

    >>> changed_part("a b c", "a x c")
    (Span(start=2, end=3), 'x')
    """
    start = _n_same(old, new)
    n_after = _n_same(reversed(old[start:]), reversed(new[start:]))
    return Span(start, len(old) - n_after), new[start : len(new) - n_after]


def _n_same(one: Iterable[str], two: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
