"""A cube as a concrete request: facts that anyone can replay.

In: a cube and its `Space`. Out: facts as a caller gives them, entity -> fact -> value; `None` where
no request lies in the cube; `Undecided` where one may and none was found.

Facts are independent, so each finds its own value: absent wherever the cube allows it, else the
first plain candidate whose classes the cube allows. A fact with one facet always finds one. The
facets of one string (its words and its patterns), or of one key (its values and its buckets), are
not independent: their candidates are tried against all of them. Named values are tried all, so a
cube without the unnamed ones is decided; unnamed strings are put together from what is asked of
them, unnamed keys are counted through, and there the search may end undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, permutations
from typing import Any, Final, TypeAlias

from rulec.analysis.budget import ITEM, Allowance
from rulec.analysis.cubes import Cube, Space, bits
from rulec.analysis.facets import (
    MISSING,
    Facet,
    NumberFacet,
    PatternFacet,
    PresenceFacet,
    RolloutFacet,
    TextFacet,
    TreeFacet,
)
from rulec.check.tree import Pattern
from rulec.instant import MAX_INSTANT, MIN_INSTANT, written_instant
from rulec.rollout import bucket
from rulec.simplify.values import FacetKey
from rulec.vocabulary.model import Fact, FactType, Presence

__all__ = ["Facts", "Undecided", "class_of", "find_value", "realise", "realise_fact"]

N_KEYS: Final = 50_000
"""Keys to count through: one in a thousand is found but for one time in e**50."""
N_STRINGS: Final = 2_000
"""Strings to put together; more only come of many `includes` at once."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither proven nor refuted within the budget."""


Facts: TypeAlias = dict[str, dict[str, Any]]
_Patterns: TypeAlias = list[tuple[PatternFacet, int]]


def realise(
    space: Space, cube: Cube, allowance: Allowance | None = None
) -> Facts | Undecided | None:
    """The facts of one request inside the cube."""
    facts: Facts = {}
    undecided: Undecided | None = None
    by_path: dict[str, dict[FacetKey, int]] = {}
    for (path, key), mask in cube.items():
        by_path.setdefault(path, {})[key] = mask
    for fact, facets in space.by_fact:
        masks = by_path.get(fact.path)
        if masks is None and fact.presence is not Presence.REQUIRED:
            continue
        found = realise_fact(space, fact, facets, masks or {}, allowance)
        if found is None:
            return None
        if isinstance(found, Undecided):
            undecided = found
        elif found:
            facts.setdefault(fact.entity, {})[fact.name] = found[0]
    return undecided or facts


def realise_fact(
    space: Space,
    fact: Fact,
    facets: Sequence[Facet],
    masks: Mapping[FacetKey, int],
    allowance: Allowance | None = None,
) -> tuple[Any, ...] | Undecided | None:
    """One fact inside a cube: its value, or nothing where it may be absent."""
    if fact.presence is Presence.TOTAL:
        return _presences(fact, masks)
    asked = [
        (facet, masks.get(facet.key, space.possible((fact.path, facet.key)))) for facet in facets
    ]
    if all(mask & 1 << MISSING for _, mask in asked):
        return ()
    value = find_value(asked, allowance)
    if value is None or isinstance(value, Undecided):
        return value
    return (_written(fact, value),)


def _presences(fact: Fact, masks: Mapping[FacetKey, int]) -> tuple[Any, ...]:
    """A flag, or the tags, that the cube does not let be absent."""
    present = [key for key, mask in masks.items() if not mask & 1 << MISSING]
    if not present:
        return ()
    tags = sorted(present, key=lambda tag: (isinstance(tag, str), tag))
    return (True,) if fact.type is FactType.FLAG else (tags,)


def find_value(
    asked: Sequence[tuple[Facet, int]], allowance: Allowance | None = None
) -> int | str | Undecided | None:
    """A value whose class every facet allows; None: there is none.

    The facet of the value itself comes first. Decimals and times come as integers. Each value that
    is tried is counted, and none is left out.
    """
    main, mask = asked[0]
    for candidate in _candidates(main, mask, asked):
        if isinstance(candidate, Undecided):
            return candidate
        if allowance is not None:
            allowance.spend(ITEM * len(asked))
        if all(m >> class_of(f, candidate) & 1 for f, m in asked):
            return candidate
    return None


