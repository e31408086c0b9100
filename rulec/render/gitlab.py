"""Findings as a Code Quality report of GitLab, which shows them in merge requests.

In: findings and a fingerprint each. Out: one JSON array. GitLab drops an issue whose fingerprint it
has seen, so equal findings need fingerprints of their own (`lints.baseline.fingerprints`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from rulec.diagnostic import Diagnostic

__all__ = ["render_gitlab"]

_SEVERITIES: Final = {"error": "major", "warning": "minor", "note": "info"}


def render_gitlab(findings: Iterable[Diagnostic], fingerprints: Iterable[str]) -> str:
    """Every finding as one issue."""
    issues = [_issue(*pair) for pair in zip(findings, fingerprints, strict=True)]
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Diagnostic, fingerprint: str) -> dict[str, Any]:
    help = f" ({finding.help})" if finding.help else ""
    return {
        "description": f"{finding.code}: {finding.message}{help}",
        "check_name": finding.name,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": finding.path,
            "lines": {"begin": finding.line, "end": finding.end_line},
        },
    }
