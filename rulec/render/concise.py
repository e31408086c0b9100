"""Findings a line each, and how many of each code: for logs and for counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rulec.codes import CODES, SEVERITIES
from rulec.diagnostic import Diagnostic
from rulec.render.text import visible

__all__ = ["render_concise", "statistics"]


def render_concise(findings: Iterable[Diagnostic]) -> str:
    """`path:line:column: severity[CODE]: message`, a line each."""
    return "".join(visible(str(finding)) + "\n" for finding in findings)


def statistics(findings: Iterable[Diagnostic]) -> str:
    """How often each code was found: the gravest first, then the most frequent."""
    counts = Counter(finding.code for finding in findings)

    def rank(code: str) -> tuple[int, int, str]:
        return SEVERITIES.index(CODES[code].severity), -counts[code], code

    width = max((len(f"{n:,}") for n in counts.values()), default=0)
    return "".join(
        f"{counts[code]:>{width},}  {CODES[code].severity:<7}  {code}  {CODES[code].name}\n"
        for code in sorted(counts, key=rank)
    )
