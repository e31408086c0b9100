"""The rows of facets, runs, triggers, conditions and terms, entity by entity.

In: the hung terms, what covers and turns each condition, and where its literals stand. Out: rows,
and the number each condition got in the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rulec.layout.covers import Covers
from rulec.layout.hang import Hung, HungTerm
from rulec.layout.jumps import Jumps
from rulec.layout.places import Place, complement
from rulec.layout.plan import Row, row
from rulec.layout.probes import Probes
from rulec.layout.steps import Steps
from rulec.terms.model import ConditionId
from rulec_runtime.format import NONE

__all__ = ["Laid", "lay_conditions"]

WORD_BITS = 64


@dataclass(slots=True)
class Laid:
    """The rows by section, and where things are."""

    records: dict[str, list[Row]]
    numbers: dict[ConditionId, int] = field(default_factory=dict)
    """The number of each asked condition."""
    by_entity: dict[str, dict[str, int]] = field(default_factory=dict)
    """What the row of an entity says of its conditions and runs."""


def lay_conditions(
    hung: Hung,
    known: Covers,
    placed: Sequence[Place | None],
    jumps: Jumps,
    probes: Probes,
    n_products: int,
    n_definitions: int,
) -> Laid:
    """Lay out what every entity is asked; terms of products and of rules come first."""
    names = ("facets", "runs", "candidates", "triggers", "triggered", "quiet_bits",
             "conditions", "tests", "terms", "checks")  # fmt: skip
    laid = Laid({name: [] for name in names})
    for number, condition in enumerate(c for asked in hung.asked.values() for c in asked):
        laid.numbers[condition] = number
    ends = (
        sum(term.definition < n_products for term in hung.terms),
        sum(term.definition < n_definitions for term in hung.terms),
    )
    by_entity: dict[str, list[int]] = {name: [] for name in hung.asked}
    for number, term in enumerate(hung.terms):
        by_entity[term.entity].append(number)
    for name, own in by_entity.items():
        _Entity(laid, name, hung, known, placed, jumps, probes, ends).lay(own)
    entity_numbers = {name: number for number, name in enumerate(hung.asked)}
    for term in hung.terms:
        _lay_term(laid, term, entity_numbers)
    return laid


def _lay_term(laid: Laid, term: HungTerm, entity_numbers: dict[str, int]) -> None:
    asks_itself = term.condition is not None and not term.is_exact
    laid.records["terms"].append(
        row(
            "terms",
            definition=term.definition,
            entity=entity_numbers[term.entity],
            condition=laid.numbers[term.condition]
            if asks_itself and term.condition is not None
            else NONE,
            first_check=len(laid.records["checks"]),
            n_checks=len(term.checks),
        )
    )
    laid.records["checks"].extend(
        row("checks", entity=entity_numbers[entity], condition=laid.numbers[condition])
        for entity, condition in term.checks
    )


@dataclass(slots=True)
class _Entity:
    """One entity while it is laid out."""

    laid: Laid
    name: str
    hung: Hung
    known: Covers
    placed: Sequence[Place | None]
    jumps: Jumps
    probes: Probes
    ends: tuple[int, int]
    """Terms of products, and of all rules."""

    def lay(self, terms: Sequence[int]) -> None:
        records = self.laid.records
        n_classes, n_scalars = self.probes.n_classes[self.name], self.probes.n_scalars[self.name]
        asked, positions = self.hung.asked[self.name], self.hung.positions[self.name]
        said = {
            "first_condition": len(records["conditions"]),
            "n_conditions": len(asked),
            "n_positions": len(positions),
            "first_quiet": len(records["quiet_bits"]),
        }
        quiet = [condition for condition in positions if self.known.in_quiet[condition]]
        records["quiet_bits"].extend(_words([positions[one] for one in quiet], len(positions)))
        for condition in asked:
            tests = self.jumps.tests(condition)
            records["conditions"].append(
                row(
                    "conditions",
                    first_test=len(records["tests"]),
                    n_tests=len(tests),
                    position=positions.get(condition, NONE),
                )
            )
            records["tests"].extend(tests)
        runs, everywhere = self._runs(terms, Steps(n_classes, n_scalars))
        triggers = self._triggers(Steps(n_classes, n_scalars))
        said["quiet_run"] = self._lay_run(everywhere) if everywhere else NONE
        for facet, n in enumerate(n_classes):
            self._lay_facet(facet, n, runs, triggers)
        self.laid.by_entity[self.name] = said

    def _runs(self, terms: Sequence[int], steps: Steps) -> tuple[Steps, list[int]]:
        """The terms by the literals of their covers, and those of every request."""
        everywhere: list[int] = []
        for number in terms:
            condition = self.hung.terms[number].condition
            literals = None if condition is None else self.known.covers[condition].literals
            if literals is None:
                everywhere.append(number)
                continue
            for literal in literals:
                place = self._place(literal)
                steps.add(place.facet, place.classes, number)
        return steps, everywhere

    def _triggers(self, steps: Steps) -> Steps:
        """The conditions with a position by the literals that may turn them."""
        n_classes = self.probes.n_classes[self.name]
        for condition in self.hung.positions[self.name]:
            for literal in self.known.triggers[condition]:
                place = self._place(literal)
                turning = place.classes
                if self.known.in_quiet[literal]:
                    turning = complement(turning, n_classes[place.facet])
                steps.add(place.facet, turning, self.laid.numbers[condition])
        return steps

    def _place(self, literal: ConditionId) -> Place:
        place = self.placed[literal]
        assert place is not None
        return place

    def _lay_facet(self, facet: int, n_classes: int, runs: Steps, triggers: Steps) -> None:
        records = self.laid.records
        own_runs, own_triggers = runs.of(facet), triggers.of(facet)
        records["facets"].append(
            row(
                "facets",
                n_classes=n_classes,
                quiet_class=self.probes.quiet_classes[self.name][facet],
                first_run=NONE if own_runs is None else len(records["runs"]),
                first_trigger=NONE if own_triggers is None else len(records["triggers"]),
            )
        )
        for terms in own_runs or ():
            self._lay_run(terms)
        for conditions in own_triggers or ():
            records["triggers"].append(
                row("triggers", first=len(records["triggered"]), n=len(conditions))
            )
            records["triggered"].extend((condition,) for condition in conditions)

    def _lay_run(self, terms: Sequence[int]) -> int:
        records = self.laid.records
        n_product, n_rule = (sum(term < end for term in terms) for end in self.ends)
        records["runs"].append(
            row(
                "runs",
                first=len(records["candidates"]),
                n_product=n_product,
                n_rule=n_rule,
                n=len(terms),
            )
        )
        records["candidates"].extend((term,) for term in terms)
        return len(records["runs"]) - 1


def _words(bits: Iterable[int], n_bits: int) -> list[Row]:
    """A set of bits as rows of 64."""
    words = [0] * -(-n_bits // WORD_BITS)
    for bit in bits:
        words[bit // WORD_BITS] |= 1 << bit % WORD_BITS
    return [(word,) for word in words]
