"""A rule set as predicates, and its walks: what stands before what at each point.

In: a rule set with the meaning of its conditions. Out: an `Overlay`: definitions by number,
businesses in order, and for each place, a point under a scenario, its `Walk`.

A definition's predicate is its condition where it is live: rollouts are literals of their key,
windows literals of the time. So whether something covers something else takes both into account,
and nothing has to be said about liveness anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rulec.analysis.predicates import Holding, Predicates
from rulec.analysis.world import AS_OF, World
from rulec.check.tree import CheckedAssumption, Typed
from rulec.logic import And, Leaf, Node, Truth, leaf_values
from rulec.ruleset.model import (
    Binding,
    Definition,
    Implementation,
    Lane,
    LaneOrder,
    Liveness,
    Point,
    Reduce,
    Rollout,
    RuleSet,
    Scope,
)
from rulec.ruleset.order import strongest_first
from rulec.simplify.passes import Simplified, simplify
from rulec.simplify.values import Literal, Spans
from rulec.source import Source, Span, Where
from rulec.vocabulary.model import Vocabulary

__all__ = ["Meaning", "Overlay", "Stand", "Try", "Walk", "read", "world_of"]

_NOWHERE = Span(0, 0)
_NEVER = Truth(False, _NOWHERE)
_NO_FILE = Where(Source("", ""), _NOWHERE)


@dataclass(frozen=True)
class Meaning:
    """A rule set and what its conditions mean; those without a meaning are left out.

    Every condition is simplified once, a named one once for all its uses.
    """

    ruleset: RuleSet
    conditions: Mapping[str, Typed]
    assumptions: Sequence[CheckedAssumption] = ()
    rollouts: Mapping[Rollout, Typed] = field(default_factory=dict)
    known: Mapping[str, Node[Literal]] = field(default_factory=dict, repr=False, compare=False)
    """Normal forms that another rule set has found for the same conditions."""
    simplified: Simplified = field(default_factory=Simplified, repr=False, compare=False)

    @cached_property
    def normal(self) -> Mapping[str, Node[Literal]]:
        """The normal form of every condition, by the definition's code."""
        return {
            code: self.known.get(code) or simplify(one, self.simplified)
            for code, one in self.conditions.items()
        }

    @cached_property
    def broken(self) -> Sequence[Node[Literal]]:
        """Where each assumption is broken."""
        return [simplify(one.is_broken, self.simplified) for one in self.assumptions]

    @cached_property
    def gates(self) -> Mapping[Rollout, Node[Literal]]:
        """Where each rollout is open."""
        return {rollout: simplify(typed) for rollout, typed in self.rollouts.items()}

    @cached_property
    def sources(self) -> Mapping[str, Node[Literal]]:
        """Where each definition matches and is live, by its code."""
        return {
            one.code: _both(self.normal.get(one.code, _NEVER), self.live(one.liveness))
            for one in self.ruleset.definitions
        }

    def live(self, liveness: Liveness) -> Node[Literal]:
        """Where a definition or a binding counts."""
        if not liveness.is_enabled:
            return _NEVER
        found: Node[Literal] = Truth(True, _NOWHERE)
        window, rollout = liveness.window, liveness.rollout
        if window is not None:
            low = AS_OF.low if window.start is None else window.start
            high = AS_OF.high if window.end is None else window.end - 1
            spans = Spans(((low, high),) if low <= high else ())
            found = Leaf(Literal(AS_OF, spans), _NOWHERE)
        return found if rollout is None else _both(found, self.gates.get(rollout, _NEVER))


def read(meaning: Meaning) -> Iterator[Node[Literal]]:
    """Every condition, liveness and assumption of a rule set."""
    yield from meaning.sources.values()
    for definition in meaning.ruleset.definitions:
        for binding in definition.bindings:
            if binding.liveness.is_conditional:
                yield meaning.live(binding.liveness)
    yield from meaning.broken


def world_of(*meanings: Meaning, vocabulary: Vocabulary | None = None) -> World:
    """A world that tells apart whatever some rule sets tell apart.

    The vocabulary is the first one's unless another is given.
    """
    literals = leaf_values(node for one in meanings for node in read(one))
    return World(vocabulary or meanings[0].ruleset.vocabulary, literals)


@dataclass(frozen=True, slots=True)
class Try:
    """A binding a definition may use at a place, and the predicate of when it is live."""

    binding: Binding
    live: int | None
    """None: always."""

    @property
    def is_stop(self) -> bool:
        return self.binding.implementation is None


