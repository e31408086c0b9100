"""What is proved about a rule set once, for every rule that reports some of it.

In: a checked rule set and its program. Out: `Proofs`: bindings that never win, and requests that
were replayed by the oracle and by the engine.

What ends undecided is remembered in `open`, which ANA901 reports: no rule guesses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Answer, Never, Place, Role, Undecided, Witness, both
from rulec.analysis.budget import Budget, Kind
from rulec.analysis.diff import removal
from rulec.analysis.overlay import Overlay
from rulec.analysis.witness import Facts
from rulec.check.tree import CheckedRuleSet
from rulec.lints.likeness import likeness
from rulec.lints.open_questions import OpenQuestions
from rulec.lints.replay import replay_match, replay_two, replay_witness
from rulec.recall import Recall
from rulec.ruleset.model import Binding, Definition, Lane, Point
from rulec.vocabulary.conform import quoted
from rulec_runtime import Program, from_bytes

__all__ = ["Dead", "Proofs", "Stale", "covered", "evidence", "shown"]

_Answer = TypeVar("_Answer", Answer, Never | Undecided | None)

MOST_COVERING: Final = 32
"""Definitions of a cover that are shown in words; a finding holds all."""
MAX_REMOVED: Final = 60
"""Definitions that are taken out, one by one, to see what changes: each asks about the whole."""


class Stale(Exception):
    """A question about the program of the whole, which an edit has left behind."""


@dataclass(frozen=True, slots=True)
class Dead:
    """A binding that wins nowhere it is tried, and what covers it there."""

    definition: Definition
    binding: Binding
    cover: Never
    by_place: Mapping[Place, Never]


class Proofs:
    """Questions about one rule set, each asked once."""

    def __init__(
        self,
        checked: CheckedRuleSet,
        artifact: bytes,
        budget: Budget | None = None,
        recall: Recall | None = None,
        overlay: Overlay | None = None,
    ) -> None:
        self.analysis = Analysis(checked, budget, overlay)
        self.open = OpenQuestions(self.analysis.budget)
        self._recall = recall or Recall()
        self.checked = checked
        self._program: Program | None = from_bytes(artifact)
        self.asks_whole = False
        """Whether a question was asked whose answer may hang on any definition."""
        self.among: Sequence[int] | None = None
        """The definitions that `misordered` looks at; None: all."""
        self._n_removed = 0

    @property
    def program(self) -> Program:
        """The program of the whole; `Stale` after an edit that did not make it anew."""
        if self._program is None:
            raise Stale
        return self._program

    def ask_whole(self) -> None:
        """Note that a question may hang on any definition; `Stale` after an edit."""
        if self._program is None:
            raise Stale
        self.asks_whole = True

    def restate(self, checked: CheckedRuleSet) -> None:
        """Take a rule set of which some conditions changed, as `analysis` did."""
        self.checked = checked
        self._program = None
        self.__dict__.pop("dead", None)
        self.__dict__.pop("dead_codes", None)
        self.__dict__.pop("equal_businesses", None)

    @property
    def live(self) -> Iterator[Definition]:
        """The definitions that nobody put aside."""
        return (
            one
            for one in self.checked.ruleset.definitions
            if one.liveness.is_enabled and one.condition.text.strip() != "false"
        )

    @cached_property
    def dead(self) -> Sequence[Dead]:
        """Every binding that wins nowhere though it is tried, in the order of the files."""
        answers: dict[int, dict[Place, Never | Undecided]] = {}
        for verdict in self.analysis.never_wins():
            answers.setdefault(id(verdict.binding), {})[verdict.place] = verdict.answer
        return [dead for one in self.live for dead in self.dead_of(one, answers, self._n_tried)]

    def dead_of(
        self,
        definition: Definition,
        answers: Mapping[int, Mapping[Place, Never | Undecided]],
        n_tried: Mapping[int, int],
    ) -> Iterator[Dead]:
        """The dead bindings of a definition; answers and numbers of places by a binding's id."""
        for binding in definition.bindings:
            own = answers.get(id(binding), {})
            if not own or len(own) < n_tried.get(id(binding), 0):
                continue
            whole: Never | Undecided = Never()
            for answer in own.values():
                whole = both(whole, answer)
            if isinstance(whole, Undecided):
                what = f"whether {quoted(definition.code)} ever wins at {quoted(binding.point)}"
                self.leave_open(definition, what)
                continue
            places = {p: one for p, one in own.items() if isinstance(one, Never)}
            yield Dead(definition, binding, whole, places)

    @cached_property
    def dead_codes(self) -> frozenset[str]:
        """The definitions of which every enabled binding is dead."""
        dead = {id(one.binding) for one in self.dead}
        return frozenset(
            one.code
            for one in self.live
            if all(id(b) in dead for b in one.bindings if b.liveness.is_enabled)
        )

    def runs_the_same(self, dead: Dead) -> bool:
        """Whether everyone who covers a binding stands ahead and binds the same there."""
        for place, never in dead.by_place.items():
            if not never.cover:
                return False
            walk = self.analysis.overlay.walk(place.point, place.scenario)
            for cause in never.cover:
                stand = walk.stands.get(self.analysis.overlay.numbers[cause.code])
                if cause.role is not Role.AHEAD or stand is None:
                    return False
                if any(
                    t.binding.implementation != dead.binding.implementation for t in stand.tries
                ):
                    return False
        return True

    def is_needless(self, business: Definition) -> bool:
        """Whether a business that wins nowhere changes no winner: no identity, nobody kept out."""
        overlay, code = self.analysis.overlay, business.code
        walks = (overlay.walk(place.point, place.scenario) for place in self.analysis.places)
        if not business.is_isolated and not any(walk.needs_identity for walk in walks):
            return True
        if not business.is_isolated and isinstance(self.analysis.identifies(code), Never):
            return True
        return self.can_go(business, runs=False)

    def can_go(self, definition: Definition, *, runs: bool) -> bool:
        """Whether taking a definition out changes no winner, or nothing of what runs."""
        if not self.may_remove(definition, f"what {quoted(definition.code)} changes"):
            return False
        analysis = self.analysis
        changed = removal(
            self.checked,
            analysis.overlay,
            definition.code,
            analysis.budget,
            runs=runs,
            limit=1,
        )
        if changed.cut and not changed.changes:
            self.leave_open(definition, f"what {quoted(definition.code)} changes", Kind.CHANGE)
        return not changed.changes and not changed.cut

    def is_out_of_reach(self, product: Definition) -> bool:
        """Whether a product matches somewhere, and never with a business that installs it."""
        overlay = self.analysis.overlay
        number = overlay.numbers[product.code]
        codes = [
            overlay.definitions[each].code
            for each in overlay.installers(number)
            if overlay.definitions[each].liveness.is_enabled
        ]
        if not codes or isinstance(self.analysis.overlap(product.code, product.code), Never):
            return False
        return all(isinstance(self.analysis.overlap(product.code, c), Never) for c in codes)

    def may_remove(self, definition: Definition, what: str) -> bool:
        """Whether one more question about the whole is within the budget; if not, it stays open."""
        self.ask_whole()
        self._n_removed += 1
        if self._n_removed > MAX_REMOVED:
            self.leave_open(definition, what, Kind.CHANGE)
        return self._n_removed <= MAX_REMOVED

    def shown(self, answer: Answer) -> Witness | None:
        """The request of an answer, after the engine gave the oracle's answers to it."""
        if not isinstance(answer, Witness):
            return None
        replay_witness(self.analysis.candidates, self.checked, self.program, answer)
        return answer

    def shared(self, one: str, two: str) -> Witness | None:
        """A request that two definitions match, by the oracle and by the engine."""
        overlay, conditions = self.analysis.overlay, self.checked.conditions
        both_live = [overlay.definitions[overlay.numbers[code]].liveness for code in (one, two)]
        vocabulary, assumptions = self.checked.ruleset.vocabulary, self.checked.assumptions
        if overlay.isolated or any(overlay.numbers[c] not in overlay.installed for c in (one, two)):
            return self.shown(self.analysis.overlap(one, two))
        return self._recall.of(
            ("shared", one, two, *both_live),
            (conditions[one], conditions[two], vocabulary, assumptions),
            lambda: self._shared(one, two),
        )

    def _shared(self, one: str, two: str) -> Witness | None:
        answer = self.analysis.overlap(one, two)
        if not isinstance(answer, Witness):
            return None
        if self._program is None:
            replay_two(self.analysis.checked.ruleset, answer, {one, two})
        else:
            replay_match(self._program, answer, {one, two})
        return answer

    def leave_open(self, definition: Definition, what: str, kind: Kind = Kind.WIN) -> None:
        """Remember what could not be decided."""
        self.open.add(kind, definition.code, definition.where, what)

    @cached_property
    def equal_businesses(self) -> Sequence[tuple[Definition, Definition]]:
        """Each business that matches exactly where a stronger one does, after that one."""
        overlay, groups = self.analysis.overlay, dict[object, list[Definition]]()
        marks = likeness(self.analysis)
        for number, one in overlay.definitions.items():
            if one.lane is Lane.BUSINESS and number in marks:
                groups.setdefault(marks[number], []).append(one)
        return [pair for group in groups.values() for pair in self.equal_of(group)]

    def equal_of(self, group: Sequence[Definition]) -> Iterator[tuple[Definition, Definition]]:
        firsts: list[Definition] = []
        for one in group:
            for first in firsts:
                is_equal = self.analysis.is_equal(first.code, one.code)
                if isinstance(is_equal, Undecided):
                    what = f"whether {quoted(one.code)} and {quoted(first.code)} match the same"
                    self.leave_open(one, what, Kind.RELATION)
                elif is_equal:
                    yield first, one
                    break
            else:
                firsts.append(one)

    @property
    def uncovered(self) -> Iterator[tuple[Place, Witness]]:
        """Each point without a default where some request finds no winner: first place, request."""
        seen: set[str] = set()
        for place in self.analysis.places:
            if place.point in seen or self.analysis.overlay.points[place.point].default is not None:
                continue
            witness = self.shown(self._decided(place, self.analysis.reaches_default(place)))
            if witness is not None:
                seen.add(place.point)
                yield place, witness

    @property
    def unreached_defaults(self) -> Iterator[tuple[Point, Never]]:
        """Every point whose default no request reaches, and what covers it."""
        places: dict[str, list[Place]] = {}
        for place in self.analysis.places:
            places.setdefault(place.point, []).append(place)
        for code, own in places.items():
            point = self.analysis.overlay.points[code]
            whole: Never | Undecided = Never()
            for place in own if point.default is not None else ():
                never = self._decided(place, self.analysis.never_defaults(place))
                if not isinstance(never, Never):
                    break
                whole = both(whole, never)
            else:
                if point.default is not None and isinstance(whole, Never):
                    yield point, whole

    def _decided(self, place: Place, answer: _Answer) -> _Answer:
        """An answer about the default of a place; an open one is remembered."""
        if isinstance(answer, Undecided):
            point = self.analysis.overlay.points[place.point]
            what = f"whether the default of {quoted(point.code)} is reached"
            self.open.add(Kind.WIN, point.code, point.where, what)
        return answer

    def may_be_doubled(self, definition: Definition) -> bool:
        """Whether each of a definition's bindings might run the same without it, at a glance."""
        points = self.analysis.overlay.points
        return bool(definition.bindings) and all(
            not binding.liveness.is_enabled
            or binding.implementation == points[binding.point].default
            or not self._bound[binding.point, _name(binding)] <= {definition.code}
            for binding in definition.bindings
        )

    @cached_property
    def _bound(self) -> Mapping[tuple[str, str | None], set[str]]:
        """For whom something of a name runs at a point, whatever its configuration."""
        bound: dict[tuple[str, str | None], set[str]] = {}
        for one in self.live:
            for binding in one.bindings:
                bound.setdefault((binding.point, _name(binding)), set()).add(one.code)
        return bound

    @property
    def misordered(self) -> Iterator[tuple[Definition, Definition]]:
        """Each live definition with a more general one of its lane that stands before it."""
        overlay = self.analysis.overlay
        for number in overlay.definitions if self.among is None else self.among:
            one = overlay.definitions[number]
            if one.code in self.dead_codes:
                continue
            for other in self.analysis.around(number):
                general = overlay.definitions[other]
                if general.lane is not one.lane or other >= number:
                    continue
                shared = _points(one) & _points(general)
                if any(self._is_ahead(other, number, code) for code in shared) and self._is_wider(
                    general.code, one.code
                ):
                    yield general, one
                    break

    def _is_ahead(self, one: int, two: int, point: str) -> bool:
        place_of = self.analysis.overlay.walk(point, None).place_of
        return one in place_of and two in place_of and place_of[one] < place_of[two]

    def _is_wider(self, general: str, special: str) -> bool:
        return self.analysis.is_inside(special, general) is True and (
            self.analysis.is_inside(general, special) is False
        )

    @cached_property
    def _n_tried(self) -> Mapping[int, int]:
        """At how many places each binding is tried."""
        counts: dict[int, int] = {}
        for place in self.analysis.places:
            walk = self.analysis.overlay.walk(place.point, place.scenario)
            for stand in walk.stands.values():
                for one in stand.tries:
                    counts[id(one.binding)] = counts.get(id(one.binding), 0) + 1
        return counts


