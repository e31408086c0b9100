"""Findings in the order in which they are worth reading: by who is to blame, the gravest first.

In: findings. Out: `Group`s: what one culprit causes of one code. Of many alike three are shown, and
the others counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rulec.codes import SEVERITIES
from rulec.diagnostic import Diagnostic

__all__ = ["MOST_GROUPS", "MOST_SHOWN", "Group", "groups"]

MOST_SHOWN: Final = 3
"""Findings of one code that are shown of one culprit."""
MOST_GROUPS: Final = 50
"""Culprits that are shown."""
_HEADINGS: Final = {
    "LOG310": "`{0}` overlaps {1} others, and nothing orders them; one `overrides` settles all",
    "LOG311": "`{0}` overlaps {1} others, and their order alone decides",
    "LOG317": "`{0}` would tie with {1} others; one `overrides` settles all",
    "LOG301": "`{0}` covers {1} bindings of others",
    "LOG304": "`{0}` covers {1} alternatives of others",
    "LOG305": "`{0}` covers {1} bindings of others that run the same",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one code that one culprit causes."""

    culprit: str
    findings: Sequence[Diagnostic]

    @property
    def code(self) -> str:
        return self.findings[0].code

    @property
    def shown(self) -> Sequence[Diagnostic]:
        """Those to show: the ones that traffic saw most often first."""
        return self.findings[:MOST_SHOWN]

    @property
    def heading(self) -> str:
        """What the culprit does, where there are more than are shown; else empty."""
        if len(self.findings) <= MOST_SHOWN or self.code not in _HEADINGS:
            return ""
        number = f"{len(self.findings):,}"
        if not all(one.is_counted for one in self.findings):
            number = f"at least {number}"
        return _HEADINGS[self.code].format(self.culprit, number)


def groups(findings: Iterable[Diagnostic]) -> list[Group]:
    """Findings by culprit and code; a culprit's stand together, the most useful culprit first.

    Gravest first, then what recorded requests show most often, then the most findings.
    """
    by_culprit: dict[str, list[Diagnostic]] = {}
    for finding in findings:
        by_culprit.setdefault(finding.culprit or finding.group, []).append(finding)
    places = {culprit: place for place, culprit in enumerate(by_culprit)}

    def use(culprit: str) -> tuple[int, int, int, int]:
        own = by_culprit[culprit]
        gravest = min(map(_gravity, own))
        grave = [one for one in own if _gravity(one) == gravest]
        n_alike = max(Counter(one.code for one in grave).values())
        is_many = n_alike if n_alike > MOST_SHOWN else 0
        return gravest, -sum(map(_n_seen, grave)), -is_many, places[culprit]

    found: list[Group] = []
    for culprit in sorted(by_culprit, key=use):
        by_code: dict[str, list[Diagnostic]] = {}
        for finding in sorted(by_culprit[culprit], key=lambda one: (_gravity(one), -_n_seen(one))):
            by_code.setdefault(finding.code, []).append(finding)
        found += (Group(culprit, own) for own in by_code.values())
    return found


def _gravity(finding: Diagnostic) -> int:
    return SEVERITIES.index(finding.severity)


def _n_seen(finding: Diagnostic) -> int:
    return finding.seen[0] if finding.seen else 0
