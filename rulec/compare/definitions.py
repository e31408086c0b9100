"""How the requests of two definitions of one rule set lie to each other.

In: a compiled rule set and codes. Out: a `Relationship`: equal, inside, contains, overlaps or
disjoint; a request for each part there is; who stands first where they meet; and for two that share
no request the clauses that exclude each other. `broadest` says who meets most others, which is
where an overlap begins to matter.

Every request was replayed by the oracle when it was found, and is by the engine here: the two
definitions alone, so that nobody stronger stands in the way of what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Never, Place, Relation, Undecided, Witness
from rulec.analysis.budget import Budget
from rulec.analysis.condition import exclusion
from rulec.check.tree import CheckedRuleSet
from rulec.driver import compile_ruleset
from rulec.ruleset.alone import alone
from rulec.ruleset.model import Definition, RuleSet
from rulec_runtime import Program, from_bytes

__all__ = ["Breadth", "Definitions", "First", "Part", "Relationship", "UnknownCodeError"]

_EPOCH = "1970-01-01T00:00:00Z"


class UnknownCodeError(ValueError):
    """No definition has this code."""


@dataclass(frozen=True, slots=True)
class Part:
    """A request of both, or of one alone."""

    matches: tuple[bool, bool]
    witness: Witness
    identity: str
    """Who is identified on it by the whole rule set."""
    winners: tuple[tuple[Place, str], ...]
    """Who wins it at the points that both bind; of both, by the whole rule set."""


@dataclass(frozen=True, slots=True)
class First:
    """Who of two stands first, and why."""

    place: Place | None
    """None: who is identified, and everywhere that nothing else is said."""
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Relationship:
    """How two definitions lie to each other."""

    one: Definition
    two: Definition
    relation: Relation | None
    """None where the budget ran out."""
    parts: tuple[Part, ...]
    firsts: tuple[First, ...]
    """The order in general, then the places that say otherwise."""
    clauses: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Of two that are disjoint: the clauses of each that exclude each other."""
    leans: bool = False
    """Whether it takes an assumption of the vocabulary to see that."""


@dataclass(frozen=True, slots=True)
class Breadth:
    """How many others one definition may meet, by the cubes its condition lies in."""

    definition: Definition
    n_stronger: int
    n_weaker: int

    @property
    def n_partners(self) -> int:
        return self.n_stronger + self.n_weaker


