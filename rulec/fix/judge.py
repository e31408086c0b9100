"""What some edits did to a rule set, and whether that is what was promised.

In: the rule set before and after, as lint rules look at it. Out: for each file that must stay as it
was, the reason.

Edits may change conditions and comments alone. A condition that had a meaning must keep it, proved
by `same.py`; one that had none must have lost the finding. Then who wins is untouched, since a
winner depends on nothing else; and what compiled must compile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from rulec.check.tree import Typed
from rulec.diagnostic import Diagnostic
from rulec.document import Document, Keys
from rulec.fix.same import is_same
from rulec.fmt.file import condition_keys
from rulec.lints.subject import Subject

__all__ = ["faults"]


def faults(before: Subject, after: Subject, changed: Iterable[Diagnostic]) -> dict[Diagnostic, str]:
    """The findings whose fixes must not stay, each with the reason."""
    found: dict[Diagnostic, str] = {}
    by_path: dict[str, list[Diagnostic]] = {}
    for finding in changed:
        for path in {edit.where.source.path for edit in (finding.fix.edits if finding.fix else ())}:
            by_path.setdefault(path, []).append(finding)
    meanings = [_meanings(subject, by_path) for subject in (before, after)]
    for path, own in by_path.items():
        old, new = before.documents[path], after.documents.get(path)
        reason = _shape_fault(old, new)
        if reason is not None or new is None:
            found |= dict.fromkeys(own, reason or "")
            continue
        for keys in condition_keys(old):
            here = [finding for finding in own if _touches(finding, old, keys)]
            reason = _condition_fault((old, new), keys, before, meanings)
            if reason is not None:
                found |= dict.fromkeys(here, reason)
                continue
            left = {_from_the_end(one, new, keys) for one in _inside(after.findings, new, keys)}
            still = [
                one for one in _inside(here, old, keys) if _from_the_end(one, old, keys) in left
            ]
            found |= dict.fromkeys(still, "nothing would be repaired")
    if not found and before.is_program and not after.is_program:
        return dict.fromkeys(changed, "the rule set would not compile any more")
    return found


def _shape_fault(old: Document, new: Document | None) -> str | None:
    """What is wrong with a file as TOML."""
    if new is None:
        return "the file would not be TOML any more"
    if _without_conditions(old) != _without_conditions(new):
        return "more than conditions and comments would change"
    return None


def _without_conditions(document: Document) -> dict[str, Any]:
    values = deepcopy(document.values)
    for keys in condition_keys(document):
        inner: Any = values
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = None
    return values


def _condition_fault(
    documents: tuple[Document, Document],
    keys: Keys,
    before: Subject,
    meanings: list[dict[tuple[str, int], Typed]],
) -> str | None:
    """What is wrong with one condition, if it changed."""
    texts = [document.excerpt(keys) for document in documents]
    if texts[0].text == texts[1].text:
        return None
    old, new = (
        meaning.get((text.source.path, text.offsets[0]))
        for meaning, text in zip(meanings, texts, strict=True)
    )
    if old is None:
        return None
    if new is None or before.ruleset is None:
        return "the condition would lose its meaning"
    also_false = keys[0] in ("define", "assume")
    if not is_same(before.ruleset.vocabulary, old, new, also_false=also_false):
        return "the condition is not proved to keep its meaning"
    return None


def _meanings(subject: Subject, paths: Mapping[str, object]) -> dict[tuple[str, int], Typed]:
    """Every condition of some files that has a meaning, by file and place."""
    return {
        (text.source.path, text.offsets[0]): typed
        for text, typed in subject.texts()
        if text.source.path in paths
    }


def _inside(findings: Iterable[Diagnostic], document: Document, keys: Keys) -> list[Diagnostic]:
    """The findings that lie in one value of a file."""
    start, end = document.where(keys).span
    return [
        finding
        for finding in findings
        if finding.where is not None
        and finding.path == document.source.path
        and start <= finding.where.span.start < end
    ]


def _touches(finding: Diagnostic, document: Document, keys: Keys) -> bool:
    """Whether a fix edits one value of a file."""
    start, end = document.where(keys).span
    return any(
        edit.where.source.path == document.source.path and start <= edit.where.span.start < end
        for edit in (finding.fix.edits if finding.fix else ())
    )


def _from_the_end(finding: Diagnostic, document: Document, keys: Keys) -> tuple[str, str, int]:
    """A finding inside a value, whatever became of the text before it."""
    assert finding.where is not None
    end = document.where(keys).span.end
    return finding.code, finding.message, end - finding.where.span.end
