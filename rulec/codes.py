"""The codes of findings: a family and a number, never reused, and a name that reads after "allow".

A code stands here once something can report it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal, NamedTuple

__all__ = ["CODES", "SEVERITIES", "UNBUILT", "Code", "Severity", "stops"]

Severity = Literal["error", "warning", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
"""The gravest first."""

_STOPPING: Final = ("SYN", "VOC", "LOG310", "LOG312", "ORG401", "PRF501")


class Code(NamedTuple):
    """What stands behind a code."""

    name: str
    severity: Severity
    is_on: bool = True
    """Whether it is looked for unless told otherwise; if not, its own code or name selects it."""


CODES: Final = MappingProxyType(
    {
        "SYN001": Code("unexpected-token", "error"),
        "SYN002": Code("single-equals", "error"),
        "SYN003": Code("word-operator", "error"),
        "SYN004": Code("chained-comparison", "error"),
        "SYN005": Code("bad-literal", "error"),
        "SYN006": Code("unclosed", "error"),
        "SYN007": Code("too-large", "error"),
        "SYN008": Code("bare-negation", "error"),
        "SYN009": Code("bad-rule-file", "error"),
        "SYN010": Code("duplicate-definition", "error"),
        "SYN011": Code("not-built", "error"),
        "VOC101": Code("unknown-fact", "error"),
        "VOC102": Code("wrong-call-shape", "error"),
        "VOC103": Code("type-mismatch", "error"),
        "VOC104": Code("unknown-value", "error"),
        "VOC106": Code("negated-optional", "note"),
        "VOC107": Code("unknown-point", "error"),
        "VOC108": Code("cross-entity-comparison", "error"),
        "VOC109": Code("deprecated-fact", "warning"),
        "VOC110": Code("unknown-definition", "error"),
        "VOC111": Code("confusable-text", "warning"),
        "VOC112": Code("define-cycle", "error"),
        "VOC113": Code("bad-declaration", "error"),
        "LOG201": Code("unsatisfiable-condition", "error"),
        "LOG202": Code("always-true-condition", "warning"),
        "LOG203": Code("dead-branch", "warning"),
        "LOG204": Code("redundant-clause", "warning"),
        "LOG205": Code("constant-clause", "warning"),
        "LOG206": Code("mergeable-branches", "note"),
        "LOG301": Code("shadowed-by-one", "error"),
        "LOG302": Code("shadowed-by-union", "error"),
        "LOG303": Code("dead-business", "error"),
        "LOG304": Code("dead-term", "warning"),
        "LOG305": Code("redundant-below", "warning"),
        "LOG306": Code("redundant-above", "note"),
        "LOG310": Code("ambiguous-overlap", "error"),
        "LOG311": Code("ordered-overlap", "note", is_on=False),
        "LOG312": Code("order-cycle", "error"),
        "LOG313": Code("misleading-order", "warning"),
        "LOG314": Code("equal-identity", "error"),
        "LOG315": Code("identity-without-people-commodity-place", "warning"),
        "LOG316": Code("overlay-differs", "note"),
        "LOG317": Code("hidden-tie", "note"),
        "LOG318": Code("needless-override", "note"),
        "LOG320": Code("uncovered", "error"),
        "LOG321": Code("default-never-reached", "note"),
        "ORG401": Code("missing-owner", "error"),
        "ORG402": Code("missing-kpi", "warning"),
        "ORG403": Code("expired-window", "warning"),
        "ORG404": Code("never-active-window", "error"),
        "ORG405": Code("binds-nothing", "warning"),
        "ORG406": Code("repeated-condition", "note"),
        "ORG407": Code("unused-name", "note"),
        "PRF501": Code("term-explosion", "error"),
        "PRF502": Code("unselective-term", "warning"),
        "PRF503": Code("volatile-fact", "warning"),
        "DRF601": Code("winner-changed", "note"),
        "DRF603": Code("sticky-bucket-moved", "warning"),
        "ANA901": Code("analysis-incomplete", "warning"),
        "SUP801": Code("unused-suppression", "warning"),
        "SUP802": Code("unknown-code", "warning"),
        "SUP803": Code("suppression-without-reason", "error"),
    }
)
"""`SYN011` is for what the design names and this version does not build yet: it is refused, never
ignored."""

UNBUILT: Final = MappingProxyType({"ORG408": ("no-test", "`rulec test` is not built")})
"""Codes of the catalogue that nothing can report yet: name, and why. Selecting one is refused."""


def stops(code: str) -> bool:
    """Whether a finding of this code says that the rule set has no meaning.

    Such a rule set does not compile, so the finding can be neither suppressed nor left out.

    >>> stops("SYN001"), stops("ORG402")
    (True, False)
    """
    return CODES[code].severity == "error" and code.startswith(_STOPPING)