class Definitions:
    """Questions about pairs of definitions; use one in one thread."""

    def __init__(self, checked: CheckedRuleSet, program: Program) -> None:
        self._checked = checked
        self._program = program
        self._analysis = Analysis(checked)
        self._by_code = {one.code: one for one in checked.ruleset.definitions}

    def named(self, code: str) -> Definition:
        """A definition; `UnknownCodeError` where there is none."""
        found = self._by_code.get(code)
        if found is None:
            raise UnknownCodeError(code)
        return found

    @property
    def codes(self) -> Sequence[str]:
        return list(self._by_code)

    def partners(self, code: str) -> list[str]:
        """Those that one may share a request with, products first, the strongest first."""
        self.named(code)
        place = self._analysis.overlay.place
        numbers = self._analysis.overlay.numbers
        found = self._analysis.partners(code)
        return sorted(found, key=lambda other: place[numbers[other]])

    def broadest(self) -> list[Breadth]:
        """Every definition that meets another, those that meet most first."""
        overlay = self._analysis.overlay
        counts = (
            Breadth(overlay.definitions[number], n_stronger, n_weaker)
            # Definitions are numbered in program order.
            for number, n_stronger, n_weaker in overlay.predicates.n_meeting()
        )
        found = [one for one in counts if one.n_partners]
        return sorted(found, key=lambda one: (-one.n_partners, one.definition.code))

    def compare(self, one: str, two: str) -> Relationship:
        """How two definitions lie to each other; `ValueError` where they are one."""
        first, second = self.named(one), self.named(two)
        if one == two:
            raise ValueError(f"`{one}` twice")
        analysis = self._analysis
        analysis.budget = Budget()
        answers = {
            (True, True): analysis.overlap(one, two),
            (True, False): analysis.only(one, two),
            (False, True): analysis.only(two, one),
        }
        program = _alone(self._checked.ruleset, first, second)
        places = self._shared(one, two)
        parts = tuple(
            self._part(matches, answer, program, (one, two), places)
            for matches, answer in answers.items()
            if isinstance(answer, Witness)
        )
        clauses: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        leans = False
        relation = _relation(*answers.values())
        if relation is Relation.DISJOINT:
            clauses, leans = self._exclusion(first, second)
        return Relationship(
            first, second, relation, parts, tuple(self._firsts(one, two, places)), clauses, leans
        )

    def _shared(self, one: str, two: str) -> list[Place]:
        """The places at which both bind."""
        overlay = self._analysis.overlay
        numbers = {overlay.numbers[one], overlay.numbers[two]}
        both = {b.point for b in self.named(one).bindings}
        both &= {b.point for b in self.named(two).bindings}
        places = [place for place in self._analysis.places if place.point in both]
        return [p for p in places if numbers <= overlay.walk(p.point, p.scenario).stands.keys()]

    def _part(
        self,
        matches: tuple[bool, bool],
        witness: Witness,
        program: Program,
        codes: tuple[str, str],
        places: Sequence[Place],
    ) -> Part:
        """A request, after the engine told the two apart on it as the oracle does."""
        time = witness.as_of or _EPOCH
        matched = set(program.match(witness.facts, time).codes)
        if tuple(code in matched for code in codes) != matches:
            message = f"on {witness.facts} the engine matches {sorted(matched)}, not {matches}"
            raise AssertionError(message)
        match = self._program.match(witness.facts, time)
        winners = []
        for place in places if all(matches) else ():
            decision = match.resolve(place.point, place.scenario)
            winners.append((place, decision.blocked_by or decision.code))
        return Part(matches, witness, match.identity, tuple(winners))

    def _firsts(self, one: str, two: str, places: Sequence[Place]) -> Iterator[First]:
        """Who stands first, in general and where a point says otherwise."""
        overlay = self._analysis.overlay
        numbers = overlay.numbers[one], overlay.numbers[two]
        first, second = sorted(
            zip(numbers, (one, two), strict=True), key=lambda n: overlay.place[n[0]]
        )
        general = first[1]
        yield First(None, general, self._why(first[1], second[1]))
        for place in places:
            place_of = overlay.walk(place.point, place.scenario).place_of
            here = min(zip(numbers, (one, two), strict=True), key=lambda n: place_of[n[0]])[1]
            if here != general:
                point = overlay.points[place.point]
                why = (
                    "the point's own `order`" if point.order else "the point asks businesses first"
                )
                yield First(place, here, why)

    def _why(self, first: str, second: str) -> str:
        """Why one definition stands before another."""
        one, two = self.named(first), self.named(second)
        if one.lane is not two.lane:
            return "products stand before businesses"
        if one.rank != two.rank:
            return f"rank {one.rank} before {two.rank}"
        if second in self._overridden(one):
            return "by `overrides`"
        return "the smaller code, since nothing decides"

    def _overridden(self, one: Definition) -> set[str]:
        """Whom a definition overrides, directly or by way of others."""
        found: set[str] = set()
        waiting = list(one.overrides)
        while waiting:
            code = waiting.pop()
            if code not in found and code in self._by_code:
                found.add(code)
                waiting += self._by_code[code].overrides
        return found

    def _exclusion(
        self, one: Definition, two: Definition
    ) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], bool]:
        """The clauses that exclude each other; none where times or shares do."""
        conditions = self._checked.conditions[one.code], self._checked.conditions[two.code]
        vocabulary = self._checked.ruleset.vocabulary
        found = exclusion(vocabulary, conditions, self._checked.assumptions)
        if found is None or isinstance(found, Undecided):
            return ((), ()), False
        texts = [
            tuple(
                " ".join(definition.condition.text[span.start : span.end].split())
                for span in core.clauses
            )
            for definition, core in zip((one, two), found, strict=True)
        ]
        return (texts[0], texts[1]), found[0].leans


def _relation(
    shared: Witness | Never | Undecided,
    only_one: Witness | Never | Undecided,
    only_two: Witness | Never | Undecided,
) -> Relation | None:
    """What three answers make together; None where one is missing."""
    if any(isinstance(answer, Undecided) for answer in (shared, only_one, only_two)):
        return None
    if isinstance(only_one, Never):
        return Relation.EQUAL if isinstance(only_two, Never) else Relation.INSIDE
    if isinstance(only_two, Never):
        return Relation.CONTAINS
    return Relation.DISJOINT if isinstance(shared, Never) else Relation.OVERLAPS


def _alone(ruleset: RuleSet, *definitions: Definition) -> Program:
    """Some definitions beside each other, effective wherever their conditions are true and live."""
    points = tuple(replace(point, order=()) for point in ruleset.points)
    own = list({one.code: one for one in definitions}.values())
    artifact = compile_ruleset(alone(replace(ruleset, points=points), own, lambda _: ())).artifact
    assert artifact is not None, "what compiled whole compiles in part"
    return from_bytes(artifact)
