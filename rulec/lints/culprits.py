"""Who is to blame: what a finding is about, and who causes many like it.

In: findings, the files they lie in. Out: the findings with their `group`, the innermost code around
them, and their `culprit`. Of pairs that nothing orders, or that order alone decides, the culprit is
the definition that stands in most of those that are left, chosen again and again: a few broad rules
explain thousands of pairs. Of bindings that one definition covers it is that definition.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rulec.diagnostic import Diagnostic
from rulec.document import Document

__all__ = ["about", "blamed", "with_culprits"]

_PAIRS: Final = ("LOG310", "LOG311", "LOG317")
_COVERED: Final = ("LOG301", "LOG304", "LOG305")


def blamed(findings: Iterable[Diagnostic], documents: Mapping[str, Document]) -> list[Diagnostic]:
    """The findings, in their order, each with who is to blame."""
    return with_culprits([replace(one, group=about(one, documents)) for one in findings])


def with_culprits(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Findings that have their group, each with who is to blame."""
    culprits: dict[int, str] = {}
    for code in _PAIRS:
        own = [n for n, finding in enumerate(found) if finding.code == code]
        pairs = [found[number].between for number in own]
        culprits |= zip(own, _greedy(pairs), strict=True)
    covering = Counter(
        (finding.code, finding.cover) for finding in found if finding.code in _COVERED
    )
    for number, finding in enumerate(found):
        if len(finding.cover) == 1 and covering[finding.code, finding.cover] > 1:
            culprits[number] = finding.cover[0]
    return [
        replace(finding, culprit=who)
        if (who := culprits.get(number, "")) and who != finding.group
        else finding
        for number, finding in enumerate(found)
    ]


def _greedy(pairs: Sequence[tuple[str, ...]]) -> list[str]:
    """For each pair one of its two: whoever stands in most of the pairs that are left, repeatedly.

    A pair that shares nobody with another one has no culprit.
    """
    left: dict[str, set[int]] = {}
    for number, pair in enumerate(pairs):
        for code in pair:
            left.setdefault(code, set()).add(number)
    chosen = [""] * len(pairs)
    waiting = [(-len(own), code) for code, own in left.items()]
    heapq.heapify(waiting)
    while waiting:
        size, code = heapq.heappop(waiting)
        own = left[code]
        if -size != len(own):
            if own:
                heapq.heappush(waiting, (-len(own), code))
            continue
        for number in list(own):
            chosen[number] = code if len(own) > 1 or -size > 1 else ""
            for other in pairs[number]:
                if other != code:
                    left[other].discard(number)
        own.clear()
    return chosen


def about(finding: Diagnostic, documents: Mapping[str, Document]) -> str:
    """The code of the innermost table around a finding that has one, else its file."""
    document = documents.get(finding.path)
    if document is None or finding.where is None:
        return finding.path
    keys = document.table_at(finding.where)
    for n_keys in range(len(keys), -1, -1):
        values: Any = document.values
        for key in keys[:n_keys]:
            values = values[key]
        if isinstance(values, dict) and isinstance(values.get("code"), str):
            return str(values["code"])
    return finding.path
