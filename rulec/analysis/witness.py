"""A cube as a concrete request: facts that anyone can replay.

In: a cube and its `Space`. Out: facts as a caller gives them, entity -> fact -> value. Absent
wherever the cube allows it; otherwise the first class it allows, and the plainest value of that
class. Facts that every request must bring are there, whatever the cube says of them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rulec.analysis.cubes import Cube, FacetKey, Space
from rulec.analysis.facets import MISSING, NumberFacet, PresenceFacet, TextFacet
from rulec.vocabulary.model import FactType, Presence

__all__ = ["witness"]


def witness(space: Space, cube: Cube) -> dict[str, dict[str, Any]]:
    """The facts of one request inside the cube."""
    facts: dict[str, dict[str, Any]] = {}
    for key, facet in space.facets.items():
        fact = facet.fact
        mask = cube.get(key)
        if mask is None and fact.presence is not Presence.REQUIRED:
            continue
        number = _first(space.possible(key) if mask is None else mask)
        if number == MISSING:
            continue
        own = facts.setdefault(fact.entity, {})
        if isinstance(facet, PresenceFacet) and facet.tag is not None:
            own.setdefault(fact.name, []).append(facet.tag)
        else:
            own[fact.name] = _value(space, key, number)
    return facts


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _value(space: Space, key: FacetKey, number: int) -> Any:
    facet = space.facets[key]
    match facet:
        case PresenceFacet():
            return True
        case NumberFacet():
            return _number(facet, number)
        case TextFacet():
            return _word(facet, number)


def _number(facet: NumberFacet, number: int) -> int | str:
    """The number of a class that is nearest to zero."""
    low = facet.fact.low if number == 1 else facet.cuts[number - 2]
    high = facet.fact.high if number > len(facet.cuts) else facet.cuts[number - 1] - 1
    units = min(max(low, 0), high)
    if facet.fact.type is FactType.INT:
        return units
    return str(Decimal(units).scaleb(-facet.fact.scale))


def _word(facet: TextFacet, number: int) -> str:
    """A word of the class; where no word has it, one that nobody names."""
    named = next((word for word, own in facet.words.items() if own == number), None)
    if named is not None:
        return named
    word = "other"
    while word in facet.words:
        word += "-"
    return word
