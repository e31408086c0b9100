"""Findings in the format that was asked for, on stdout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final

import click

from rulec.cli.output import show_findings
from rulec.diagnostic import Diagnostic
from rulec.lints.baseline import fingerprint, fingerprints
from rulec.lints.catalogue import rule_of
from rulec.render.concise import render_concise
from rulec.render.github import render_github
from rulec.render.gitlab import render_gitlab
from rulec.render.json import render_json, render_json_lines
from rulec.render.junit import render_junit
from rulec.render.sarif import render_sarif
from rulec.render.text import summary

__all__ = ["FORMATS", "FOR_PEOPLE", "Shown", "print_findings"]

FORMATS: Final = tuple("full concise json json-lines sarif github gitlab junit".split())
FOR_PEOPLE: Final = ("full", "concise")
"""Formats that more than findings may stand in; the others are for programs."""


class Shown:
    """Findings in order, each with what a report says besides."""

    def __init__(
        self,
        findings: Sequence[Diagnostic],
        root_of: Callable[[Diagnostic], str],
        fails: Callable[[Diagnostic], bool],
    ) -> None:
        self.findings = findings
        self.fails = fails
        """Whether a finding fails the run."""
        self._root_of = root_of

    @property
    def fingerprints(self) -> list[str]:
        """One a finding, none twice; what the root is called, and lines, are left out."""
        return fingerprints(fingerprint(one, self._root_of(one)) for one in self.findings)


def print_findings(shown: Shown, style: str) -> None:
    """Print findings in one of `FORMATS`."""
    findings = shown.findings
    if style == "full":
        show_findings(findings, is_grouped=True)
        n_safe = sum(one.fix is not None and one.fix.is_safe for one in findings)
        if n_safe:
            click.echo(f"{n_safe:,} of them can be repaired by `rulec check --fix`")
        return
    match style:
        case "concise":
            text = render_concise(findings) + summary(findings) + "\n"
        case "json":
            text = render_json(findings)
        case "json-lines":
            text = render_json_lines(findings)
        case "github":
            text = render_github(findings)
        case "gitlab":
            text = render_gitlab(findings, shown.fingerprints)
        case "junit":
            text = render_junit(findings, shown.fails)
        case _:
            text = render_sarif(findings, shown.fingerprints, _title, version("rulec"))
    click.echo(text, nl=False)


def _title(code: str) -> str:
    rule = rule_of(code)
    assert rule is not None
    return rule.page.partition("\n")[0]
