"""Every pair of an old and a new winner at one place that takes the strongest.

In: both sides of the place and where to begin (`anchors.py`). Out: a `Pairs`, whose searches go
from one contender to everyone who may win on the other side instead.

The request nearest to rest that two contenders share is tried first: one look at bit rows says who
wins there before and after, and whatever pair that is, it is found. Only where it is not the pair
asked about does a hunt begin, and what no hunt finds does not happen. So the work follows
the number of pairs, and the few that a stronger rule hides are all that is ever searched.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Final, TypeAlias

from rulec.analysis.anchors import Anchors, Touched
from rulec.analysis.budget import Budget, Kind
from rulec.analysis.find import find
from rulec.analysis.installs import Installs
from rulec.analysis.overlay import Overlay
from rulec.analysis.predicates import Holding
from rulec.analysis.sides import Contender, Outcome, Side
from rulec.analysis.wins import Question, Reason, Wins
from rulec.analysis.witness import Undecided
from rulec.analysis.world import Numbered, Spot

__all__ = ["HUNT", "TURN", "Key", "Pair", "Pairs", "Search", "all_of"]

TURN: Final = 512
"""What a search may cost before the next one has its turn."""
WIDE: Final = 50_000
"""What looking around may cost at once."""
HUNT: Final = 16
"""What a hunt costs, in spots looked at."""
N_CUBES: Final = 4
"""Cubes of a contender whose nearest request is tried."""

Key: TypeAlias = tuple[int, int, int, int]
"""The definition and binding that win before, and those that win after; -1 is the default."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Who wins before and after, and a spot that shows it."""

    old: Contender
    new: Contender
    spot: Spot


@dataclass
class Search:
    """From one contender of one side to those of the other."""

    side: int
    """0: it wins before; 1: it wins after."""
    contender: Contender
    steps: Iterator[int]
    """Looks for one partner after the other; each step gives its cost."""
    n_left: int = 0
    """Partners that were not looked for yet."""
    undecided: list[Contender] = field(default_factory=list)
    """Partners that the budget did not settle."""
    turn: int = TURN
    """What it may cost before the next one has its turn."""
    is_dependent: bool = False
    """Whether it begins at one of many who only depend on who was touched."""


