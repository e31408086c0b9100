"""The rows of facets, runs, triggers, flat terms, conditions and terms, entity by entity.

In: the hung terms, what covers and turns each condition, and where its literals stand. Out: rows,
and the number each condition got in the program.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rulec.layout.covers import Covers
from rulec.layout.flat import FLAT_BLOCK_BITS, Flat
from rulec.layout.hang import Asked, HungTerm
from rulec.layout.jumps import Jumps
from rulec.layout.places import Place, complement
from rulec.layout.plan import Rows, row
from rulec.layout.probes import Probes
from rulec.layout.steps import Steps
from rulec.terms.model import ConditionId
from rulec_runtime.format import MAX_ENTITIES, MAX_POSITIONS, MAX_TERMS, N_INLINE, NONE

__all__ = ["Laid", "lay_conditions"]

WORD_BITS = 64
_NO_CHECKS = (0,) * N_INLINE


@dataclass(slots=True)
class Laid:
    """The rows by section, and where things are."""

    records: dict[str, Rows]
    numbers: dict[ConditionId, int] = field(default_factory=dict)
    """The number of each asked condition."""
    by_entity: dict[str, dict[str, int]] = field(default_factory=dict)
    """What the row of an entity says of its conditions and runs."""


def lay_conditions(
    flat: Flat,
    asked: Asked,
    known: Covers,
    placed: Sequence[Place | None],
    jumps: Jumps,
    probes: Probes,
    n_products: int,
    n_definitions: int,
) -> Laid:
    """Lay out what every entity is asked; terms of products and of rules come first."""
    names = ("facets", "runs", "candidates", "triggers", "triggered", "quiet_bits", "flat_rows",
             "conditions", "tests", "terms", "checks", "flats", "flat_bits")  # fmt: skip
    laid = Laid({name: Rows(name) for name in names})
    for name, own in asked.conditions.items():
        positions = asked.positions[name]
        for condition in sorted(own, key=lambda one: positions.get(one, len(own))):
            laid.numbers[condition] = len(laid.numbers)
    ends = (
        sum(term.definition < n_products for term in flat.terms),
        sum(term.definition < n_definitions for term in flat.terms),
    )
    listed: dict[str, list[int]] = {name: [] for name in asked.conditions}
    for number, term in enumerate(flat.terms):
        if not term.is_flat:
            listed[term.entity].append(number)
    for name, numbers in listed.items():
        _Entity(laid, name, flat, asked, known, placed, jumps, probes, ends).lay(numbers)
    assert len(flat.terms) <= MAX_TERMS, "no rule set has so many terms"
    entity_numbers = {name: number for number, name in enumerate(asked.conditions)}
    for term in flat.terms:
        _lay_term(laid, asked, term, entity_numbers)
    laid.records["flats"].extend_numbers(flat.numbers)
    n_bits = -(-len(flat.numbers) // FLAT_BLOCK_BITS) * FLAT_BLOCK_BITS
    for bits in flat.rows:
        laid.records["flat_bits"].extend_packed(bits.to_bytes(n_bits // 8, "little"))
    return laid


def _lay_term(laid: Laid, asked: Asked, term: HungTerm, entity_numbers: Mapping[str, int]) -> None:
    checks = [
        check_word(entity_numbers[entity], asked.positions[entity][condition])
        for entity, condition in term.checks
    ]
    inline = (*checks, *_NO_CHECKS)[:N_INLINE]
    own = NONE
    if term.condition is not None and not term.is_exact:
        own = laid.numbers[term.condition]
    more = laid.records["checks"]
    # By place, as the format has them: keywords would take longer than all the rest.
    laid.records["terms"].append(
        (term.definition, own, entity_numbers[term.entity], len(checks), *inline, len(more))
    )
    more.extend_numbers(checks[N_INLINE:])


def check_word(entity: int, position: int) -> int:
    """What a term asks of another entity, as one number."""
    assert entity <= MAX_ENTITIES, "the vocabulary is too large"
    assert position <= MAX_POSITIONS, "no rule set has so many conditions of one entity"
    return entity << 24 | position


@dataclass(slots=True)
class _Entity:
    """One entity while it is laid out."""

    laid: Laid
    name: str
    flat: Flat
    asked: Asked
    known: Covers
    placed: Sequence[Place | None]
    jumps: Jumps
    probes: Probes
    ends: tuple[int, int]
    """Terms of products, and of all rules."""

    def lay(self, terms: Sequence[int]) -> None:
        records = self.laid.records
        n_classes, n_scalars = self.probes.n_classes[self.name], self.probes.n_scalars[self.name]
        asked, positions = self.asked.conditions[self.name], self.asked.positions[self.name]
        said = {
            "first_condition": len(records["conditions"]),
            "n_conditions": len(asked),
            "n_positions": len(positions),
            "first_quiet": len(records["quiet_bits"]),
        }
        quiet = [condition for condition in positions if self.known.in_quiet[condition]]
        bits = _words([positions[one] for one in quiet], len(positions))
        records["quiet_bits"].extend_numbers(bits)
        for condition in sorted(asked, key=self.laid.numbers.__getitem__):
            tests = self.jumps.tests(condition)
            records["conditions"].append(
                row("conditions", first_test=len(records["tests"]), n_tests=len(tests))
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
            condition = self.flat.terms[number].condition
            literals = None if condition is None else self.known.covers[condition].literals
            if literals is None:
                everywhere.append(number)
                continue
            for literal in literals:
                place = self._place(literal)
                steps.add(place.facet, place.classes, number)
        return steps, everywhere

    def _triggers(self, steps: Steps) -> Steps:
        """The positions by the literals that may turn their conditions."""
        n_classes = self.probes.n_classes[self.name]
        for condition, position in self.asked.positions[self.name].items():
            for literal in self.known.triggers[condition]:
                place = self._place(literal)
                turning = place.classes
                if self.known.in_quiet[literal]:
                    turning = complement(turning, n_classes[place.facet])
                steps.add(place.facet, turning, position)
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
                first_flat=self._lay_flat_rows(facet),
            )
        )
        for terms in own_runs or ():
            self._lay_run(terms)
        for positions in own_triggers or ():
            records["triggers"].append(
                row("triggers", first=len(records["triggered"]), n=len(positions))
            )
            records["triggered"].extend_numbers(positions)

    def _lay_flat_rows(self, facet: int) -> int:
        by_class = self.flat.of_class.get((self.name, facet))
        if by_class is None:
            return NONE
        records = self.laid.records["flat_rows"]
        first = len(records)
        is_tag = facet >= self.probes.n_scalars[self.name]
        records.extend_numbers(NONE if row is None else row for row in by_class[int(is_tag) :])
        return first

    def _lay_run(self, terms: Sequence[int]) -> int:
        """Lay out one run; its number. By place, as terms are."""
        runs, candidates = self.laid.records["runs"], self.laid.records["candidates"]
        products, rules = self.ends
        ends = bisect_left(terms, products), bisect_left(terms, rules)
        runs.append((len(candidates), *ends, len(terms)))
        candidates.extend_numbers(terms)
        return len(runs) - 1


def _words(bits: Iterable[int], n_bits: int) -> list[int]:
    """A set of bits as rows of 64."""
    words = [0] * -(-n_bits // WORD_BITS)
    for bit in bits:
        words[bit // WORD_BITS] |= 1 << bit % WORD_BITS
    return words