@dataclass(frozen=True, slots=True)
class Stand:
    """A definition on a walk, with its bindings there in the order they are tried."""

    number: int
    tries: tuple[Try, ...]
    """Only the last one may be live always."""


class Walk:
    """One point under one scenario: who is asked, by number, and in which order.

    `stands` holds those that may bind there, `place_of` everyone who names the point.
    """

    def __init__(
        self,
        point: Point,
        scenario: str | None,
        ordered: Sequence[Stand],
        numbers: Mapping[str, int],
        overlay: Overlay,
    ) -> None:
        self.point = point
        self.scenario = scenario
        self.place_of = {stand.number: place for place, stand in enumerate(ordered)}
        self.stands = {stand.number: stand for stand in ordered if stand.tries}
        self.is_all = point.reduce is not Reduce.FIRST
        self._numbers = numbers
        self.needs_identity = any(
            overlay.needs_installing(number) or any(one.binding.before for one in stand.tries)
            for number, stand in self.stands.items()
        )
        """Whether it makes a difference there who is identified."""

    def is_named(self, number: int) -> bool:
        """Whether the point's own `order` names a definition: nothing moves it then."""
        return self.place_of[number] < len(self.point.order)

    def first_of(self, codes: Iterable[str]) -> int:
        """The place of the first of some definitions."""
        return min(self.place_of[self._numbers[code]] for code in codes if code in self._numbers)