class Pairs:
    """The pairs of one place; `found` grows as searches run."""

    def __init__(
        self,
        sides: tuple[Side, Side],
        anchors: Anchors,
        businesses: Touched,
        budget: Budget,
        *,
        is_same: Callable[[Outcome, Outcome], bool] = Outcome.is_same,
    ) -> None:
        self.sides = sides
        self._anchors = anchors
        self._businesses = businesses
        self._budget = budget
        self._is_same = is_same
        self._predicates = sides[0].overlay.predicates
        self._assumptions = (*sides[0].overlay.assumptions, *sides[1].overlay.assumptions)
        self._always = [_always(side) for side in sides]
        self._always_at = [frozenset(numbers) for numbers, _ in self._always]
        self.found: dict[Key, Pair] = {}
        self._settled: set[Key] = set()

    def searches(self) -> Iterator[Search]:
        """One from each contender to begin at."""
        for code in sorted(self._anchors.touched):
            for side in (0, 1):
                yield from self._from(side, code, [])
        yield from self._recast()
        if self._anchors.depends:
            yield from self._depending()

    def _depending(self) -> Iterator[Search]:
        """From each that may count, or stand, otherwise because a business was touched.

        Most of what there is to find lies where a product gains or loses its installer, so that is
        looked at before anybody is asked about one by one.
        """
        installs = Installs(self.sides, self._businesses)
        search = Search(0, Contender(None), iter(()), turn=WIDE)
        search.steps = self._look_around(installs)
        yield search
        alone = [installs.alone(side) for side in (0, 1)]
        for code in sorted(self._anchors.depends):
            for side, own in enumerate(self.sides):
                number = own.overlay.numbers.get(code)
                is_product = number is not None and own.overlay.needs_installing(number)
                if not is_product or number in alone[side]:
                    for one in self._from(side, code, [self._businesses.any_of]):
                        one.is_dependent = True
                        yield one

    def _look_around(self, installs: Installs) -> Iterator[int]:
        for side in (0, 1):
            for numbers in installs.places(side):
                cube: Numbered | None = {}
                for number in numbers:
                    around = self._predicates[number].around
                    cube = None if cube is None or not around else _meet(cube, around[0])
                if cube is not None:
                    self._look(cube)
                    yield 1

    def _from(self, side: int, code: str, seeds: list[Reason]) -> Iterator[Search]:
        ours = self.sides[side]
        number = ours.overlay.numbers.get(code)
        for contender in () if number is None else ours.of(number):
            search = Search(side, contender, iter(()))
            search.steps = self._run(search, seeds)
            yield search

    def _recast(self) -> Iterator[Search]:
        """From each binding that was exchanged to the one in its place; so too the default."""
        before, after = self.sides
        twins = [(Contender(None), Contender(None))]
        for code in sorted(self._anchors.recast):
            numbers = [side.overlay.numbers[code] for side in self.sides]
            twins += zip(before.of(numbers[0]), after.of(numbers[1]), strict=True)
        for old, new in twins:
            if not self._is_same(before.outcome(old), after.outcome(new)):
                search = Search(0, old, iter(()), 1)
                search.steps = self._exchange(search, (old, new))
                yield search

    def _exchange(self, search: Search, pair: tuple[Contender, Contender]) -> Iterator[int]:
        yield from self._settle(search, [pair], [])
        search.n_left = 0

    def _run(self, search: Search, seeds: list[Reason]) -> Iterator[int]:
        for cube in self._cubes(search.contender):
            self._look(cube)
            yield 1
        partners = self._partners(search)
        search.n_left = len(partners)
        for n_left, number in enumerate(partners):
            search.n_left = len(partners) - n_left
            yield from self._settle(search, self._with(search, number), seeds)
        search.n_left = 0

    def _with(self, search: Search, number: int) -> Iterator[tuple[Contender, Contender]]:
        """A contender, and each one of a definition of the other side."""
        theirs = self.sides[1 - search.side]
        for one in theirs.of(number) if number >= 0 else (Contender(None),):
            yield (search.contender, one) if search.side == 0 else (one, search.contender)

    def _settle(
        self, search: Search, pairs: Iterable[tuple[Contender, Contender]], seeds: list[Reason]
    ) -> Iterator[int]:
        before, after = self.sides
        for old, new in pairs:
            key = self._key(old, new)
            if key in self.found or key in self._settled:
                continue
            if self._is_same(before.outcome(old), after.outcome(new)):
                continue
            yield 1
            if self._is_near(key, old, new):
                continue
            yield HUNT
            self._settled.add(key)
            if self._hunt(old, new, seeds) is not None:
                search.undecided.append(new if search.side == 0 else old)

    def _partners(self, search: Search) -> list[int]:
        """Who may win on the other side where a contender wins on its own; -1 is the default.

        The strongest of each owner come first, so whoever is cut short has heard of every owner.
        """
        ours, theirs = self.sides[search.side], self.sides[1 - search.side]
        mine = search.contender
        allowed: set[int] | None = None
        if mine.stand is not None:
            allowed = self._predicates.meeting(mine.number)
            numbers, places = self._always[search.side]
            # Who counts always and stands ahead of us on our side does not match at all.
            allowed.difference_update(
                numbers[: bisect_left(places, ours.walk.place_of[mine.number])]
            )
        last = len(theirs.walk.place_of)
        if mine.number in self._always_at[1 - search.side]:
            last = theirs.walk.place_of[mine.number]
        firsts: list[int] = []
        others: list[int] = []
        owners: set[str] = set()
        definitions, place_of = theirs.overlay.definitions, theirs.walk.place_of
        for number in theirs.walk.stands:
            if place_of[number] > last or (allowed is not None and number not in allowed):
                continue
            owner = definitions[number].owner
            (others if owner in owners else firsts).append(number)
            owners.add(owner)
        default = [] if last < len(place_of) else [-1]
        return firsts + default + others

    def _is_near(self, key: Key, old: Contender, new: Contender) -> bool:
        """Whether the nearest request of two contenders shows a pair."""
        for one, two in product(self._cubes(old), self._cubes(new)):
            cube = _meet(one, two)
            if cube is not None:
                self._look(cube)
                if key in self.found:
                    return True
        return False

    def _look(self, cube: Numbered) -> None:
        """Look who wins, before and after, at the spot of a cube that is nearest to rest."""
        spot = self._predicates.world.settle(cube)
        if spot is None or isinstance(spot, Undecided):
            return
        if not any(self._predicates.holds(number, spot) for number in self._assumptions):
            self._keep(spot)

    def _keep(self, spot: Spot) -> None:
        """Keep the pair that a spot shows, if it is one."""
        holding = self._predicates.holding(spot)
        old, new = (side.winner(spot, holding) for side in self.sides)
        if not self._is_same(self.sides[0].outcome(old), self.sides[1].outcome(new)):
            self.found.setdefault(self._key(old, new), Pair(old, new, spot))

    def _hunt(self, old: Contender, new: Contender, seeds: list[Reason]) -> Undecided | None:
        """Find a request that shows a pair, or prove that there is none."""
        overlay, undecided = self.sides[0].overlay, None
        for both in product(self.sides[0].asked(old), self.sides[1].asked(new)):
            question = all_of(overlay, both, seeds, self._assumptions)
            spot = find(question, self._budget, Kind.CHANGE)
            if isinstance(spot, Undecided):
                undecided = spot
            elif spot is not None:
                self._keep(spot)
                assert self._key(old, new) in self.found, "the winners are not those asked for"
                return None
        return undecided

    def _key(self, old: Contender, new: Contender) -> Key:
        """Names a pair; bindings of one definition that run the same are one."""
        return *self.sides[0].named(old), *self.sides[1].named(new)

    def _cubes(self, contender: Contender) -> Sequence[Numbered]:
        if contender.stand is None:
            return [{}]
        return list(islice(self._predicates[contender.number].around, N_CUBES))


def all_of(
    overlay: Overlay, together: Sequence[Wins], seeds: list[Reason], assumptions: Sequence[int]
) -> Question:
    """Is there a request on which all of them win, some before and some after?"""

    def ask(spot: Spot, holding: Holding) -> Iterator[Reason]:
        for wins in together:
            yield from wins.ask(spot, holding)

    own = [seed for wins in together for seed in wins.seeds()]
    return Question(overlay, [*own, *seeds], ask, assumptions)


def _always(side: Side) -> tuple[list[int], list[int]]:
    """Those who win before all behind them wherever they match, and their places, in order."""
    overlay, walk = side.overlay, side.walk
    if side.has_movers:
        return [], []
    numbers = [
        number
        for number, stand in walk.stands.items()
        if stand.tries[-1].live is None
        and not overlay.needs_installing(number)
        and (number not in overlay.installed or not overlay.isolated)
    ]
    return numbers, [walk.place_of[number] for number in numbers]


def _meet(one: Numbered, two: Numbered) -> Numbered | None:
    """The cube that two share."""
    if len(two) > len(one):
        one, two = two, one
    met = dict(one)
    for facet, mask in two.items():
        both = met.get(facet, mask) & mask
        if not both:
            return None
        met[facet] = both
    return met
