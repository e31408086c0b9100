"""Known findings: a file of fingerprints that `check` takes as read.

In: findings, or the file. Out: the file's text, or the findings that are new. A fingerprint says
what is wrong with whom, not in which line, so a baseline survives edits elsewhere in the file. Two
equal findings count as two: a third is new.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from rulec.diagnostic import Diagnostic

__all__ = [
    "BaselineError",
    "fingerprint",
    "fingerprints",
    "new_findings",
    "read_baseline",
    "write_baseline",
]

SCHEMA: Final = "rulec.baseline"
VERSION: Final = 1


class BaselineError(ValueError):
    """The file is no baseline."""


def fingerprint(finding: Diagnostic, shown_root: str) -> str:
    """Code, file below the root, culprit and message, as 32 hexadecimal digits."""
    parts = (
        finding.code,
        _inside(finding.path, shown_root),
        _inside(finding.group, shown_root),
        finding.message,
    )
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]


def fingerprints(prints: Iterable[str]) -> list[str]:
    """The same fingerprints, each unlike all before it: equal findings are told apart by number.

    >>> one, two, other = fingerprints(["a", "a", "b"])
    >>> (one, other), two != "a"
    (('a', 'b'), True)
    """
    seen: Counter[str] = Counter()
    apart: list[str] = []
    for mark in prints:
        n_before = seen[mark]
        seen[mark] += 1
        again = hashlib.sha256(f"{mark}\0{n_before}".encode()).hexdigest()[:32]
        apart.append(again if n_before else mark)
    return apart


def write_baseline(findings: Iterable[Diagnostic], shown_root: str) -> str:
    """The text of a baseline that knows these findings."""
    known: dict[str, dict[str, Any]] = {}
    for finding in findings:
        entry = known.setdefault(
            fingerprint(finding, shown_root),
            {
                "code": finding.code,
                "path": _inside(finding.path, shown_root),
                "group": _inside(finding.group, shown_root),
                "message": finding.message,
                "count": 0,
            },
        )
        entry["count"] += 1
    whole = {"schema": SCHEMA, "version": VERSION, "findings": dict(sorted(known.items()))}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def read_baseline(path: Path) -> Counter[str]:
    """How often a baseline knows each fingerprint.

    Raises `BaselineError`, or `OSError` for what cannot be read.
    """
    try:
        whole: Any = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{path}: no baseline: {error}") from None
    is_ours = isinstance(whole, dict) and whole.get("schema") == SCHEMA
    if not is_ours or whole.get("version") != VERSION:
        raise BaselineError(f"{path}: no baseline of version {VERSION}")
    known: Any = whole.get("findings")
    counts: Counter[str] = Counter()
    for key, entry in known.items() if isinstance(known, dict) else ():
        count = entry.get("count") if isinstance(entry, dict) else None
        if not isinstance(count, int):
            raise BaselineError(f"{path}: no baseline: `{key}` has no count")
        counts[key] = count
    return counts


def new_findings(
    findings: Iterable[Diagnostic], known: Mapping[str, int], shown_root: str
) -> list[Diagnostic]:
    """The findings a baseline does not know."""
    left = Counter(known)
    new: list[Diagnostic] = []
    for finding in findings:
        key = fingerprint(finding, shown_root)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    return new


def _inside(path: str, shown_root: str) -> str:
    """A path as the rule set's folder sees it."""
    whole, root = PurePosixPath(path), PurePosixPath(shown_root)
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else path
