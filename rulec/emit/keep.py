"""The rule files in the artifact they were compiled to, for who wants them back.

In: a plan and the rule set it was made from. Out: the plan with the files in its manifest, which no
decision reads; and from a manifest, the files again. Conditions are compiled to tests over classes,
and no proof can be made from those, so `rulec diff` needs the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final

from rulec.layout.plan import Plan
from rulec.ruleset.model import RuleSet

__all__ = ["Kept", "kept_rules", "with_rules"]

_KEY: Final = "rules"


@dataclass(frozen=True, slots=True)
class Kept:
    """Rule files by their path in the folder, and how they were compiled."""

    name: str
    """The folder's."""
    files: Mapping[PurePosixPath, str]
    system: str | None
    allow_ties: bool


def with_rules(plan: Plan, ruleset: RuleSet, system: str | None, allow_ties: bool) -> Plan:
    """A plan that keeps the files of its rule set; one that was not read from files keeps none."""
    if ruleset.origin is None:
        return plan
    prefix = "" if ruleset.origin.shown == "." else f"{ruleset.origin.shown}/"
    files = {
        document.source.path.removeprefix(prefix): document.source.text
        for document in ruleset.origin.documents
    }
    kept = {"files": dict(sorted(files.items())), "system": system, "allow_ties": allow_ties}
    return replace(plan, manifest={**plan.manifest, _KEY: kept})


def kept_rules(manifest: Mapping[str, Any]) -> Kept | None:
    """The files that an artifact keeps; None where it keeps none, or what no compiler writes."""
    kept = manifest.get(_KEY)
    if not isinstance(kept, dict) or not isinstance(kept.get("files"), dict):
        return None
    name, system = manifest.get("name"), kept.get("system")
    if not isinstance(name, str) or not _is_inside(name) or "/" in name:
        return None
    if not (system is None or isinstance(system, str)):
        return None
    by_path: dict[PurePosixPath, str] = {}
    for path, text in kept["files"].items():
        if not _is_inside(path) or not isinstance(text, str):
            return None
        by_path[PurePosixPath(path)] = text
    return Kept(name, by_path, system, kept.get("allow_ties") is True)


def _is_inside(name: str) -> bool:
    """Whether a path names something below a folder, on every system."""
    path = PurePosixPath(name)
    is_odd = any(sign in name for sign in "\\:\0")
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not is_odd
