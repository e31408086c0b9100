"""What must happen in a request before a local condition holds, or changes?

In: the shared local conditions with a guess for each. Out, for every condition, few literals:

    cover      one of them holds wherever the condition does
    triggers   one of them differs from what it is in the quiet request wherever the condition does

Of `a && b` one part is enough, the least likely one; of `a || b` all are needed. So a term needs to
be looked at only where a literal of its access condition's cover holds, and the signature bit of a
condition only where a trigger has turned: a request that touches neither pays nothing.

The *quiet* request is one without tags, each of whose scalars has its quiet class. That a tag is
absent is no literal one can wait for: most requests lack most tags. A condition without a better
cover is a candidate of every request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rulec.layout.places import Place, is_in
from rulec.simplify.values import Presences
from rulec.terms.model import ConditionId, Joined, Single
from rulec.terms.share import Shared

__all__ = ["Cover", "Covers", "Literals", "covers"]

Literals: TypeAlias = tuple[ConditionId, ...]
"""Conditions that are one literal."""


@dataclass(frozen=True, slots=True)
class Cover:
    """`literals` is None where a condition may hold in every request."""

    literals: Literals | None
    is_exact: bool
    """Whether the condition holds wherever one of the literals does."""
    cost: float
    """The expected number of literals that hold: how often a term that hangs here is looked at."""


@dataclass(frozen=True, slots=True)
class Covers:
    """By condition number."""

    covers: Sequence[Cover]
    triggers: Sequence[Literals]
    in_quiet: Sequence[bool]
    """Whether the condition holds in the quiet request."""


def covers(
    shared: Shared,
    guesses: Sequence[float],
    placed: Sequence[Place | None],
    quiet_classes: Mapping[str, Sequence[int]],
) -> Covers:
    """Cover and triggers of every condition; `quiet_classes` are by entity and facet number."""
    found: list[Cover] = []
    triggers: list[tuple[Literals, float]] = []
    in_quiet: list[bool] = []
    for number, condition in enumerate(shared.conditions):
        if isinstance(condition, Single):
            place = placed[number]
            assert place is not None
            quiet = quiet_classes[shared.entities[number]][place.facet]
            holds = is_in(quiet, place.classes)
            guess = guesses[number]
            in_quiet.append(holds)
            triggers.append(((number,), 1 - guess if holds else guess))
            found.append(_of_literal(condition, number, guess))
        else:
            is_and = condition.connective == "and"
            parts = condition.parts
            held = [part for part in parts if in_quiet[part]]
            missed = [part for part in parts if not in_quiet[part]]
            in_quiet.append(not missed if is_and else bool(held))
            turns = (missed if is_and else held) or parts
            # Where one part decides, waiting for the rarest is enough; else any may turn it.
            is_one_enough = bool(missed if is_and else held)
            triggers.append(_turning([triggers[part] for part in turns], is_one_enough))
            found.append(_of_parts([found[part] for part in parts], condition))
    return Covers(found, [literals for literals, _ in triggers], in_quiet)


def _of_literal(condition: Single, number: ConditionId, guess: float) -> Cover:
    values = condition.literal.values
    if isinstance(values, Presences) and values.tag is not None and not values.is_present:
        return Cover(None, False, 1.0)
    return Cover((number,), True, guess)


def _of_parts(parts: Sequence[Cover], condition: Joined) -> Cover:
    if condition.connective == "and":
        best = min(parts, key=lambda cover: cover.cost)
        return Cover(best.literals, False, best.cost)
    literals: dict[ConditionId, None] = {}
    for part in parts:
        if part.literals is None:
            return Cover(None, False, 1.0)
        literals.update(dict.fromkeys(part.literals))
    return Cover(
        tuple(literals), all(part.is_exact for part in parts), sum(part.cost for part in parts)
    )


def _turning(
    parts: Sequence[tuple[Literals, float]], is_one_enough: bool
) -> tuple[Literals, float]:
    if is_one_enough:
        return min(parts, key=lambda part: part[1])
    literals = dict.fromkeys(literal for part, _ in parts for literal in part)
    return tuple(literals), sum(cost for _, cost in parts)
