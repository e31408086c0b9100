"""Findings as a JUnit report: a suite a file, a case a finding.

In: findings, and which of them fail the run. Out: XML. One that fails the run is a failure, the
others are skipped cases, so that the report is red exactly where the exit code is. A clean rule set
is one case that passed: readers take a report without cases for a broken one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rulec.diagnostic import Diagnostic
from rulec.render.text import visible

__all__ = ["render_junit"]

_NAME: Final = "rulec check"
_NO_XML: Final = re.compile("[\ufffe\uffff]")


def render_junit(findings: Iterable[Diagnostic], fails: Callable[[Diagnostic], bool]) -> str:
    """One report; findings of one file must follow each other."""
    root = Element("testsuites", name=_NAME)
    suites = [(path, list(own)) for path, own in groupby(findings, lambda one: one.path)]
    n_all = n_failed = 0
    for path, own in suites:
        failed = [fails(finding) for finding in own]
        suite = _suite(root, path, len(own), sum(failed))
        for finding, is_failure in zip(own, failed, strict=True):
            _case(suite, finding, is_failure)
        n_all += len(own)
        n_failed += sum(failed)
    if not suites:
        n_all = 1
        SubElement(
            _suite(root, _NAME, 1, 0, n_skipped=0), "testcase", name="no findings", classname=_NAME
        )
    root.attrib |= {"tests": str(n_all), "failures": str(n_failed), "errors": "0"}
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(
    root: Element, path: str, n_cases: int, n_failed: int, n_skipped: int | None = None
) -> Element:
    skipped = n_cases - n_failed if n_skipped is None else n_skipped
    counts = {"tests": n_cases, "failures": n_failed, "errors": 0, "skipped": skipped}
    said = {key: str(count) for key, count in counts.items()}
    return SubElement(root, "testsuite", {"name": _text(path), **said})


def _case(suite: Element, finding: Diagnostic, is_failure: bool) -> None:
    at = f"{finding.line}:{finding.column}"
    case = SubElement(
        suite,
        "testcase",
        name=f"{finding.code} {finding.name} at {at}",
        classname=_text(finding.path),
        file=_text(finding.path),
        line=str(finding.line),
    )
    said = f"{finding.severity}: {finding.message}"
    if not is_failure:
        SubElement(case, "skipped", message=_text(said))
        return
    failure = SubElement(case, "failure", message=_text(said), type=finding.code)
    lines: Sequence[str] = [str(finding), *([f"help: {finding.help}"] if finding.help else [])]
    failure.text = "\n".join(map(_text, lines))


def _text(text: str) -> str:
    """What XML 1.0 can hold: no controls, no surrogates, none of the two noncharacters."""
    return _NO_XML.sub(lambda found: f"<U+{ord(found[0]):04X}>", visible(text))
