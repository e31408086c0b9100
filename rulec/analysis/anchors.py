"""Where a comparison begins: who, at one place, can make a winner change.

In: both sides of a place. Out: `Anchors`. Where the winner changes, one of the two winners is
*touched*: on one walk alone, with another condition, other times or shares, another scope, or past
the rest of the order; or it *depends* on who is identified or on a barrier, and a business that is
touched matches. For take two winners who are neither: both count before and after, in one order, so
the stronger wins both times.

Who is only *recast*, bound to something else with all else as it was, changes what runs and
nobody's place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from rulec.analysis.overlay import Overlay, Stand
from rulec.analysis.sides import Side
from rulec.analysis.wins import Reason
from rulec.ruleset.model import Definition

__all__ = ["Anchors", "Touched", "out_of_order", "touched_businesses"]


NOTHING: Final = Reason(())


@dataclass(frozen=True, slots=True)
class Touched:
    """The businesses whose change can alter who is identified, or who is kept out, by code."""

    codes: frozenset[str] = frozenset()
    any_of: Reason = NOTHING
    """One of them matches, before or after."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Who was touched at a place, by code."""

    touched: Set[str] = frozenset()
    recast: Set[str] = frozenset()
    moved: Set[str] = frozenset()
    """Those of `touched` that left the order of the rest."""
    depends: Set[str] = field(default_factory=frozenset)
    """Those that count, or stand, by who is identified or isolated: only where a business is
    touched."""

    @classmethod
    def of(
        cls, before: Side, after: Side, businesses: Touched, changed: Set[str] | None = None
    ) -> Anchors:
        """Compare two walks; `changed` names who is not as before, whatever it is, if that is
        known."""
        stands = [_by_code(side) for side in (before, after)]
        touched: set[str] = set(stands[0].keys() ^ stands[1].keys())
        recast: set[str] = set()
        shared = stands[0].keys() & stands[1].keys()
        if changed is not None and before.walk.point.default == after.walk.point.default:
            shared &= changed
        for code in shared:
            old, new = stands[0][code], stands[1][code]
            if old.number != new.number or not _counts_alike(before, old, after, new):
                touched.add(code)
            elif _runs(before, old) != _runs(after, new):
                recast.add(code)
        moved = out_of_order(list(stands[0]), list(stands[1]))
        orders = [_everyone(side) for side in (before, after)]
        if set(orders[0]) != set(orders[1]) or out_of_order(*orders):
            # Who moves ahead of others stands where those stand, even where they bind nothing.
            touched |= {
                code
                for own in stands
                for code, stand in own.items()
                if any(one.binding.before for one in stand.tries)
            }
        depends: set[str] = set()
        if businesses.codes:
            depends = {
                code
                for side, own in zip((before, after), stands, strict=True)
                for code, stand in own.items()
                if _depends(side, stand)
            }
        return cls(touched | moved, recast - touched - moved, moved, depends - touched - moved)

    @property
    def is_empty(self) -> bool:
        return not (self.touched or self.recast or self.depends)


def touched_businesses(before: Overlay, after: Overlay) -> Touched:
    """The businesses that were touched, as far as it concerns others."""
    own = [
        {overlay.definitions[number].code: number for number in overlay.businesses}
        for overlay in (before, after)
    ]
    codes = own[0].keys() ^ own[1].keys()
    for code in own[0].keys() & own[1].keys():
        numbers = own[0][code], own[1][code]
        each = [overlay.definitions[n] for overlay, n in zip((before, after), numbers, strict=True)]
        # A product of one side alone is touched itself.
        same = [
            (one.is_isolated, frozenset(c for c in one.installed if c in other.numbers))
            for one, other in zip(each, (after, before), strict=True)
        ]
        if numbers[0] != numbers[1] or same[0] != same[1] or _moves(each[0]) != _moves(each[1]):
            codes.add(code)
    codes |= out_of_order(list(own[0]), list(own[1]))
    numbers_of = (side[code] for side in own for code in side if code in codes)
    signed = tuple((number, True) for number in dict.fromkeys(numbers_of))
    return Touched(frozenset(codes), Reason(signed))


def out_of_order(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Those outside the longest stretch of both that kept its order.

    >>> sorted(out_of_order(["a", "b", "c", "d"], ["b", "c", "x", "a", "d"]))
    ['a']
    """
    places = {code: place for place, code in enumerate(before)}
    shared = [code for code in after if code in places]
    tails: list[int] = []
    ends: list[str] = []
    previous: dict[str, str | None] = {}
    for code in shared:
        at = bisect_left(tails, places[code])
        previous[code] = ends[at - 1] if at else None
        tails[at : at + 1] = [places[code]]
        ends[at : at + 1] = [code]
    kept: set[str] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return set(shared) - kept


def _by_code(side: Side) -> dict[str, Stand]:
    definitions = side.overlay.definitions
    return {definitions[n].code: stand for n, stand in side.walk.stands.items()}


def _everyone(side: Side) -> list[str]:
    """Everyone who names the point, in order."""
    return [side.overlay.definitions[number].code for number in side.walk.place_of]


def _counts_alike(before: Side, old: Stand, after: Side, new: Stand) -> bool:
    """Whether a definition counts under one condition, and its bindings at the same times."""
    shapes = [
        (
            side.overlay.needs_installing(stand.number),
            [(t.binding.liveness, t.binding.before, side.walk.is_all and t.is_stop) for t in tries],
        )
        for side, stand, tries in ((before, old, old.tries), (after, new, new.tries))
    ]
    return shapes[0] == shapes[1]


def _runs(side: Side, stand: Stand) -> list[object]:
    outcomes = (side.outcome(one) for one in side.of(stand.number))
    return [(one.code, one.implementation, one.blocked_by) for one in outcomes]


def _depends(side: Side, stand: Stand) -> bool:
    overlay, number = side.overlay, stand.number
    if overlay.needs_installing(number):
        return True
    is_barred = number in overlay.installed and bool(overlay.isolated)
    return is_barred or any(one.binding.before for one in stand.tries)


def _moves(business: Definition) -> list[tuple[object, ...]]:
    """Where a business moves ahead while it is identified."""
    own = (one for one in business.bindings if one.before)
    return [(one.point, one.scenario, one.before, one.liveness) for one in own]
