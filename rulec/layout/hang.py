"""Where each term hangs, and what it tests elsewhere.

In: terms in program order. Out: rows of terms and checks, and for every entity its local conditions
with the terms that hang on them and the position of those that are tested.

A term hangs on its access entity: it stands in the candidate list of every row on which that local
condition holds. What it asks of other entities is a bit of their signatures; those conditions, and
only those, get a position there. A term that asks nothing hangs on `ALWAYS`, a condition of the
first entity that holds on every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from rulec.layout.access import access_entity
from rulec.layout.plan import Row, row
from rulec.terms.model import ConditionId, Term
from rulec.vocabulary.model import Vocabulary

__all__ = ["ALWAYS", "Asked", "Hung", "hang", "position_of"]

ALWAYS: Final[ConditionId] = -1
"""Stands for a condition without tests."""


@dataclass(slots=True)
class Asked:
    """One local condition of an entity, as the rows need it."""

    hangs: list[int] = field(default_factory=list)
    """Term numbers, ascending."""
    position: int | None = None
    """Its bit in the entity's signature."""


@dataclass(slots=True)
class Hung:
    """The rows, and every local condition that is asked, by entity."""

    entity_numbers: dict[str, int]
    asked: dict[str, dict[ConditionId, Asked]]
    n_positions: dict[str, int]
    terms: list[Row] = field(default_factory=list)
    checks: list[Row] = field(default_factory=list)


def hang(vocabulary: Vocabulary, terms: Sequence[Sequence[Term]], guesses: Sequence[float]) -> Hung:
    """Hang the terms of definition 0, 1, ... in this order; those of assumptions come last."""
    names = list(vocabulary.entities)
    hung = Hung(
        entity_numbers={name: number for number, name in enumerate(names)},
        asked={name: {} for name in names},
        n_positions=dict.fromkeys(names, 0),
    )
    for definition, own in enumerate(terms):
        for term in own:
            _hang_term(hung, definition, term, guesses)
    return hung


def _hang_term(hung: Hung, definition: int, term: Term, guesses: Sequence[float]) -> None:
    access = access_entity(term, guesses) if term.asks else (next(iter(hung.asked)), ALWAYS)
    entity, condition = access
    hung.asked[entity].setdefault(condition, Asked()).hangs.append(len(hung.terms))
    checks = [
        row("checks", entity=hung.entity_numbers[other], position=position_of(hung, other, asked))
        for other, asked in sorted(term.asks, key=lambda pair: guesses[pair[1]])
        if other != entity
    ]
    hung.terms.append(
        row("terms", definition=definition, first_check=len(hung.checks), n_checks=len(checks))
    )
    hung.checks.extend(checks)


def position_of(hung: Hung, entity: str, condition: ConditionId) -> int:
    """The bit of a local condition in its entity's signature; asking gives it one."""
    asked = hung.asked[entity].setdefault(condition, Asked())
    if asked.position is None:
        asked.position = hung.n_positions[entity]
        hung.n_positions[entity] += 1
    return asked.position
