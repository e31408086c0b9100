"""A difference as JSON, for programs: schema `rulec.diff`, version 1.

In: a `Comparison`. Out: one object; equal differences give equal text.
"""

from __future__ import annotations

import json
from typing import Any, Final

from rulec.analysis.answers import Place
from rulec.analysis.diff import Change
from rulec.analysis.sides import Outcome
from rulec.compare.report import Comparison, Group
from rulec.render.json import as_record

__all__ = ["render_diff_json"]

SCHEMA: Final = "rulec.diff"
VERSION: Final = 1


def render_diff_json(report: Comparison) -> str:
    """One object with everything the report holds."""
    whole = {
        "schema": SCHEMA,
        "version": VERSION,
        "old": {"name": report.old.shown, "program": report.old.program.hash},
        "new": {"name": report.new.shown, "program": report.new.program.hash},
        "complete": report.is_complete,
        "definitions": [
            {
                "code": one.code,
                "kind": one.kind,
                "fields": list(one.fields),
                "owners": list(one.owners),
                "path": one.where.source.path,
                "line": one.where.position.line,
                "matters": one.matters,
            }
            for one in report.edits
        ],
        "platform": list(report.platform),
        "findings": [as_record(one) for one in report.findings],
        "groups": [_group(one) for one in report.groups],
        "owners": [
            {
                "owner": one.owner,
                "lost": one.n_lost,
                "gained": one.n_gained,
                "altered": one.n_altered,
            }
            for one in report.owners
        ],
        "not_compared": list(report.difference.not_compared),
        "cut": [
            {
                **_place(one.place),
                "what": one.what,
                "left": one.n_left,
                "undecided": one.is_undecided,
            }
            for one in report.cut
        ],
        "traffic": _traffic(report),
        "verdict": _verdict(report),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _group(group: Group) -> dict[str, Any]:
    return {
        "code": "DRF601",
        "kind": group.kind,
        "old": _outcome(group.old),
        "new": _outcome(group.new),
        "rows": group.n_rows,
        "changes": [_change(one) for one in group.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        **_place(change.place),
        "old": _outcome(change.old),
        "new": _outcome(change.new),
        "witness": change.witness.facts,
        "as_of": change.witness.as_of,
    }


def _place(place: Place | None) -> dict[str, Any]:
    """A point and its scenario; `identity` says that it is about who is identified."""
    if place is None:
        return {"point": None, "scenario": None, "identity": True}
    return {"point": place.point, "scenario": place.scenario, "identity": False}


def _outcome(outcome: Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    runs = outcome.implementation
    return {
        "code": outcome.code,
        "owner": outcome.owner,
        "implementation": None if runs is None else runs.name,
        "mode": None if runs is None else runs.mode,
        "config": None if runs is None else runs.config,
        "blocked_by": outcome.blocked_by,
    }


def _traffic(report: Comparison) -> dict[str, Any] | None:
    sample = report.sample
    if sample is None:
        return None
    return {
        "scenario": sample.scenario,
        "rows": sample.n_rows,
        "refused": sample.n_refused,
        "differing": sample.n_differing,
        "points": dict(sorted(sample.by_point.items())),
    }


def _verdict(report: Comparison) -> dict[str, Any] | None:
    verdict = report.verdict
    if verdict is None:
        return None
    return {
        "owner": verdict.owner,
        "passes": verdict.passes,
        "complete": verdict.is_complete,
        "classes": verdict.n_classes,
        "others": dict(verdict.others),
        "edited": list(verdict.edited),
    }