def _points(one: Definition) -> set[str]:
    return {b.point for b in one.bindings if b.liveness.is_enabled}


_ROLES = {
    Role.AHEAD: "stands ahead of it",
    Role.BARRIER: "is isolated and keeps it out",
    Role.IDENTITY: "is identified and does not install it",
}


def _name(binding: Binding) -> str | None:
    """What runs; None where it stops."""
    return None if binding.implementation is None else binding.implementation.name


def covered(never: Never, texts: Mapping[str, str]) -> str:
    """A cover in words: who does what, and where."""
    shown = [
        f"{quoted(cause.code)} {_ROLES[cause.role]}, where `{' '.join(texts[cause.code].split())}`"
        for cause in never.cover[:MOST_COVERING]
    ]
    if len(never.cover) > MOST_COVERING:
        shown.append(f"and {len(never.cover) - MOST_COVERING:,} more")
    if not never.is_minimal:
        shown.append("fewer may do: the budget ended before it was known which can be spared")
    leans = [f"given {quoted(text)}" for text in never.assumptions]
    return "; ".join([*shown, *leans])


def evidence(witness: Witness) -> dict[str, Any]:
    """A request as a finding carries it."""
    place = witness.place
    return {
        "witness": witness.facts,
        "as_of": witness.as_of,
        "point": place.point if place else None,
        "scenario": place.scenario if place else None,
    }


def shown(facts: Facts) -> str:
    """The facts of a request in a message."""
    return json.dumps(facts, ensure_ascii=False)
