"""Findings as SARIF 2.1.0, the exchange format of code scanners.

In: findings, their fingerprints, and the pages of their codes. Out: one run as JSON. Columns are
code points; paths stay relative, for the reader's own root.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import quote

from rulec.codes import CODES
from rulec.diagnostic import Diagnostic, Fix
from rulec.source import Where

__all__ = ["render_sarif"]

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_FINGERPRINT: Final = "rulec/v1"


def render_sarif(
    findings: Sequence[Diagnostic],
    fingerprints: Sequence[str],
    summary: Callable[[str], str],
    version: str,
) -> str:
    """One run; `summary` gives the first line of a code's page, `version` is that of rulec."""
    codes = sorted({finding.code for finding in findings})
    rules = [_rule(code, summary(code)) for code in codes]
    driver = {"name": "rulec", "semanticVersion": version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, codes.index(finding.code), fingerprint)
            for finding, fingerprint in zip(findings, fingerprints, strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, summary: str) -> dict[str, Any]:
    return {
        "id": code,
        "name": CODES[code].name,
        "shortDescription": {"text": summary},
        "defaultConfiguration": {"level": CODES[code].severity},
    }


def _result(finding: Diagnostic, rule: int, fingerprint: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(finding.path)}
    if finding.where is not None:
        physical["region"] = _region(finding.where)
    help = f"\n{finding.help}" if finding.help else ""
    fixes = {} if finding.fix is None else {"fixes": [_fix(finding.fix)]}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": finding.message + help},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
        **fixes,
    }


def _artifact(path: str) -> dict[str, Any]:
    return {"uri": quote(path)}


def _region(where: Where) -> dict[str, int]:
    return {
        "startLine": where.position.line,
        "startColumn": where.position.column,
        "endLine": where.end.line,
        "endColumn": where.end.column,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    """The edits of a fix, by file."""
    by_path: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        replaced = {"deletedRegion": _region(edit.where), "insertedContent": {"text": edit.text}}
        by_path.setdefault(edit.where.source.path, []).append(replaced)
    changes = [
        {"artifactLocation": _artifact(path), "replacements": replacements}
        for path, replacements in by_path.items()
    ]
    return {"description": {"text": fix.description}, "artifactChanges": changes}
