"""Findings as JSON, for programs: schema `rulec.check`, version 1.

In: findings. Out: one object, or one object a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from rulec.diagnostic import Diagnostic, Fix

__all__ = ["as_record", "render_json", "render_json_lines"]

SCHEMA: Final = "rulec.check"
VERSION: Final = 1


def as_record(finding: Diagnostic) -> dict[str, Any]:
    """One finding; lines and columns count from 1, columns are code points, the end is excluded."""
    more = {
        "witness": finding.witness,
        "as_of": finding.as_of,
        "point": finding.point,
        "scenario": finding.scenario,
        "between": list(finding.between) or None,
        "culprit": finding.culprit or None,
        "seen": None
        if finding.seen is None
        else dict(zip(("rows", "of"), finding.seen, strict=True)),
        "cover": list(finding.cover) or None,
        "assumes": list(finding.assumes) or None,
        "fix": None if finding.fix is None else _fix(finding.fix),
        "resolutions": list(map(_fix, finding.resolutions)) or None,
    }
    shown = {key: value for key, value in more.items() if value is not None}
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "help": finding.help,
        "group": finding.group,
        **shown,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    """A fix; its edits hold the file's own spelling, and none overlaps another."""
    edits = [
        {
            "path": edit.where.source.path,
            "line": edit.where.position.line,
            "column": edit.where.position.column,
            "end_line": edit.where.end.line,
            "end_column": edit.where.end.column,
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {"description": fix.description, "is_safe": fix.is_safe, "edits": edits}


def render_json(findings: Iterable[Diagnostic]) -> str:
    """One object with every finding."""
    whole = {"schema": SCHEMA, "version": VERSION, "findings": list(map(as_record, findings))}
    return json.dumps(whole, indent=2) + "\n"


def render_json_lines(findings: Iterable[Diagnostic]) -> str:
    """One finding a line."""
    return "".join(json.dumps(as_record(finding)) + "\n" for finding in findings)
