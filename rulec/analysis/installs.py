"""Which products count on one side of a comparison and not on the other.

In: both sides of a place, and the businesses that were touched. Out: `Installs`: for each side the
products that may count there alone, and where to look for a request on which one does.

An untouched product counts by who is identified. So where it counts on one side alone, a touched
business is identified: on its own side, and installs it; or on the other, stands before the one
that installs it, and does not install it itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulec.analysis.anchors import Touched
from rulec.analysis.sides import Side

__all__ = ["Installs"]


class Installs:
    """Products by who is identified."""

    def __init__(self, sides: tuple[Side, Side], businesses: Touched) -> None:
        self._sides = sides
        self._touched = [
            [
                side.overlay.numbers[code]
                for code in sorted(businesses.codes & side.overlay.numbers.keys())
            ]
            for side in sides
        ]
        predicates = sides[0].overlay.predicates
        numbers = {number for own in self._touched for number in own}
        self._meeting = {number: predicates.meeting(number) for number in sorted(numbers)}

    def alone(self, side: int) -> set[int]:
        """The products of a walk that may count on this side and not on the other."""
        return {numbers[-1] for numbers in self.places(side)}

    def places(self, side: int) -> Iterator[tuple[int, ...]]:
        """Predicates that hold where a product may count on this side alone, the product last."""
        ours, theirs = self._sides[side], self._sides[1 - side]
        stands = ours.walk.stands
        for number in self._touched[side]:
            for product in sorted(ours.overlay.installed[number]):
                if product in stands and product in self._meeting[number]:
                    yield number, product
        overlay, other = ours.overlay, theirs.overlay
        codes = {number: one.code for number, one in overlay.definitions.items()}
        for number in self._touched[1 - side]:
            meeting, place = self._meeting[number], other.place[number]
            kept = {other.definitions[product].code for product in other.installed[number]}
            for installer in overlay.businesses:
                behind = other.numbers.get(codes[installer])
                if installer not in meeting or behind is None or other.place[behind] <= place:
                    continue
                for product in sorted(overlay.installed[installer]):
                    if product in stands and product in meeting and codes[product] not in kept:
                        yield number, installer, product
