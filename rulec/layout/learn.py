"""How likely is a local condition, going by requests that were recorded?

In: the shared local conditions, their facets, a guess for each, and what a sample of requests said,
a fact at a time. Out: a probability for each, measured as far as the sample can tell.

Every condition becomes a set of rows of the sample, held as the bits of one integer: a literal is
the rows whose class lies in its intervals, a join is made of its parts. So what goes together in
traffic - a brand and its shop, a tag and its category - is counted together.

A sample is finite: what it never saw is rare, not impossible. So the guess weighs as much as
`WEIGHT` rows. A fact that was not recorded says nothing about its literals: they keep their
guesses, and a join of such parts takes them as independent.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import prod
from operator import or_
from typing import Any, Final, TypeAlias

from rulec.analysis.facets import (
    Facet,
    NumberFacet,
    PatternFacet,
    PresenceFacet,
    RolloutFacet,
    TextFacet,
    TreeFacet,
)
from rulec.layout.places import Place
from rulec.oracle.facts import Facts
from rulec.rollout import bucket
from rulec.simplify.values import FacetKey
from rulec.terms.model import Joined, Single
from rulec.terms.share import Shared

__all__ = ["Counted", "Observed", "Rows", "count", "learn"]

WEIGHT: Final = 1.0
"""Rows of the sample that a guess counts for."""
MOST_BYTES: Final = 256 * 1024 * 1024
"""All sets of rows together; where they would be more, fewer rows are looked at."""
FEWEST_ROWS: Final = 1_024

Rows: TypeAlias = int
"""Rows of the sample: bit r is row r."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What recorded requests said.

    `facts` holds, by the path of each recorded fact, the rows of each value, ascending; of a flag
    True, of tags each tag. Rows of no value lack the fact.
    """

    n_rows: int
    facts: Mapping[str, Mapping[bool | int | str, Sequence[int]]]
    source: Mapping[str, Any] = field(default_factory=dict)
    """What the manifest says of the sample."""
    teaches: bool = True
    """Whether the layout learns from it, or is only measured on it."""

    @classmethod
    def of(cls, requests: Iterable[Facts], *, teaches: bool = True) -> Observed:
        """What requests said that were read already; every declared fact counts as recorded."""
        found: dict[str, dict[bool | int | str, list[int]]] = {}
        n_rows = 0
        for facts in requests:
            for path, value in facts.items():
                rows = found.setdefault(path, {})
                for each in value if isinstance(value, frozenset) else (value,):
                    if each is not None and each is not False:
                        rows.setdefault(each, []).append(n_rows)
            n_rows += 1
        return cls(n_rows, found, {"rows": n_rows}, teaches)

    def n_different(self, entity: str) -> int:
        """How many rows differ in what they say of an entity, as far as its facts were recorded.

        >>> Observed(3, {"order.sum": {5: (0, 2)}, "item.tags": {7: (0,), 8: (1, 2)}}).n_different(
        ...     "order"
        ... )
        2
        """
        said: list[list[tuple[str, bool | int | str]]] = [[] for _ in range(self.n_rows)]
        for path, rows_of in sorted(self.facts.items()):
            if path.partition(".")[0] == entity:
                for value, rows in rows_of.items():
                    for row in rows:
                        said[row].append((path, value))
        return len({frozenset(one) for one in said})


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows of a sample that each local condition holds in, by number.

    None where a fact that it reads was not recorded.
    """

    n_rows: int
    """Those that were looked at."""
    rows: Sequence[Rows | None]


def count(
    shared: Shared,
    facets: Mapping[str, Sequence[Facet]],
    placed: Sequence[Place | None],
    observed: Observed,
) -> Counted:
    """Ask every local condition of every row, or of as many as there is memory for."""
    n_rows = _affordable(observed.n_rows, len(shared.conditions))
    seen = _Seen(facets, observed, n_rows)
    known: list[Rows | None] = []
    for number, condition in enumerate(shared.conditions):
        if isinstance(condition, Single):
            place, literal = placed[number], condition.literal
            assert place is not None
            known.append(seen.rows(literal.fact.path, literal.facet_key, place))
        else:
            known.append(_joined(condition, known, seen.every))
    return Counted(n_rows, known)


