"""What an edit of conditions can have changed, of everything that was proved of the whole.

In: an `Analysis` that has answered `never_wins`, and new conditions. Out: `Evidence`: the
definitions to ask about again. Everything else has its old answer, and the same words for it:

    alive, by cubes     who wins at a spot still does, unless a new condition that stands ahead
                        holds there
    dead, by cubes      a cover is that of the strongest (`plain.py`): it stays unless an edited
                        definition is in it, or now covers alone, or may help several who cover
    by a search         it runs the same again unless an old or a new condition holds at a spot it
                        was judged at, or it learned something of that definition
    containment         who holds one of its spots may contain it, nobody else does

The world has to be the same: a condition with a literal that nobody else has, or had, changes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from rulec.analysis.analysis import Analysis
from rulec.analysis.answers import Never, Place
from rulec.analysis.asked import Asked
from rulec.analysis.overlay import Meaning, Walk
from rulec.analysis.predicates import Predicate
from rulec.analysis.witness import Undecided
from rulec.analysis.world import Spot
from rulec.check.tree import CheckedRuleSet
from rulec.lints.met import Met
from rulec.lints.proofs import Dead, Proofs, Stale
from rulec.logic import Node, leaf_values
from rulec.ruleset.model import Definition
from rulec.simplify.values import Literal

__all__ = ["Evidence"]


class Evidence:
    """What the answers of one analysis rest on."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs
        self._analysis: Analysis = proofs.analysis
        overlay = self._analysis.overlay
        meaning = self._analysis.meaning
        self._literals = {
            code: frozenset(leaf_values([node])) for code, node in meaning.sources.items()
        }
        self._n_read: Counter[Literal] = Counter(chain.from_iterable(self._literals.values()))
        self._n_read.update(frozenset(leaf_values(_elsewhere(meaning))))
        world = self._analysis.world
        self._wins: Met[tuple[Walk, int]] = Met(world)
        self._branches: Met[int] = Met(world)
        self._own: Met[int] = Met(world)
        self._dead: dict[tuple[Walk, int], None] = {}
        """Dead by cubes alone."""
        self._searched: dict[tuple[Walk, int], None] = {}
        for key, asked in self._analysis.asked.items():
            self._put(key, asked)
        for number, asked in self._analysis.branches.items():
            self._branches.put(number, asked.spots)
        for number in overlay.definitions:
            self._own.put(number, self._spot_of(number))
        self.dead: dict[str, list[Dead]] = {}
        for dead in proofs.dead:
            self.dead.setdefault(dead.definition.code, []).append(dead)
        self.dead_codes = set(proofs.dead_codes)

    def is_same_world(self, sources: Mapping[str, Iterable[Literal]]) -> bool:
        """Whether the world tells the same apart with the literals of new conditions."""
        new = set(chain.from_iterable(sources.values()))
        gone = Counter(chain.from_iterable(self._literals[code] for code in sources))
        return all(self._n_read[literal] > 0 for literal in new) and all(
            literal in new or self._n_read[literal] > n for literal, n in gone.items()
        )

    def restate(
        self, meaning: Meaning, checked: CheckedRuleSet, codes: Iterable[str]
    ) -> tuple[set[str], set[str], set[str]]:
        """Take new conditions of some definitions; who has other answers, by code.

        First whose deadness was asked again, then whose branches are to be, then who may now be
        contained in others, or not be. Raises `Stale` where it cannot be told.
        """
        analysis, overlay = self._analysis, self._analysis.overlay
        numbers = {overlay.numbers[code] for code in codes}
        old = [overlay.predicates[number] for number in numbers]
        sources = {code: frozenset(leaf_values([meaning.sources[code]])) for code in codes}
        for code, literals in sources.items():
            self._n_read.subtract(self._literals[code])
            self._n_read.update(literals)
            self._literals[code] = literals
        before = overlay.ruleset
        analysis.checked, analysis.meaning = checked, meaning
        overlay.rename(meaning)
        self._rebind(before.definitions, meaning.ruleset.definitions)
        analysis.restate(overlay.definitions[number] for number in numbers)
        new = [overlay.predicates[number] for number in numbers]
        again = self._ask_again(numbers, old, new)
        changed = {overlay.numbers[c] for c in again} | numbers
        turned = self._bury(changed)
        branches = self._branches_of(numbers, [*old, *new]) | turned
        within = set(chain.from_iterable(map(self._own.at, [*old, *new]))) | numbers | turned
        for number in numbers:
            self._own.put(number, self._spot_of(number))
        self._forget_defaults(numbers, [*old, *new])

        def named(found: Iterable[int]) -> set[str]:
            return {overlay.definitions[number].code for number in found}

        return named(changed), named(branches), named(within)

    def keep_branches(self, codes: Iterable[str]) -> None:
        """Take what the branches of some definitions were asked by."""
        for code in codes:
            number = self._analysis.overlay.numbers[code]
            asked = self._analysis.branches.get(number)
            self._branches.put(number, asked.spots if asked else ())

    def _put(self, key: tuple[Walk, int], asked: Asked) -> None:
        self._dead.pop(key, None)
        self._searched.pop(key, None)
        if any(isinstance(answer, Undecided) for _, answer in asked.dead):
            raise Stale
        if not asked.is_plain:
            self._searched[key] = None
        elif asked.dead:
            self._dead[key] = None
        self._wins.put(key, asked.spots)

    def _spot_of(self, number: int) -> Iterator[Spot]:
        """A spot of a definition, at which whoever contains it holds; none, if it has none."""
        for cube in self._analysis.overlay.predicates[number].around:
            spot = self._analysis.world.settle(cube)
            if isinstance(spot, Undecided):
                raise Stale
            if spot is not None:
                yield spot
                return

    def _rebind(self, before: Iterable[Definition], after: Iterable[Definition]) -> None:
        """The bindings of definitions that stand elsewhere in their files."""
        overlay = self._analysis.overlay
        for old, new in zip(before, after, strict=True):
            if old is new:
                continue
            now = {id(a): b for a, b in zip(old.bindings, new.bindings, strict=True)}
            number = overlay.numbers[new.code]
            for point in dict.fromkeys(one.point for one in new.bindings):
                for place in overlay.places_of(point):
                    asked = self._analysis.asked.get((overlay.walk(*place), number))
                    if asked is not None and asked.dead:
                        asked.dead = tuple((now[id(one)], answer) for one, answer in asked.dead)
            if new.code in self.dead:
                self.dead[new.code] = [
                    Dead(new, now[id(one.binding)], one.cover, one.by_place)
                    for one in self.dead[new.code]
                ]

    def _ask_again(self, numbers: set[int], old: list[Predicate], new: list[Predicate]) -> set[str]:
        """Ask again who wins where an edit may have changed it; of whom."""
        overlay, asked = self._analysis.overlay, self._analysis.asked
        keys = {
            (walk, number)
            for number in numbers
            for point in {one.point for one in overlay.definitions[number].bindings}
            for walk in (overlay.walk(*place) for place in overlay.places_of(point))
            if (walk, number) in asked
        }
        for key in chain.from_iterable(map(self._wins.at, new)):
            if not asked[key].is_plain or self._is_ahead(numbers, key):
                keys.add(key)
        for key in chain.from_iterable(map(self._wins.at, old)):
            if not asked[key].is_plain:
                keys.add(key)
        keys.update(key for key in self._searched if not numbers.isdisjoint(asked[key].named))
        wider = {n for n, a, b in zip(numbers, old, new, strict=True) if not _is_narrower(b, a)}
        for key in self._dead:
            if any(self._may_cover(number, key, number in wider) for number in numbers):
                keys.add(key)
        for key in keys:
            del asked[key]
        for walk, number in keys:
            for _ in self._analysis.dead_at(walk, walk.stands[number]):
                pass
            self._put((walk, number), asked[walk, number])
        return {overlay.definitions[number].code for _, number in keys}

    def _is_ahead(self, numbers: set[int], key: tuple[Walk, int]) -> bool:
        place_of = key[0].place_of
        return any(n in place_of and place_of[n] < place_of[key[1]] for n in numbers)

    def _may_cover(self, number: int, key: tuple[Walk, int], is_wider: bool) -> bool:
        """Whether an edited definition changes the cover of one that cubes alone found dead.

        One that is narrower than it was covers nothing that it did not before.
        """
        walk, dead = key
        if not self._is_ahead({number}, key):
            return False
        overlay = self._analysis.overlay
        own = overlay.definitions[number].code
        ((_, answer),) = self._analysis.asked[key].dead
        assert isinstance(answer, Never)
        if own in answer.codes:
            return True
        if not is_wider or not answer.cover or not self._meet(number, dead):
            return False
        return len(answer.cover) > 1 or self._analysis.order(walk).alone(walk.stands[dead], number)

    def _meet(self, one: int, two: int) -> bool:
        predicates = self._analysis.overlay.predicates
        return any(
            all(mask & theirs.get(facet, mask) for facet, mask in mine.items())
            for mine in predicates[one].around
            for theirs in predicates[two].around
        )

    def _bury(self, numbers: Iterable[int]) -> set[int]:
        """Which bindings of some definitions are dead now; who has other live bindings left."""
        overlay, analysis = self._analysis.overlay, self._analysis
        turned: set[int] = set()
        for number in numbers:
            one = overlay.definitions[number]
            answers: dict[int, dict[Place, Never | Undecided]] = {}
            n_tried: Counter[int] = Counter()
            for point in dict.fromkeys(binding.point for binding in one.bindings):
                for code, scenario in overlay.places_of(point):
                    walk = overlay.walk(code, scenario)
                    stand = walk.stands.get(number)
                    if stand is None:
                        continue
                    n_tried.update(id(each.binding) for each in stand.tries)
                    for binding, answer in analysis.dead_at(walk, stand):
                        answers.setdefault(id(binding), {})[Place(code, scenario)] = answer
            is_live = one.liveness.is_enabled and one.condition.text.strip() != "false"
            dead = list(self._proofs.dead_of(one, answers, n_tried)) if is_live else []
            self.dead.pop(one.code, None)
            if dead:
                self.dead[one.code] = dead
            ids = {id(each.binding) for each in dead}
            is_dead = is_live and all(
                id(each) in ids for each in one.bindings if each.liveness.is_enabled
            )
            if is_dead is not (one.code in self.dead_codes):
                turned.add(number)
                (self.dead_codes.add if is_dead else self.dead_codes.discard)(one.code)
        return turned

    def _branches_of(self, numbers: set[int], conditions: Iterable[Predicate]) -> set[int]:
        found = set(chain.from_iterable(map(self._branches.at, conditions))) | numbers
        found.update(
            number
            for number, asked in self._analysis.branches.items()
            if not numbers.isdisjoint(asked.named)
        )
        return found

    def _forget_defaults(self, numbers: set[int], conditions: Iterable[Predicate]) -> None:
        """Forget who reaches a default where an edit may have changed it."""
        analysis, overlay = self._analysis, self._analysis.overlay
        trees = [one.tree for one in conditions]
        codes = {overlay.definitions[number].code for number in numbers}
        for walk, (answer, asked) in list(analysis.defaults.items()):
            spots = asked.spots if not asked.is_plain or isinstance(answer, Never) else [answer]
            is_met = any(
                analysis.world.holds(tree, spot)
                for tree in trees
                for spot in spots
                if isinstance(spot, dict)
            )
            if (
                is_met
                or (asked.is_plain and isinstance(answer, Never))
                or not numbers.isdisjoint(asked.named)
                or (isinstance(answer, Never) and not codes.isdisjoint(answer.codes))
            ):
                del analysis.defaults[walk]


def _is_narrower(one: Predicate, two: Predicate) -> bool:
    """Whether each cube of one condition surely lies in one of another."""
    return all(
        any(
            all(facet in mine and not mine[facet] & ~mask for facet, mask in theirs.items())
            for theirs in two.around
        )
        for mine in one.around
    )


def _elsewhere(meaning: Meaning) -> Iterator[Node[Literal]]:
    """What the world tells apart beside the definitions' conditions."""
    for definition in meaning.ruleset.definitions:
        for binding in definition.bindings:
            if binding.liveness.is_conditional:
                yield meaning.live(binding.liveness)
    yield from meaning.broken
