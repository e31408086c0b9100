"""`Analysis`: exact questions about a whole rule set.

In: a checked rule set. Out: answers (`answers.py`): a `Witness`, `Never`, or `Undecided`.

    wins(code, place)           does a definition ever win there?
    never_wins()                every binding that wins nowhere it stands
    identifies(code)            is a business ever the strongest match?
    reaches_default(place)      is there a request without a winner?
    hides_product(p, b)         does a stronger business take a product away?
    relation(one, two)          equal, inside, contains, overlaps, disjoint
    is_equal(one, two)          do they match the same requests?

Regions are as the engine takes them: products where they are installed by who is identified,
businesses where no barrier stands before them, points with their own order, bindings with their
scenarios; rollouts and windows are part of every condition. So nothing has to be filtered after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from rulec.analysis.answers import (
    Answer,
    Never,
    Place,
    Relation,
    Undecided,
    Verdict,
    Witness,
    both,
)
from rulec.analysis.asked import Asked
from rulec.analysis.budget import Budget, Kind
from rulec.analysis.find import find
from rulec.analysis.hunt import hunt
from rulec.analysis.overlap import Meetings
from rulec.analysis.overlay import Meaning, Overlay, Stand, Try, Walk, world_of
from rulec.analysis.plain import Open, Order, inside
from rulec.analysis.predicates import Predicates
from rulec.analysis.proof import proven
from rulec.analysis.replay import Replay, replay
from rulec.analysis.solver import has_solver
from rulec.analysis.wins import Question, Reason, Wins, hides, identified
from rulec.analysis.world import Spot, Tree, World, deny, said_of
from rulec.check.tree import CheckedRuleSet
from rulec.logic import leaf_values
from rulec.oracle.candidates import Candidates
from rulec.ruleset.model import Binding, Definition, Implementation
from rulec.vocabulary.model import Vocabulary

__all__ = ["Analysis"]


class Analysis:
    """Questions about one rule set, which share what they learn of it.

    `budget` bounds what they may cost; with the extra `rulec[solver]` a SAT solver takes over
    behind a search; `overlay` is the rule set's, where somebody made it before. Thread-safety: use
    one in one thread.
    """

    def __init__(
        self,
        checked: CheckedRuleSet,
        budget: Budget | None = None,
        overlay: Overlay | None = None,
    ) -> None:
        self.checked = checked
        if overlay is None:
            meaning = Meaning(
                checked.ruleset, checked.conditions, checked.assumptions, checked.rollouts
            )
            overlay = Overlay(meaning, Predicates(world_of(meaning)))
        self.overlay = overlay
        self.meaning = overlay.meaning
        self.world = overlay.predicates.world
        self.budget = budget or Budget()
        self._orders: dict[Walk, Order] = {}
        self.asked: dict[tuple[Walk, int], Asked] = {}
        """What `never_wins` found of a definition on a walk."""
        self.branches: dict[int, Asked] = {}
        """What the branches of a definition's condition were found dead or alive by."""
        self.defaults: dict[Walk, tuple[Spot | Never | Undecided, Asked]] = {}
        self._around: dict[int, Sequence[int]] = {}
        self._few_facts: dict[frozenset[str], Vocabulary] = {}
        self._proved: dict[tuple[int | None, ...], bool] = {}

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every point, alone and under each scenario that somebody tags a binding there with."""
        return tuple(Place(code, scenario) for code, scenario in self.overlay.places())

    def wins(self, code: str, place: Place, binding: Binding | None = None) -> Answer:
        """Whether a definition ever wins at a place, by one binding of it or by any.

        `Never` has an empty cover where it binds nothing there, or never matches at all.
        """
        walk = self.overlay.walk(place.point, place.scenario)
        stand = walk.stands.get(self.overlay.numbers[code])
        answer: Never | Undecided = Never()
        for question, one in self.questions(walk, stand) if stand else ():
            if binding is not None and one.binding is not binding:
                continue
            won = one.binding.implementation

            def is_shown(replay: Replay, won: Implementation | None = won) -> bool:
                wins = replay.wins
                if won is None:
                    return wins[-1].blocked_by == code
                return any(win.code == code and win.implementation is won for win in wins)

            found = self._answer(question, place, is_shown)
            if isinstance(found, Witness):
                return found
            answer = both(answer, found)
        return answer

    def never_wins(self, codes: Iterable[str] | None = None) -> Iterator[Verdict]:
        """Every binding that never wins at a place, or may not; of some definitions, or of all.

        Each is asked about wherever it is tried: a tagged one under its scenario, an untagged one
        without a scenario and under each that another definition tags there.
        """
        wanted = None if codes is None else {self.overlay.numbers[code] for code in codes}
        for place in self.places:
            walk = self.overlay.walk(place.point, place.scenario)
            for number, stand in walk.stands.items():
                if wanted is not None and number not in wanted:
                    continue
                for binding, found in self.dead_at(walk, stand):
                    code = self.overlay.definitions[number].code
                    yield Verdict(code, place, binding, found)

    def identifies(self, code: str) -> Answer:
        """Whether a business is ever the strongest match."""
        question = identified(self.overlay, self.overlay.numbers[code])
        return self._answer(question, None, lambda replay: replay.identity == code)

    def reaches_default(self, place: Place) -> Answer:
        """Whether a request finds no winner at a place, so that the default runs."""
        found = self._default(place)
        if isinstance(found, Never | Undecided):
            return found
        return self._shown(found, place, lambda replay: replay.wins[0].reason == "DEFAULT")

    def never_defaults(self, place: Place) -> Never | Undecided | None:
        """Why no request finds no winner at a place; None where some request does."""
        found = self._default(place)
        return found if isinstance(found, Never | Undecided) else None

    def _default(self, place: Place) -> Spot | Never | Undecided:
        walk = self.overlay.walk(place.point, place.scenario)
        known = self.defaults.get(walk)
        if known is None:
            known = self.defaults[walk] = self._default_of(walk)
        return known[0]

    def _default_of(self, walk: Walk) -> tuple[Spot | Never | Undecided, Asked]:
        plain = self.order(walk).default()
        if not isinstance(plain, Open | Undecided):
            return plain, Asked(is_plain=True)
        if isinstance(plain, Undecided) and self._is_left_open():
            return plain, Asked()
        question, asked = Wins(self.overlay, walk, None).question(), Asked()
        found = self.find(question, is_searched=isinstance(plain, Undecided))
        answer = self.proven(question) if found is None else found
        asked.rest_on([question])
        return answer, asked

    def hides_product(self, product: str, business: str) -> Answer:
        """Whether a product and a business that installs it match, and who is identified does not.

        The witness is a request that loses the product to a stronger business.
        """
        numbers = self.overlay.numbers
        if not self.overlay.needs_installing(numbers[product]):
            return Never()
        question = hides(self.overlay, numbers[product], numbers[business])
        codes = {product, business}
        return self._answer(
            question,
            None,
            lambda replay: codes <= replay.matched.codes and product not in replay.effective,
        )

    def overlap(self, one: str, two: str) -> Answer:
        """Whether one request can match two definitions, both live.

        The witness depends on the two and on the assumptions alone: it is found in their own world.
        """
        meaning = self.meaning
        nodes = [meaning.sources[code] for code in dict.fromkeys((one, two))]
        literals = list(leaf_values([*nodes, *meaning.broken]))
        paths = frozenset(literal.fact.path for literal in literals)
        vocabulary = self._few_facts.get(paths)
        if vocabulary is None:
            vocabulary = self._few_facts[paths] = said_of(meaning.ruleset.vocabulary, paths)
        world = World(vocabulary, literals)
        broken = [world.tree(node) for node in meaning.broken]

        def judge(spot: Spot) -> list[Tree]:
            return [deny(world, tree) for tree in broken if world.holds(tree, spot)]

        allowance = self.budget.ask(Kind.RELATION)
        spot = hunt(world, map(world.tree, nodes), judge, allowance)
        if spot is None or isinstance(spot, Undecided):
            return self._both(one, True, two, True)
        codes = {one, two}
        return self._shown(
            spot, None, lambda replay: codes <= replay.matched.codes, sorted(codes), world
        )

    def relation(self, one: str, two: str) -> Relation | Undecided:
        """How the requests of one definition lie to those of another; one without any is inside."""
        only_one, only_two = self._both(one, True, two, False), self._both(one, False, two, True)
        if isinstance(only_one, Undecided) or isinstance(only_two, Undecided):
            return Undecided()
        if isinstance(only_one, Never):
            return Relation.EQUAL if isinstance(only_two, Never) else Relation.INSIDE
        if isinstance(only_two, Never):
            return Relation.CONTAINS
        shared = self._both(one, True, two, True)
        if isinstance(shared, Undecided):
            return shared
        return Relation.DISJOINT if isinstance(shared, Never) else Relation.OVERLAPS

    def only(self, one: str, two: str) -> Answer:
        """Whether one request can match a definition and not another."""
        return self._both(one, True, two, False)

    def is_equal(self, one: str, two: str) -> bool | Undecided:
        """Whether two definitions match the same requests; a yes was proved twice."""
        inside = self.is_inside(one, two)
        return self.is_inside(two, one) if inside is True else inside

    def is_inside(self, one: str, two: str) -> bool | Undecided:
        """Whether every request of one definition is one of another; a yes was proved twice."""
        numbers = self.overlay.numbers
        found = inside(self.overlay, numbers[one], numbers[two], self.budget)
        if not isinstance(found, Open):
            return found
        question = self._matching({one: True, two: False})
        spot = self.find(question, Kind.RELATION)
        if spot is not None:
            return spot if isinstance(spot, Undecided) else False
        answer = self.proven(question, Kind.RELATION)
        return answer if isinstance(answer, Undecided) else True

    def partners(self, code: str) -> Iterator[str]:
        """The definitions that one may overlap, as far as their cubes tell."""
        codes = [one.code for one in self.overlay.definitions.values()]
        met = self._meetings.of(codes.index(code))
        return (codes[other] for other in met if codes[other] != code)

    def around(self, number: int) -> Sequence[int]:
        """The definitions that may contain one that matches somewhere, the last first."""
        found = self._around.get(number)
        if found is None:
            others = self._may_contain(number) - {number}
            found = self._around[number] = sorted(others, reverse=True)
        return found

    def _may_contain(self, number: int) -> set[int]:
        """By what is assumed, one may lie in another though its cubes do not: not at a request."""
        overlay, predicates = self.overlay, self.overlay.predicates
        if not overlay.assumptions:
            return predicates.around(predicates[number].around)
        asked = self._matching({overlay.definitions[number].code: True})
        spot = self.find(asked, Kind.RELATION)
        if isinstance(spot, Undecided):
            return set(overlay.definitions)
        return (
            set(predicates.holding(spot).among(overlay.definitions)) if spot is not None else set()
        )

    def find(
        self, question: Question, kind: Kind = Kind.WIN, *, is_searched: bool = False
    ) -> Spot | Undecided | None:
        """A spot where the answer is yes, by the search, else by the solver."""
        return find(question, self.budget, kind, is_searched=is_searched)

    def proven(self, question: Question, kind: Kind = Kind.WIN) -> Never | Undecided:
        """That no request answers a question, by a second method."""
        return proven(question, self.budget, kind)

    def _is_left_open(self) -> bool:
        """Whether nobody is there to take over from a search that was over its budget."""
        if has_solver():
            return False
        self.budget.leave_open(Kind.WIN)
        return True

    @cached_property
    def candidates(self) -> Candidates:
        """Who may match a request, as the oracle looks them up."""
        return Candidates(self.checked)

    @cached_property
    def _meetings(self) -> Meetings:
        return Meetings([self.overlay.predicates[n].around for n in self.overlay.definitions])

    def _both(self, one: str, matches_one: bool, two: str, matches_two: bool) -> Answer:
        """A request that matches, or does not match, two definitions as wanted."""
        wanted = {one: matches_one, two: matches_two}
        return self._answer(
            self._matching(wanted),
            None,
            lambda replay: all((c in replay.matched.codes) is w for c, w in wanted.items()),
            list(wanted),
            Kind.RELATION,
        )

    def _matching(self, wanted: Mapping[str, bool]) -> Question:
        """Whether a request matches, or does not match, some definitions as wanted."""
        seeds = [Reason(((self.overlay.numbers[c], holds),)) for c, holds in wanted.items()]
        return Question(self.overlay, seeds, lambda *_: iter(()))

    def questions(self, walk: Walk, stand: Stand) -> Iterator[tuple[Question, Try]]:
        """Whether each binding wins, where its definition stands and where `before` moves it."""
        for tried, one in enumerate(stand.tries):
            yield Wins(self.overlay, walk, stand, tried).question(), one
            if one.binding.before and not walk.is_named(stand.number):
                yield Wins(self.overlay, walk, stand, tried, is_moved=True).question(), one

    def restate(self, definitions: Iterable[Definition]) -> None:
        """Take new conditions of some definitions, which `overlay.meaning` has already.

        The world must tell apart what they do. What was asked stays, for who knows what still
        holds (`lints/affected.py`).
        """
        for one in definitions:
            number = self.overlay.numbers[one.code]
            self.overlay.predicates.restate(number, self.meaning.sources[one.code])
            self._around.clear()
            for key in [key for key in self._proved if number in key]:
                del self._proved[key]
            for order in self._orders.values():
                order.restate(number)
        self.__dict__.pop("_meetings", None)

    def order(self, walk: Walk) -> Order:
        """The cubes of a walk by their places."""
        found = self._orders.get(walk)
        if found is None:
            found = self._orders[walk] = Order(self.overlay, walk, self._proved, self.budget)
        return found

    def dead_at(self, walk: Walk, stand: Stand) -> Iterator[tuple[Binding, Never | Undecided]]:
        """The bindings that win nowhere on a walk."""
        asked = self.asked.get((walk, stand.number))
        if asked is None:
            asked = self.asked[walk, stand.number] = self._asked(walk, stand)
        yield from asked.dead

    def _asked(self, walk: Walk, stand: Stand) -> Asked:
        order = self.order(walk)
        plain = order.ask(stand)
        if plain is None:
            return Asked(spots=[order.shown.pop(stand.number)], is_plain=True)
        if isinstance(plain, Never) or (isinstance(plain, Undecided) and self._is_left_open()):
            return Asked(((stand.tries[0].binding, plain),), is_plain=True)
        is_searched = isinstance(plain, Undecided)
        asked = Asked()
        answers: dict[int, tuple[Binding, Never | Undecided | None]] = {}
        for question, one in self.questions(walk, stand):
            binding, known = answers.get(id(one), (one.binding, Never()))
            if known is not None:
                spot = self.find(question, is_searched=is_searched)
                asked.rest_on([question])
                if spot is None or isinstance(spot, Undecided):
                    known = both(known, spot or self.proven(question))
                else:
                    known = None
            answers[id(one)] = binding, known
        asked.dead = tuple((b, known) for b, known in answers.values() if known is not None)
        return asked

    def _answer(
        self,
        question: Question,
        place: Place | None,
        is_shown: Callable[[Replay], bool],
        among: Sequence[str] | None = None,
        kind: Kind = Kind.WIN,
    ) -> Answer:
        spot = self.find(question, kind)
        if spot is None:
            return self.proven(question, kind)
        if isinstance(spot, Undecided):
            return spot
        return self._shown(spot, place, is_shown, among)

    def _shown(
        self,
        spot: Spot,
        place: Place | None,
        is_shown: Callable[[Replay], bool],
        among: Sequence[str] | None = None,
        world: World | None = None,
    ) -> Witness | Undecided:
        """The request of a spot, after the oracle saw it show what it is to show."""
        candidates = self.candidates if among is None else None
        replayed = replay(self.checked, self.overlay, spot, place, among, world, candidates)
        if isinstance(replayed, Undecided):
            return replayed
        assert is_shown(replayed), "the witness does not show what it is to show"
        return replayed.witness
