"""From values to classes: the records by which the engine reads facts.

In: the vocabulary and its facets. Out: the rows of entities' facts, bounds, cuts and words, and the
number each facet has in its entity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rulec.analysis.facets import Facet, NumberFacet, PresenceFacet, TextFacet
from rulec.layout.plan import Row, Texts, row
from rulec.vocabulary.model import Entity, Fact, FactType, Presence, Vocabulary
from rulec_runtime.format import FACT_TYPES, NONE, PRESENCES

__all__ = ["Probes", "lay_probes"]


@dataclass(slots=True)
class Probes:
    """The rows, and where each entity's facets and facts are."""

    facts: list[Row] = field(default_factory=list)
    bounds: list[Row] = field(default_factory=list)
    cuts: list[Row] = field(default_factory=list)
    words: list[Row] = field(default_factory=list)
    facet_numbers: dict[tuple[str, int | None], int] = field(default_factory=dict)
    """(fact path, tag or None) -> the facet's number in its entity."""
    n_facets: dict[str, int] = field(default_factory=dict)
    """By entity."""


def lay_probes(
    vocabulary: Vocabulary, facets: Mapping[str, Sequence[Facet]], texts: Texts
) -> Probes:
    """Lay out every declared fact, entity by entity, in the order written."""
    probes = Probes()
    for entity in vocabulary.entities.values():
        _lay_entity(probes, entity, facets, texts)
    return probes


def _lay_entity(
    probes: Probes, entity: Entity, facets: Mapping[str, Sequence[Facet]], texts: Texts
) -> None:
    n_facets = 0
    for fact in entity.facts.values():
        own = facets[fact.path]
        for number, facet in enumerate(own, n_facets):
            tag = facet.tag if isinstance(facet, PresenceFacet) else None
            probes.facet_numbers[fact.path, tag] = number
        _lay_fact(probes, fact, own, n_facets, texts)
        n_facets += len(own)
    probes.n_facets[entity.name] = n_facets


def _lay_fact(
    probes: Probes, fact: Fact, facets: Sequence[Facet], first_facet: int, texts: Texts
) -> None:
    cuts: list[int] = []
    words: dict[str, int] = {}
    other_class = NONE
    if fact.type is FactType.TAGS_INT:
        cuts = [f.tag for f in facets if isinstance(f, PresenceFacet) and f.tag is not None]
    for facet in facets:
        if isinstance(facet, NumberFacet):
            cuts = list(facet.cuts)
        elif isinstance(facet, TextFacet):
            words = dict(sorted(facet.words.items(), key=lambda item: item[0].encode()))
            other_class = NONE if facet.other is None else facet.other
    probes.facts.append(
        row(
            "facts",
            name=texts.number(fact.name),
            type=FACT_TYPES.index(fact.type.value),
            scale=fact.scale,
            presence=PRESENCES.index(fact.presence.value),
            first_facet=first_facet,
            n_facets=len(facets),
            first_cut=len(probes.cuts),
            n_cuts=len(cuts),
            first_word=len(probes.words),
            n_words=len(words),
            other_class=other_class,
            default_class=_default_class(fact, facets),
        )
    )
    probes.bounds.append((fact.low, fact.high))
    probes.cuts.extend((value,) for value in cuts)
    probes.words.extend((texts.number(word), number) for word, number in words.items())


def _default_class(fact: Fact, facets: Sequence[Facet]) -> int:
    if fact.presence is not Presence.DEFAULT:
        return 0
    match facets[0], fact.default:
        case NumberFacet() as facet, int(value):
            return facet.class_of(value)
        case TextFacet() as facet, str(word):
            return facet.class_of(word)
    raise AssertionError(f"the default of {fact.path} is of another type")
