"""From values to classes: the records by which the engine reads facts.

In: the vocabulary and its facets. Out: the rows of entities' facts, of what cuts their values
into classes, and the number each facet has in its entity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

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
from rulec.layout.plan import Row, Rows, Texts, row
from rulec.layout.slots import NO_SLOTS, Slots, buckets, hash_of_name, hash_of_tag, places
from rulec.rollout import bucket
from rulec.simplify.values import FacetKey
from rulec.vocabulary.model import Entity, Fact, FactType, Presence, Vocabulary
from rulec_runtime.format import FACT_TYPES, NONE, PATTERNS, PRESENCES

__all__ = ["Probes", "lay_probes"]


_FINDS: Final[Mapping[Pattern, Callable[[str, str], bool]]] = {
    Pattern.STARTS_WITH: str.startswith,
    Pattern.ENDS_WITH: str.endswith,
    Pattern.INCLUDES: str.__contains__,
}


@dataclass(slots=True)
class Probes:
    """The rows, and where each entity's facets and facts are."""

    facts: list[Row] = field(default_factory=list)
    bounds: list[Row] = field(default_factory=list)
    cuts: Rows = field(default_factory=partial(Rows, "cuts"))
    words: Rows = field(default_factory=partial(Rows, "words"))
    slots: Rows = field(default_factory=partial(Rows, "slots"))
    patterns: list[Row] = field(default_factory=list)
    rollouts: list[Row] = field(default_factory=list)
    thresholds: list[Row] = field(default_factory=list)
    facet_numbers: dict[tuple[str, FacetKey], int] = field(default_factory=dict)
    """(fact path, facet key) -> the facet's number in its entity: scalars come before tags."""
    n_classes: dict[str, list[int]] = field(default_factory=dict)
    """By entity, then by facet number."""
    quiet_classes: dict[str, list[int]] = field(default_factory=dict)
    """By entity, then by facet number: the class that requests most likely have."""
    n_scalars: dict[str, int] = field(default_factory=dict)
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
    own = [(fact, facets[fact.path]) for fact in entity.facts.values()]
    probes.n_scalars[entity.name] = sum(len(each) for fact, each in own if not fact.type.is_tags)
    n_classes: list[int] = []
    quiet_classes: list[int] = []
    for fact, each in sorted(own, key=lambda item: item[0].type.is_tags):
        for number, facet in enumerate(each, len(n_classes)):
            probes.facet_numbers[fact.path, facet.key] = number
        n_classes += [facet.n_classes for facet in each]
        quiet_classes += [_quiet_class(facet) for facet in each]
    probes.n_classes[entity.name] = n_classes
    probes.quiet_classes[entity.name] = quiet_classes
    first_facets = {
        fact.path: probes.facet_numbers[fact.path, each[0].key] for fact, each in own if each
    }
    for fact, each in own:
        _lay_fact(probes, fact, each, first_facets.get(fact.path, len(n_classes)), texts)


def _quiet_class(facet: Facet) -> int:
    """The likeliest class, as far as the rules tell: what none of them names, or the middle."""
    match facet:
        case PresenceFacet():
            return MISSING
        case PatternFacet():
            return 1
        case TextFacet(other=None):
            return facet.n_classes - 1
        case TextFacet() | TreeFacet():
            return facet.other or MISSING
        case NumberFacet() | RolloutFacet():
            return facet.n_classes // 2


def _lay_fact(
    probes: Probes, fact: Fact, facets: Sequence[Facet], first_facet: int, texts: Texts
) -> None:
    cuts: list[int] = []
    words: dict[str, int] = {}
    other_class = NONE
    first_pattern, first_rollout = len(probes.patterns), len(probes.rollouts)
    for facet in facets:
        match facet:
            case PresenceFacet(tag=int(tag)):
                cuts.append(tag)
            case PresenceFacet(tag=str(tag)):
                words[tag] = 1
            case NumberFacet():
                cuts = list(facet.cuts)
            case TextFacet(words=named) | TreeFacet(places=named):
                words = dict(sorted(named.items(), key=lambda item: item[0].encode()))
                other_class = NONE if facet.other is None else facet.other
            case PatternFacet():
                _lay_pattern(probes, facet, texts)
            case RolloutFacet():
                _lay_rollout(probes, facet, texts)
    table = _slots(fact, cuts, words)
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
            first_pattern=first_pattern,
            n_patterns=len(probes.patterns) - first_pattern,
            first_rollout=first_rollout,
            n_rollouts=len(probes.rollouts) - first_rollout,
            first_slot=len(probes.slots),
            n_slots=len(table.slots),
            shift=table.shift,
            seed=table.seed,
        )
    )
    probes.bounds.append((fact.low, fact.high))
    probes.cuts.extend_numbers(cuts)
    probes.words.extend((texts.number(word), number) for word, number in words.items())
    probes.slots.extend_numbers(table.slots)


def _slots(fact: Fact, cuts: Sequence[int], words: Mapping[str, int]) -> Slots:
    """What finds a value's class, or its tag."""
    if fact.type is FactType.TREE:
        # Every beginning of a path is looked for: hashing each would make long paths costly.
        return NO_SLOTS
    if words:
        return places([hash_of_name(word.encode()) for word in words])
    if not cuts:
        return NO_SLOTS
    return places([hash_of_tag(tag) for tag in cuts]) if fact.type.is_tags else buckets(cuts)


def _lay_pattern(probes: Probes, facet: PatternFacet, texts: Texts) -> None:
    default_class = 0
    if facet.fact.presence is Presence.DEFAULT:
        default_class = 1 + _FINDS[facet.pattern](str(facet.fact.default), facet.text)
    probes.patterns.append(
        row(
            "patterns",
            kind=PATTERNS.index(facet.pattern.value),
            string=texts.number(facet.text),
            default_class=default_class,
        )
    )


def _lay_rollout(probes: Probes, facet: RolloutFacet, texts: Texts) -> None:
    default = facet.fact.default
    probes.rollouts.append(
        row(
            "rollouts",
            salt=texts.number(facet.salt),
            first_threshold=len(probes.thresholds),
            n_thresholds=len(facet.thresholds),
            default_class=0 if default is None else facet.class_of(bucket(facet.salt, default)),
        )
    )
    probes.thresholds.extend((limit,) for limit in facet.thresholds)


def _default_class(fact: Fact, facets: Sequence[Facet]) -> int:
    if fact.presence is not Presence.DEFAULT:
        return 0
    match facets[0], fact.default:
        case NumberFacet() as facet, int(value):
            return facet.class_of(value)
        case (TextFacet() | TreeFacet()) as facet, str(word):
            return facet.class_of(word)
    raise AssertionError(f"the default of {fact.path} is of another type")
