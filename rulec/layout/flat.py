"""Flat terms: those a request would look at too often, as rows of bits.

In: the hung terms, and where literals stand. Out: the terms again, some of them flat, and for every
facet the row of each class: a bit a flat term, 0 where the class rules the term out.

A list entry costs whenever it is looked at; a bit costs the same however often its term is met.
So terms whose cover holds in more than one of `SELDOM` requests leave the lists. What the rows say
of a term is the hull of its conditions, one facet at a time; where a condition is less than its
hull (an OR over several facets, a tag that must be there) the engine checks it on the terms that
are left, and a term is flat only if that is seldom.

Classes that rule out the same terms share a row, and one that rules out none has none. All rows
together are bounded by `MOST_BYTES`: the broadest terms come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Final, NamedTuple

from rulec.analysis.facets import Classes
from rulec.layout.covers import Covers
from rulec.layout.hang import HungTerm
from rulec.layout.places import Place, complement
from rulec.terms.model import ConditionId, Joined
from rulec.terms.share import Shared

__all__ = ["FLAT_BLOCK_BITS", "Flat", "flatten", "looks"]

SELDOM: Final = 256
GAIN: Final = 4
"""A flat term that needs a check must be met this much less often than in lists."""
LIKELY: Final = 0.9
"""What holds of a scalar more often than this is checked on the terms that are left: no rows."""
MOST_BYTES: Final = 4 * 1024 * 1024
FLAT_BLOCK_BITS: Final = 512
"""Rows are whole blocks of this many bits."""


class Hull(NamedTuple):
    """What a local condition says of each facet, and whether that is all it says."""

    facets: Mapping[int, Classes]
    is_exact: bool


@dataclass(slots=True)
class Flat:
    """Bit i of a row belongs to the term `numbers[i]`."""

    terms: list[HungTerm]
    """All of them."""
    numbers: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    of_class: dict[tuple[str, int], list[int | None]] = field(default_factory=dict)
    """(entity, facet) -> row by class."""


def looks(term: HungTerm, known: Covers) -> float:
    """How often a request looks at a term that stands in lists."""
    return 1.0 if term.condition is None else known.covers[term.condition].cost


def flatten(
    terms: Sequence[HungTerm],
    n_definitions: int,
    guesses: Sequence[float],
    known: Covers,
    shared: Shared,
    placed: Sequence[Place | None],
    n_classes: Mapping[str, Sequence[int]],
) -> Flat:
    """Make the broadest terms flat; those of assumptions never are."""
    cost = [looks(term, known) for term in terms]
    hulls = _Hulls(shared, placed, guesses)
    broad = [
        number
        for number, term in enumerate(terms)
        if term.definition < n_definitions
        and cost[number] > 1 / SELDOM
        and _left(term, guesses, hulls) <= cost[number] / GAIN
    ]
    broad.sort(key=lambda number: (-cost[number], number))
    while broad:
        numbers = sorted(broad)
        flat = _rows([(terms[number].asks, hulls) for number in numbers], n_classes)
        row_bytes = -(-len(numbers) // FLAT_BLOCK_BITS) * FLAT_BLOCK_BITS // 8
        if len(flat.rows) * row_bytes <= MOST_BYTES:
            flat.numbers = numbers
            flat.terms = list(terms)
            for number in numbers:
                flat.terms[number] = _flat(terms[number], guesses, hulls)
            return flat
        broad = broad[: len(broad) // 2]
    return Flat(list(terms))


def _left(term: HungTerm, guesses: Sequence[float], hulls: _Hulls) -> float:
    """How often the rows leave a term that does not hold, and the engine has to check it."""
    exact = [hulls.of(condition).is_exact for _, condition in term.asks]
    if all(exact):
        return 0.0
    pairs = zip(term.asks, exact, strict=True)
    return prod(guesses[condition] for (_, condition), is_exact in pairs if is_exact)


def _flat(term: HungTerm, guesses: Sequence[float], hulls: _Hulls) -> HungTerm:
    left = [asked for asked in term.asks if not hulls.of(asked[1]).is_exact]
    checks = tuple(sorted(left, key=lambda asked: (guesses[asked[1]], asked)))
    return replace(term, is_flat=True, is_exact=True, checks=checks)


def _rows(
    asked: Sequence[tuple[Sequence[tuple[str, ConditionId]], _Hulls]],
    n_classes: Mapping[str, Sequence[int]],
) -> Flat:
    """The rows of terms by what each asks, in the order of their bits."""
    ruled_out: dict[tuple[str, int], list[tuple[int, Classes]]] = {}
    for bit, (asks, hulls) in enumerate(asked):
        for entity, condition in asks:
            for facet, allowed in hulls.of(condition).facets.items():
                outside = complement(allowed, n_classes[entity][facet])
                ruled_out.setdefault((entity, facet), []).append((bit, outside))
    flat = Flat([])
    row_numbers: dict[int, int] = {}
    every = (1 << len(asked)) - 1
    for key, outsides in sorted(ruled_out.items()):
        entity, facet = key
        flat.of_class[key] = [
            row_numbers.setdefault(row, len(row_numbers)) if row != every else None
            for row in _sweep(outsides, n_classes[entity][facet], every)
        ]
    flat.rows = list(row_numbers)
    return flat


def _sweep(outsides: Iterable[tuple[int, Classes]], n_classes: int, every: int) -> Iterable[int]:
    """The row of each class, ascending: `every` without the bits ruled out there."""
    turns = [0] * (n_classes + 1)
    for bit, outside in outsides:
        for low, high in outside:
            turns[low] ^= 1 << bit
            turns[high + 1] ^= 1 << bit
    row = every
    for turn in turns[:-1]:
        row ^= turn
        yield row


class _Hulls:
    """The hulls of local conditions, each made once."""

    def __init__(
        self, shared: Shared, placed: Sequence[Place | None], guesses: Sequence[float]
    ) -> None:
        self._shared = shared
        self._placed = placed
        self._guesses = guesses
        self._known: dict[ConditionId, Hull] = {}

    def of(self, condition: ConditionId) -> Hull:
        """The hull of a condition; its parts' come first, without recursion."""
        waiting = [condition]
        while waiting:
            number = waiting[-1]
            whole = self._shared.conditions[number]
            parts = whole.parts if isinstance(whole, Joined) else ()
            unknown = [part for part in parts if part not in self._known]
            if number in self._known or unknown:
                waiting.extend(unknown)
                if not unknown:
                    waiting.pop()
                continue
            waiting.pop()
            if isinstance(whole, Joined):
                hulls = [self._known[part] for part in parts]
                self._known[number] = _all(hulls) if whole.connective == "and" else _any(hulls)
            else:
                self._known[number] = self._literal(number)
        return self._known[condition]

    def _literal(self, number: ConditionId) -> Hull:
        place = self._placed[number]
        assert place is not None
        if place.is_tag and place.classes == ((1, 1),):
            # A row can only rule out what is there: it cannot wait for a tag.
            return Hull({}, is_exact=False)
        if not place.is_tag and self._guesses[number] > LIKELY:
            # A row for each class of the facet, to rule out next to nothing; a tag has but one.
            return Hull({}, is_exact=False)
        return Hull({place.facet: place.classes}, is_exact=True)


def _all(hulls: Sequence[Hull]) -> Hull:
    met: dict[int, Classes] = {}
    for hull in hulls:
        for facet, allowed in hull.facets.items():
            met[facet] = _meet(met[facet], allowed) if facet in met else allowed
    return Hull(met, all(hull.is_exact for hull in hulls))


def _any(hulls: Sequence[Hull]) -> Hull:
    first, *others = hulls
    common = [facet for facet in first.facets if all(facet in hull.facets for hull in others)]
    joined = {facet: _join(hull.facets[facet] for hull in hulls) for facet in common}
    is_exact = all(hull.is_exact and len(hull.facets) == 1 for hull in hulls) and len(common) == 1
    return Hull(joined, is_exact)


def _meet(one: Classes, two: Classes) -> Classes:
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in two)
    return tuple(sorted((low, high) for low, high in pairs if low <= high))


def _join(many: Iterable[Classes]) -> Classes:
    joined: list[tuple[int, int]] = []
    for low, high in sorted(interval for one in many for interval in one):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], high)
        else:
            joined.append((low, high))
    return tuple(joined)
