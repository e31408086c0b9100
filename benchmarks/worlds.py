"""Made worlds: rule sets of 100 to 1,000,000 definitions, and requests to them.

In: a family, a size, an order, a seed. Out: rules as plain tuples that any engine can be built
from, block by block, so memory does not grow with the world beyond 16 bytes a rule; `requests.py`
makes the requests, `rulesets.py` the rule sets of rulec. A rank is a rule's place: 0 is strongest.

*dense*: every domain keeps its size, so matches grow with the number of rules. *sparse*: tags,
shops, brands and categories grow with it, so about three rules match at every size. Of both, 75 %
read an item's tag or category, 50 % the seller, 30 % the place, 20 % the buyer; 30 % hold an OR
group, 15 % a negation; and no rule is broader than 5 % of the requests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.domains import N_TAGS, Domain, domains, draws

__all__ = ["Atom", "Clause", "Family", "Order", "Rule", "World", "digest"]

Family = Literal["dense", "sparse"]
Order = Literal["specific", "random"]
T = TypeVar("T")
SPARSE_HOME: Final = 1_700
"""The size at which both families are one world, where about three rules match."""
BROADEST: Final = 0.05
BLOCK: Final = 4_096
_WIDTH: Final = 48
"""Draws of a rule, more than the longest one takes."""
_RULES, _ORDER = 1, 2


class Atom(NamedTuple):
    """One comparison: `has` a tag, `is` a word or number, `from` a number upwards, flag `on`."""

    path: str
    relation: Literal["has", "is", "from", "on"]
    value: int | str


class Clause(NamedTuple):
    """Any of its atoms; a negated one has a single atom, which must not hold."""

    atoms: tuple[Atom, ...]
    is_negated: bool = False


class Rule(NamedTuple):
    """All of its clauses."""

    rank: int
    clauses: tuple[Clause, ...]

    @property
    def code(self) -> str:
        return f"d{self.rank:07d}"


@dataclass(frozen=True)
class World:
    """One made rule set; equal worlds have equal rules and requests."""

    family: Family
    n_rules: int
    order: Order = "specific"
    seed: int = 1

    @cached_property
    def domains(self) -> dict[str, Domain]:
        return domains(1.0 if self.family == "dense" else self.n_rules / SPARSE_HOME)

    @property
    def name(self) -> str:
        return f"{self.family}, {self.order}, {self.n_rules:,} rules"

    @cached_property
    def _places(self) -> NDArray[np.uint64]:
        """Which made rule has each rank."""
        if self.order == "random":
            numbers = np.arange(self.n_rules, dtype=np.uint64)
            return np.argsort(draws(self.seed, _ORDER, numbers, 1)[:, 0], kind="stable").astype(
                np.uint64
            )
        shares = np.empty(self.n_rules)
        for first in range(0, self.n_rules, BLOCK):
            last = min(first + BLOCK, self.n_rules)
            made = self._make(np.arange(first, last, dtype=np.uint64))
            shares[first:last] = [share for _, share in made]
        return np.argsort(shares, kind="stable").astype(np.uint64)

    def share(self, atom: Atom) -> float:
        """How likely a request is to satisfy an atom."""
        domain = self.domains[atom.path]
        match atom.relation:
            case "on":
                return 1 / domain.fact.size
            case "from":
                return (domain.size - int(atom.value)) / domain.size
            case "has":
                return domain.share(int(atom.value) % domain.size)
        is_word = domain.fact.type == "word"
        return domain.share(int(str(atom.value)[1:]) if is_word else int(atom.value))

    def rules(self) -> Iterator[Rule]:
        """Every rule, the strongest first."""
        for first in range(0, self.n_rules, BLOCK):
            made = self._make(self._places[first : first + BLOCK])
            for rank, (clauses, _) in enumerate(made, first):
                yield Rule(rank, clauses)

    def _make(self, numbers: NDArray[np.uint64]) -> Iterator[tuple[tuple[Clause, ...], float]]:
        """The clauses of made rules, and about what share of the requests each matches."""
        words = draws(self.seed, _RULES, numbers, _WIDTH).tolist()
        for row in words:
            yield _Draft(self, iter(row)).finished()


_BROAD: Final = ("seller.level", "seller.kind", "seller.isOverseas")
_GROUPS: Final = (
    ("item.brand", "item.brand"),
    ("seller.kind", "seller.level"),
    ("item.price", "buyer.level"),
    ("place.province", "buyer.segment", "seller.isOverseas"),
)
_NEGATED: Final = ("item.tags", "item.category", "place.channel", "item.grams")
_NARROW: Final = ("seller.shop", "item.brand", "item.tags")


class _Draft:
    """A rule while it is made, from one row of draws."""

    def __init__(self, world: World, words: Iterator[int]) -> None:
        self.world = world
        self.words = words
        self.clauses: list[Clause] = []
        self.share = 1.0

    def finished(self) -> tuple[tuple[Clause, ...], float]:
        has_item = self._happens(0.75)
        has_group = self._happens(0.30)
        if has_item:
            path = self._one_of(("item.tags",) * 3 + ("item.category",))
            widened = has_group and self._happens(0.4)
            self._add(*((path,) * 3 if widened else (path,)))
        if self._happens(0.27 if has_item else 1.0):
            is_broad = has_item or (self.world.family == "dense" and self._happens(0.2))
            self._add(self._one_of(_BROAD) if is_broad else "seller.shop")
        if self._happens(0.27):
            path = "place.province" if self._happens(0.7) else "place.channel"
            self._add(*((path,) * 2 if has_group and self._happens(0.4) else (path,)))
        if self._happens(0.14):
            self._add(self._one_of(("buyer.level", "buyer.segment")))
        if has_group and not any(len(clause.atoms) > 1 for clause in self.clauses):
            self._add(*self._one_of([paths for paths in _GROUPS if self._are_new(*paths)]))
        if self._happens(0.15):
            choices = [path for path in _NEGATED if self._are_new(path)]
            self._add(self._one_of(choices), is_negated=True)
        for path in filter(self._are_new, _NARROW):
            if self.share > BROADEST:
                self._add(path)
        return tuple(self.clauses), self.share

    def _happens(self, chance: float) -> bool:
        return (next(self.words) >> 11) < chance * (1 << 53)

    def _are_new(self, *paths: str) -> bool:
        """Whether no clause reads these facts, tags aside: so that clauses are independent."""
        read = {atom.path for clause in self.clauses for atom in clause.atoms}
        return not (read - {"item.tags"}).intersection(paths)

    def _one_of(self, choices: Sequence[T]) -> T:
        return choices[(next(self.words) >> 11) % len(choices)]

    def _add(self, *paths: str, is_negated: bool = False) -> None:
        """One more clause: any of the atoms over these facts; equal atoms are one."""
        atoms = tuple(dict.fromkeys(map(self._atom, paths)))
        missed = 1.0
        for atom in atoms:
            missed *= 1.0 - self.world.share(atom)
        self.clauses.append(Clause(atoms, is_negated))
        self.share *= missed if is_negated else 1.0 - missed

    def _atom(self, path: str) -> Atom:
        """An atom over a fact; tags are numbered through all of their domains."""
        domain = self.world.domains[path]
        fact = domain.fact
        match fact.type:
            case "flag":
                return Atom(path, "on", 1)
            case "tags":
                place, value = next(self.words) % N_TAGS, domain.pick_one(next(self.words))
                return Atom(path, "has", place * domain.size + value)
            case "number" if not fact.is_open:
                n_steps = (domain.size - 1) // fact.step
                return Atom(path, "from", fact.step * (1 + next(self.words) % n_steps))
        value = domain.pick_one(next(self.words))
        return Atom(path, "is", domain.text(value) if fact.type == "word" else value)


def digest(world: World) -> str:
    """The SHA-256 of a world's rules, in order."""
    hashed = hashlib.sha256()
    for rule in world.rules():
        hashed.update(repr(tuple(map(tuple, rule.clauses))).encode())
    return hashed.hexdigest()