class Overlay:
    """Definitions by number, products first, each lane in order.

    A definition's number is its predicate's, so `predicates.holding` gives definitions. `numbers`
    gives those whose predicates are known.
    """

    def __init__(
        self, meaning: Meaning, predicates: Predicates, numbers: Mapping[str, int] | None = None
    ) -> None:
        self.meaning = meaning
        self.ruleset = meaning.ruleset
        self.predicates = predicates
        ordered = [
            *strongest_first(self.ruleset.products),
            *strongest_first(self.ruleset.businesses),
        ]
        self.numbers: dict[str, int] = {}
        self.definitions: dict[int, Definition] = {}
        for one in ordered:
            number = None if numbers is None else numbers.get(one.code)
            if number is None:
                number = predicates.add(meaning.sources[one.code])
            self.numbers[one.code] = number
            self.definitions[number] = one
        businesses = [self.numbers[one.code] for one in ordered if one.lane is Lane.BUSINESS]
        self.place = {number: place for place, number in enumerate(self.numbers.values())}
        """Program order: a smaller place is stronger in its lane."""
        self.businesses = businesses
        self._n_products = len(ordered) - len(businesses)
        self.isolated = [n for n in businesses if self.definitions[n].is_isolated]
        self.installed: dict[int, frozenset[int]] = {
            n: frozenset(self.numbers[code] for code in self.definitions[n].installed)
            for n in businesses
        }
        """Of each business, the products it installs."""
        self.for_all = {
            n
            for n, one in self.definitions.items()
            if one.lane is Lane.PRODUCT and one.scope is Scope.ALL
        }
        self._installers: dict[int, list[int]] = {}
        for number in businesses:
            for product in self.installed[number]:
                self._installers.setdefault(product, []).append(number)
        self.assumptions = [predicates.add(broken, is_indexed=False) for broken in meaning.broken]
        self._live: dict[Liveness, int] = {}
        self._walks: dict[tuple[str, str | None], Walk] = {}
        self._places: dict[str, list[tuple[str, str | None]]] = {}
        self._binders: dict[str, list[int]] = {}
        for number, one in self.definitions.items():
            for code in dict.fromkeys(binding.point for binding in one.bindings):
                self._binders.setdefault(code, []).append(number)
        self.points = {point.code: point for point in self.ruleset.points}

    def rename(self, meaning: Meaning) -> None:
        """Take a rule set whose definitions differ in condition, prose and place alone."""
        before, self.meaning, self.ruleset = self.ruleset, meaning, meaning.ruleset
        changed = {
            self.numbers[new.code]: new
            for old, new in zip(before.definitions, meaning.ruleset.definitions, strict=True)
            if old is not new
        }
        self.definitions |= changed
        for (code, scenario), walk in self._walks.items():
            for number in changed.keys() & walk.stands.keys():
                tries = self._tries(changed[number], code, scenario)
                walk.stands[number] = Stand(number, tries)

    def needs_installing(self, number: int) -> bool:
        """Whether a definition is a product that counts only where it is installed."""
        return number not in self.installed and number not in self.for_all

    def hides_nobody(self) -> bool:
        """Whether everyone who matches counts: no barrier, and no product to be installed."""
        return not self.isolated and not any(map(self.needs_installing, self.definitions))

    def stronger(self, business: int) -> Sequence[int]:
        """The businesses that stand before one."""
        return self.businesses[: self.place[business] - self._n_products]

    def installers(self, product: int) -> Sequence[int]:
        """The businesses that install a product, the strongest first."""
        return self._installers.get(product, ())

    def barriers(self, business: int) -> Iterator[int]:
        """The isolated businesses that stand before one."""
        return (j for j in self.isolated if self.place[j] < self.place[business])

    def identity(self, holding: Holding) -> int | None:
        """The strongest business that matches."""
        return min(holding.among(self.installed), key=self.place.__getitem__, default=None)

    def places(self) -> Iterator[tuple[str, str | None]]:
        """Every point and scenario that may differ: a scenario nobody tags there is like none."""
        for code in self.points:
            yield from self.places_of(code)

    def places_of(self, code: str) -> list[tuple[str, str | None]]:
        """Those of one point, the one without a scenario first."""
        found = self._places.get(code)
        if found is None:
            tagged = {
                binding.scenario
                for number in self._binders.get(code, ())
                for binding in self.definitions[number].bindings
                if binding.point == code and binding.scenario is not None
            }
            named = [(code, name) for name in self.ruleset.scenarios if name in tagged]
            found = self._places[code] = [(code, None), *named]
        return found

    def binders(self, code: str) -> Sequence[int]:
        """Those who name a point."""
        return self._binders.get(code, ())

    def walk(self, code: str, scenario: str | None) -> Walk:
        """Who is asked at a point."""
        found = self._walks.get((code, scenario))
        if found is None:
            found = self._walks[code, scenario] = self._walk(self.points[code], scenario)
        return found

    @cached_property
    def identities(self) -> Walk:
        """A walk that every business stands on, so that who is identified wins."""
        point = Point("", "", "", "", LaneOrder.BUSINESS_FIRST, None, _NO_FILE)
        stands = [
            Stand(number, (Try(Binding("", Implementation(one.code, None), _NO_FILE), None),))
            for number, one in ((n, self.definitions[n]) for n in self.businesses)
        ]
        return Walk(point, None, stands, self.numbers, self)

    def _walk(self, point: Point, scenario: str | None) -> Walk:
        named = {self.numbers[code]: place for place, code in enumerate(point.order)}
        is_last = Lane.PRODUCT if point.lane_order is LaneOrder.BUSINESS_FIRST else Lane.BUSINESS

        binders = self._binders.get(point.code, [])

        def place(number: int) -> tuple[int, bool, int]:
            is_behind = self.definitions[number].lane is is_last
            return named.get(number, len(named)), is_behind, self.place[number]

        stands = (
            Stand(number, self._tries(self.definitions[number], point.code, scenario))
            for number in sorted(binders, key=place)
        )
        codes = {self.definitions[number].code: number for number in binders}
        return Walk(point, scenario, list(stands), codes, self)

    def _tries(self, one: Definition, code: str, scenario: str | None) -> tuple[Try, ...]:
        own = [b for b in one.bindings if b.point == code and b.liveness.is_enabled]
        own.sort(key=lambda binding: not binding.liveness.is_conditional)
        tagged = [b for b in own if scenario is not None and b.scenario == scenario]
        tries: list[Try] = []
        for binding in tagged + [b for b in own if b.scenario is None]:
            live = self.live(binding.liveness)
            if live is False:
                continue
            tries.append(Try(binding, None if live is True else live))
            if live is True:
                break
        return tuple(tries)

    def live(self, liveness: Liveness) -> int | bool:
        """The predicate of when something is live; a bool: always, never."""
        if not liveness.is_conditional:
            return liveness.is_enabled
        number = self._live.get(liveness)
        if number is None:
            source = self.meaning.live(liveness)
            number = self._live[liveness] = self.predicates.add(source, is_indexed=False)
        tree = self.predicates[number].tree
        return tree if isinstance(tree, bool) else number


def _both(one: Node[Literal], two: Node[Literal]) -> Node[Literal]:
    for side, other in ((one, two), (two, one)):
        if isinstance(side, Truth):
            return other if side.value else side
    return And((one, two), _NOWHERE)
