"""Findings as workflow commands of GitHub Actions, which shows them beside the changed lines.

In: findings. Out: a line each. `%`, line ends and, in properties, `:` and `,` are escaped as the
runner's own toolkit escapes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rulec.diagnostic import Diagnostic

__all__ = ["render_github"]

_COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def render_github(findings: Iterable[Diagnostic]) -> str:
    """`::error file=...,line=...::message`, a line each."""
    return "".join(map(_command, findings))


def _command(finding: Diagnostic) -> str:
    properties = {
        "file": finding.path,
        "line": finding.line,
        "col": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
        "title": f"{finding.code} {finding.name}",
    }
    said = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    help = f" (help: {finding.help})" if finding.help else ""
    return f"::{_COMMANDS[finding.severity]} {said}::{_escaped(finding.message + help)}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
