"""Two vocabularies as one: the requests that two versions of a rule set can be compared on.

In: the vocabularies of both. Out: a `Joint`: one vocabulary that declares what either does, where
the two differ in what they take, and in words what is therefore not compared.

Compared are the requests that both versions take. A fact that one version alone declares is read by
that one; for the other it is left out of the request. A value that one version alone allows is in
no request that both take. Where a request without a fact means different things to the two, only
requests that give the fact are compared. A fact of two types cannot be compared at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rulec.simplify.values import Literal, Spans, Words
from rulec.vocabulary.model import Entity, Fact, FactType, Presence, Vocabulary

__all__ = ["IncomparableError", "Joint", "join"]


class IncomparableError(ValueError):
    """Two versions of a rule set share no request that could be compared."""


@dataclass(frozen=True, slots=True)
class Joint:
    """What either version declares."""

    vocabulary: Vocabulary
    refused: tuple[Literal, ...] = ()
    """Values that one version alone takes: who gives one breaks a vocabulary."""
    remarks: tuple[str, ...] = ()
    """What is not compared."""


def join(old: Vocabulary, new: Vocabulary) -> Joint:
    """One vocabulary for two; `IncomparableError` where a fact has two types."""
    refused: list[Literal] = []
    remarks: list[str] = []
    entities: dict[str, Entity] = dict(old.entities)
    for name, entity in new.entities.items():
        known = entities.get(name)
        facts: dict[str, Fact] = dict(known.facts) if known else {}
        for fact in entity.facts.values():
            before = facts.get(fact.name)
            facts[fact.name] = fact if before is None else _both(before, fact, refused, remarks)
        entities[name] = replace(entity, facts=facts)
    return Joint(replace(old, entities=entities), tuple(refused), tuple(remarks))


def _both(
    old: Fact,
    new: Fact,
    refused: list[Literal],
    remarks: list[str],
) -> Fact:
    """A fact that both declare."""
    if old.type_name != new.type_name:
        raise IncomparableError(
            f"`{old.path}` is {old.type_name} in the old version and {new.type_name} in the new "
            "one: no request means the same to both"
        )
    both = replace(
        new,
        presence=_presence(old, new, remarks),
        values=tuple(dict.fromkeys((*old.values, *new.values))),
        low=min(old.low, new.low),
        high=max(old.high, new.high),
    )
    domains = [(one.low, one.high, frozenset(one.values)) for one in (old, new)]
    if domains[0] == domains[1]:
        return both
    low, high = max(old.low, new.low), min(old.high, new.high)
    shared = tuple(value for value in new.values if value in old.values)
    if both.type is FactType.ENUM:
        words = frozenset(both.values) - frozenset(shared)
        refused.append(Literal(both, Words(words)))
    else:
        spans = ((both.low, min(low - 1, both.high)), (max(high + 1, both.low), both.high))
        ends = tuple((start, end) for start, end in spans if start <= end)
        refused.append(Literal(both, Spans(ends if low <= high else ((both.low, both.high),))))
    remarks.append(f"requests with a value of `{old.path}` that one version alone takes")
    return both


def _presence(old: Fact, new: Fact, remarks: list[str]) -> Presence:
    """What the absence of a fact means to both; required where it means two things."""
    if (old.presence, old.default) == (new.presence, new.default):
        return new.presence
    remarks.append(f"requests without `{old.path}`, which mean different things to the versions")
    return Presence.REQUIRED