def _candidates(
    main: Facet, mask: int, asked: Sequence[tuple[Facet, int]]
) -> Iterator[int | str | Undecided]:
    """Values to try; `Undecided` ends those that cannot be tried all."""
    match main:
        case NumberFacet():
            yield from _numbers(main, mask, is_alone=len(asked) == 1)
        case TextFacet():
            yield from (word for word, each in main.words.items() if mask >> each & 1)
            if main.other is not None and mask >> main.other & 1:
                patterns = [(f, m) for f, m in asked if isinstance(f, PatternFacet)]
                yield from _strings(main.words, patterns) if patterns else _fresh(main.words)
                if not _contradict(patterns):
                    yield Undecided()
        case TreeFacet():
            nodes = [place for place in main.places if not place.endswith("/")]
            yield from (node for node in nodes if mask >> main.places[node] & 1)
            yield from ("", next(_fresh(node.partition("/")[0] for node in nodes)))
            below = (node for node in nodes if node and mask >> main.places[f"{node}/"] & 1)
            yield from (f"{node}/{_free_child(node, nodes)}" for node in below)


def _numbers(main: NumberFacet, mask: int, *, is_alone: bool) -> Iterator[int | Undecided]:
    """One number of each class; where buckets are asked for too, as many as may be."""
    low, high = main.fact.low, main.fact.high
    is_time = main.fact.type is FactType.TIME
    is_cut_short = False
    ends = [low, *main.cuts, high + 1]
    for number in bits(mask >> 1):
        start, end = ends[number], ends[number + 1]
        if is_time:
            is_cut_short |= start < MIN_INSTANT or end > MAX_INSTANT + 1
            start, end = max(start, MIN_INSTANT), min(end, MAX_INSTANT + 1)
            if start >= end:
                continue
        nearest = min(max(start, 0), end - 1)
        yield nearest
        if not is_alone:
            yield from range(nearest + 1, min(end, nearest + N_KEYS))
            yield from range(max(start, nearest - N_KEYS), nearest)
            is_cut_short |= start < nearest - N_KEYS or end > nearest + N_KEYS
    if is_cut_short:
        yield Undecided()


def _strings(named: Iterable[str], patterns: _Patterns) -> Iterator[str]:
    """Unnamed strings with the beginnings, middles and ends that are asked for."""
    wanted: dict[Pattern, list[str]] = {pattern: [] for pattern in Pattern}
    for facet, mask in patterns:
        if not mask >> 1 & 1:
            wanted[facet.pattern].append(facet.text)
    start = max(wanted[Pattern.STARTS_WITH], key=len, default="")
    end = max(wanted[Pattern.ENDS_WITH], key=len, default="")
    middles = wanted[Pattern.INCLUDES]
    texts = [facet.text for facet, _ in patterns]
    fillers = ("", next(_fresh([*named, *texts])))
    for order in islice(permutations(middles), N_STRINGS):
        for filler in fillers:
            middle = filler.join(order)
            yield start + filler + middle + filler + end
    for n_shared in range(min(len(start), len(end)), 0, -1):
        if start.endswith(end[:n_shared]):
            yield start + end[n_shared:]


def _contradict(patterns: _Patterns) -> bool:
    """Whether no string at all begins, or ends, in all the ways that are asked for."""
    for pattern in (Pattern.STARTS_WITH, Pattern.ENDS_WITH):
        own = [(facet.text, mask) for facet, mask in patterns if facet.pattern is pattern]
        wanted = [text for text, mask in own if not mask >> 1 & 1]
        longest = max(wanted, key=len, default="")
        matches = longest.startswith if pattern is Pattern.STARTS_WITH else longest.endswith
        if not all(map(matches, wanted)) or any(matches(t) for t, m in own if not m >> 2 & 1):
            return True
    return False


def _fresh(taken: Iterable[str]) -> Iterator[str]:
    """Words that are none of those taken, plain ones first."""
    known = set(taken)
    return (word for number in range(N_KEYS) if (word := f"other{number or ''}") not in known)


def _free_child(node: str, nodes: Iterable[str]) -> str:
    prefix = f"{node}/"
    children = (n[len(prefix) :].partition("/")[0] for n in nodes if n.startswith(prefix))
    return next(_fresh(children))


def class_of(facet: Facet, value: Any) -> int:
    """The class of a present value; numbers as integers."""
    match facet:
        case PatternFacet(pattern=pattern, text=text):
            found = {
                Pattern.STARTS_WITH: str.startswith,
                Pattern.ENDS_WITH: str.endswith,
                Pattern.INCLUDES: str.__contains__,
            }[pattern]
            return 2 if found(value, text) else 1
        case RolloutFacet(salt=salt):
            return facet.class_of(bucket(salt, value))
        case PresenceFacet():
            raise AssertionError("a flag or tag has no value")
        case _:
            return facet.class_of(value)


def _written(fact: Fact, value: Any) -> Any:
    """A value as JSON can hold it and a request may give it."""
    if fact.type is FactType.DECIMAL:
        return str(Decimal(value).scaleb(-fact.scale))
    return written_instant(value) if fact.type is FactType.TIME else value
