"""Names of entities, facts and named conditions: what may stand in a condition.

In: a name as written. Out: findings.
"""

from __future__ import annotations

import re
from typing import Final

from rulec.diagnostic import Diagnostic
from rulec.source import Where
from rulec.vocabulary.conform import quoted

__all__ = ["KEYWORDS", "METHODS", "bad_name"]

KEYWORDS: Final = ("in", "not", "under", "has", "rollout", "true", "false", "by", "salt")
METHODS: Final = (
    "contains",
    "containsAny",
    "containsAll",
    "startsWith",
    "endsWith",
    "includes",
)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def bad_name(name: str, where: Where) -> list[Diagnostic]:
    """The finding about a name that no condition could write, or none."""
    if name in KEYWORDS or name in METHODS:
        message, advice = f"{quoted(name)} is a word of the condition language", "rename it"
    elif _NAME.fullmatch(name) is None:
        message = f"{quoted(name)} cannot stand in a condition"
        advice = "use ASCII letters, digits and `_`, and no digit first"
    else:
        return []
    return [Diagnostic("VOC113", message, where, advice)]
