"""What some edits did to a rule set, and whether that is what was promised.

In: the rule set before and after, as lint rules look at it. Out: a `Verdict`: the fixes that must
not stay, and why.

Edits may change conditions and comments, and take bindings out. A condition that had a meaning must
keep it, proved by `same.py`; one that had none must have lost the finding. Then who wins is
untouched, since a winner depends on nothing else. Where that is no proof, of a binding that is gone
or a condition that leans on an assumption, the whole rule sets are compared (`analysis/diff.py`):
at every point, under every scenario, the winners must be the same. And what compiled must compile.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from rulec.analysis.diff import IncomparableError, Outcome, changes
from rulec.check.tree import Typed
from rulec.diagnostic import Diagnostic
from rulec.document import Document, Keys
from rulec.fix.same import is_same
from rulec.fmt.file import condition_keys
from rulec.lints.subject import Subject
from rulec.source import Where

__all__ = ["Verdict", "judge"]

_UNPROVED: Final = "the condition is not proved to keep its meaning"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings whose fixes must not stay, each with the reason."""

    faults: Mapping[Diagnostic, str]
    whole: str = ""
    """What is wrong with all of them together; empty: nothing."""


def judge(before: Subject, after: Subject, changed: Sequence[Diagnostic]) -> Verdict:
    """What some fixes did to a rule set."""
    by_path: dict[str, list[Diagnostic]] = {}
    for finding in changed:
        for path in {edit.where.source.path for edit in (finding.fix.edits if finding.fix else ())}:
            by_path.setdefault(path, []).append(finding)
    found: dict[Diagnostic, str] = {}
    is_open = False
    meanings = [_meanings(subject, by_path) for subject in (before, after)]
    for path, own in by_path.items():
        old, new = before.documents[path], after.documents.get(path)
        reason = _shape_fault(old, new)
        if reason is not None or new is None:
            found |= dict.fromkeys(own, reason or "")
            continue
        is_open |= _without_conditions(old) != _without_conditions(new)
        conditions = _Conditions(old)
        left = _found_in(_Conditions(new), after.findings)
        own_by_place = _found_in(conditions, own)
        for keys, here in _edited_in(conditions, own).items():
            reason = _condition_fault((old, new), keys, before, meanings)
            if reason is not None:
                if reason != _UNPROVED or not any(one.assumes for one in here):
                    found |= dict.fromkeys(here, reason)
                    continue
                is_open = True
            still = {_from_the_end(one, new, keys) for one in left.get(keys, ())}
            for one in own_by_place.get(keys, ()):
                if _from_the_end(one, old, keys) in still:
                    found[one] = "nothing would be repaired"
    if found:
        return Verdict(found)
    if before.is_program and not after.is_program:
        return Verdict({}, "the rule set would not compile any more")
    return Verdict({}, _winners_fault(before, after) if is_open else "")


def _winners_fault(before: Subject, after: Subject) -> str:
    """Where a winner is not proved to stay; empty: nowhere."""
    if before.checked is None or after.checked is None:
        return "winners are not proved to stay, since the rule set does not compile"
    try:
        difference = changes(before.checked, after.checked, limit=1, identities=False)
    except IncomparableError as error:
        return str(error)
    for change in difference.changes:
        assert change.place is not None
        old, new = (_shown(one) for one in (change.old, change.new))
        return f"at `{change.place.point}` {new} would win instead of {old}"
    if difference.not_compared:
        return f"not compared: {difference.not_compared[0]}"
    return f"it could not be decided {difference.cut[0].what}" if difference.cut else ""


def _shown(outcome: Outcome | None) -> str:
    return "nobody" if outcome is None else f"`{outcome.code}`"


class _Conditions:
    """The conditions of a file, by place."""

    def __init__(self, document: Document) -> None:
        self.path = document.source.path
        places = [(document.where(keys).span, keys) for keys in condition_keys(document)]
        self._places = sorted(places, key=lambda place: place[0])
        self._starts = [span.start for span, _ in self._places]

    def at(self, where: Where) -> Keys | None:
        """The condition that a place lies in."""
        number = bisect_right(self._starts, where.span.start) - 1
        if where.source.path != self.path or number < 0:
            return None
        span, keys = self._places[number]
        return keys if where.span.start < span.end else None


def _found_in(
    conditions: _Conditions, findings: Iterable[Diagnostic]
) -> dict[Keys, list[Diagnostic]]:
    """The findings that lie in each condition of a file."""
    found: dict[Keys, list[Diagnostic]] = {}
    for finding in findings:
        keys = None if finding.where is None else conditions.at(finding.where)
        if keys is not None:
            found.setdefault(keys, []).append(finding)
    return found


def _edited_in(
    conditions: _Conditions, findings: Iterable[Diagnostic]
) -> dict[Keys, list[Diagnostic]]:
    """The findings whose fix edits each condition of a file."""
    edited: dict[Keys, list[Diagnostic]] = {}
    for finding in findings:
        places = (conditions.at(edit.where) for edit in (finding.fix.edits if finding.fix else ()))
        for keys in {keys for keys in places if keys is not None}:
            edited.setdefault(keys, []).append(finding)
    return edited


def _shape_fault(old: Document, new: Document | None) -> str | None:
    """What is wrong with a file as TOML."""
    if new is None:
        return "the file would not be TOML any more"
    if not _is_less(_without_conditions(old), _without_conditions(new)):
        return "more than conditions, comments and bindings would change"
    return None


def _is_less(old: Any, new: Any) -> bool:
    """Whether values are the same, but for bindings that are gone."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return bool(old == new)
    for key in old.keys() | new.keys():
        one, two = old.get(key, []), new.get(key, [])
        if key == "bind" and isinstance(one, list) and isinstance(two, list):
            left = iter(one)
            if not all(any(each == binding for each in left) for binding in two):
                return False
        elif key in ("business", "product") and isinstance(one, list) and isinstance(two, list):
            if len(one) != len(two) or not all(map(_is_less, one, two)):
                return False
        elif key not in old or key not in new or one != two:
            return False
    return True


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
        return _UNPROVED
    return None


def _meanings(subject: Subject, paths: Mapping[str, object]) -> dict[tuple[str, int], Typed]:
    """Every condition of some files that has a meaning, by file and place."""
    return {
        (text.source.path, text.offsets[0]): typed
        for text, typed in subject.texts()
        if text.source.path in paths
    }


def _from_the_end(finding: Diagnostic, document: Document, keys: Keys) -> tuple[str, str, int]:
    """A finding inside a value, whatever became of the text before it."""
    assert finding.where is not None
    end = document.where(keys).span.end
    return finding.code, finding.message, end - finding.where.span.end
