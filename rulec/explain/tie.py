"""The other sides of a tie that the smaller code settled, and whether they matched a request.

In: what matched on one request, a definition that stands in such a tie. Out: its `Rival`s: those
of its lane and rank that nothing orders it with and that stand in a settled tie themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from rulec.analysis.cubes import bits
from rulec.oracle.resolve import Matched
from rulec.ruleset.order import ranks

__all__ = ["Rival", "rivals"]


@dataclass(frozen=True, slots=True)
class Rival:
    """One other side of a settled tie."""

    code: str
    is_matched: bool
    """Whether its condition is true on this request and it is live."""


def rivals(matched: Matched, code: str) -> tuple[Rival, ...]:
    """The other sides, in order; none for a definition in no tie."""
    settled = matched.checked.settled
    if code not in settled:
        return ()
    found: list[Rival] = []
    for rank in ranks(matched.checked.ruleset):
        codes = [one.code for one in rank.group]
        if code not in codes:
            continue
        own = codes.index(code)
        for number, open_ in rank.meetings():
            firsts = bits(open_) if number == own else [own] if open_ >> own & 1 else []
            others = (codes[first if number == own else number] for first in firsts)
            found += [Rival(other, other in matched.codes) for other in others if other in settled]
    return tuple(found)