def learn(shared: Shared, guesses: Sequence[float], counted: Counted) -> list[float]:
    """A probability for each local condition, by number."""
    learnt: list[float] = []
    for number, condition in enumerate(shared.conditions):
        guess = (
            _independent(condition, learnt) if isinstance(condition, Joined) else guesses[number]
        )
        rows = counted.rows[number]
        learnt.append(guess if rows is None else _share(rows, counted.n_rows, guess))
    return learnt


def _affordable(n_rows: int, n_conditions: int) -> int:
    most = 8 * MOST_BYTES // max(1, n_conditions)
    return min(n_rows, max(most, FEWEST_ROWS))


def _share(rows: Rows, n_rows: int, guess: float) -> float:
    return (rows.bit_count() + WEIGHT * guess) / (n_rows + WEIGHT)


def _joined(condition: Joined, known: Sequence[Rows | None], every: Rows) -> Rows | None:
    is_and = condition.connective == "and"
    rows = every if is_and else 0
    for part in condition.parts:
        own = known[part]
        if own is None:
            return None
        rows = rows & own if is_and else rows | own
    return rows


def _independent(condition: Joined, learnt: Sequence[float]) -> float:
    if condition.connective == "and":
        return prod(learnt[part] for part in condition.parts)
    return 1 - prod(1 - learnt[part] for part in condition.parts)


class _Seen:
    """The rows of each class of each facet, made when they are asked for."""

    def __init__(
        self, facets: Mapping[str, Sequence[Facet]], observed: Observed, n_rows: int
    ) -> None:
        self._facets = {(path, facet.key): facet for path, own in facets.items() for facet in own}
        self._observed = observed
        self._n_rows = n_rows
        self._made: dict[tuple[str, FacetKey], tuple[list[int], list[Rows]]] = {}
        self.every: Rows = (1 << n_rows) - 1

    def rows(self, path: str, key: FacetKey, place: Place) -> Rows | None:
        """The rows whose class is one of a place's; None of a fact that was not recorded."""
        if path not in self._observed.facts:
            return None
        if (path, key) not in self._made:
            self._made[path, key] = self._of_facet(path, self._facets[path, key])
        numbers, ends = self._made[path, key]
        found = 0
        for low, high in place.classes:
            # The rows up to a class hold those of every smaller one.
            found |= ends[bisect_right(numbers, high)] ^ ends[bisect_left(numbers, low)]
        return found

    def _of_facet(self, path: str, facet: Facet) -> tuple[list[int], list[Rows]]:
        """The classes that were seen, ascending, and the rows below the first, the second ..."""
        rows_of: dict[int, list[int]] = {}
        given = 0
        for number, rows in _classed(facet, self._observed.facts[path]):
            rows_of.setdefault(number, []).extend(rows[: bisect_left(rows, self._n_rows)])
        by_class = {number: self._bits(rows) for number, rows in rows_of.items()}
        for bits in by_class.values():
            given |= bits
        by_class[0] = self.every ^ given
        numbers = sorted(by_class)
        ends = accumulate((by_class[number] for number in numbers), or_, initial=0)
        return numbers, list(ends)

    def _bits(self, rows: Iterable[int]) -> Rows:
        content = bytearray(self._n_rows // 8 + 1)
        for row in rows:
            content[row >> 3] |= 1 << (row & 7)
        return int.from_bytes(content, "little")


def _classed(
    facet: Facet, rows_of: Mapping[bool | int | str, Sequence[int]]
) -> Iterator[tuple[int, Sequence[int]]]:
    """The class of each value of the facet's fact, with the rows of the value."""
    if isinstance(facet, PresenceFacet):
        tag = True if facet.tag is None else facet.tag
        yield 1, rows_of.get(tag, ())
        return
    for value, rows in rows_of.items():
        yield _class_of(facet, value), rows


def _class_of(facet: Facet, value: bool | int | str) -> int:
    match facet:
        case NumberFacet():
            return facet.class_of(int(value))
        case TextFacet() | TreeFacet():
            return facet.class_of(str(value))
        case PatternFacet(pattern=pattern, text=text):
            return 1 + pattern.finds(text, str(value))
        case RolloutFacet(salt=salt):
            return facet.class_of(bucket(salt, value))
    raise AssertionError("flags and tags have no value")
