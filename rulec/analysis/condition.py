"""Exact questions about one condition: what of it can never matter.

In: a checked condition, its vocabulary and assumptions. Out: `Core`, the clauses that exclude each
other; whether it is always true; `Idle` parts, which can go and nothing changes.

A condition is true on the same requests without an idle part: a branch of `||` that is never true,
or only where another is; a clause of `&&` that the others imply. Under a negation the two change
places. Parts are tried from the right, each against what is left, so all that are found can go
together. Every "none" was proved twice, as in `proof.py`. All questions about one condition share
its looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from rulec.analysis.budget import SOLVER, Allowance
from rulec.analysis.deny import unless
from rulec.analysis.hunt import hunt
from rulec.analysis.search import satisfy
from rulec.analysis.solver import has_solver, is_unsatisfiable, solve
from rulec.analysis.witness import Facts, Undecided
from rulec.analysis.world import Spot, Tree, World, deny
from rulec.check.tree import Atom, CheckedAssumption, Typed
from rulec.logic import And, Leaf, Node, Not, Or, Truth, Use, fold_once, leaf_values
from rulec.simplify.push_negations import Pushed, push_negations
from rulec.simplify.values import Existence, Literal
from rulec.source import Span
from rulec.vocabulary.model import Presence, Vocabulary

__all__ = ["Always", "Condition", "Core", "Idle", "conjuncts", "exclusion"]

LOOKS: Final = 20_000_000
"""Looks at one condition."""
MAX_WORK: Final = 4_000_000
"""Nodes to walk for the idle parts of one condition: their number times its size."""


@dataclass(frozen=True, slots=True)
class Core:
    """Clauses no request satisfies all of, while every one less leaves some; as spans.

    Over the budget more may be left than it takes: then `is_minimal` is False. `leans` says that
    an assumption is needed to see it, here and below.
    """

    clauses: tuple[Span, ...]
    leans: bool = False
    is_minimal: bool = True


class Always(Enum):
    """When a condition is true on every request."""

    EVERY = "every"
    PRESENT = "present"
    """On every one that has the optional facts it reads."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A part that can go: a branch of `||`, or a clause of `&&`."""

    span: Span
    is_branch: bool
    is_never: bool = False
    """A branch that is true on no request; else the others imply it."""
    leans: bool = False
    gone: Span = field(default=Span(0, 0), compare=False)
    """What goes with it: itself, and the operator between it and what stays."""


class Condition:
    """The questions about one condition."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        condition: Typed,
        assumptions: Sequence[CheckedAssumption] = (),
        allowance: int = LOOKS,
    ) -> None:
        self._typed = condition
        self._pushed = Pushed()
        self._broken = [self._push(item.is_broken) for item in assumptions]
        self._whole = self._push(condition)
        present = dict.fromkeys(
            Literal(literal.fact, Existence(True))
            for literal in leaf_values([self._whole])
            if literal.fact.presence is Presence.OPTIONAL
        )
        self._present = [Leaf(literal, Span(0, 0)) for literal in present]
        self._world = World(vocabulary, [*leaf_values([self._whole, *self._broken]), *present])
        self._broken_trees = [self._world.tree(each) for each in self._broken]
        self._given = allowance
        self._allowance, self._solver = Allowance(allowance), Allowance(SOLVER)

    @property
    def is_over(self) -> bool:
        """Whether its questions went over what they may cost."""
        return self._allowance.left <= 0

    @property
    def looks(self) -> int:
        """What its questions cost so far."""
        return self._given - self._allowance.left + SOLVER - self._solver.left

    def core(self) -> Core | Undecided | None:
        """The clauses that exclude each other; None: some request satisfies the condition."""
        found = self._none([self._whole])
        if not isinstance(found, bool):
            return found
        kept = self._minimal(list(conjuncts(self._typed)))
        spans = tuple(dict.fromkeys(clause.span for clause in kept))
        return Core(spans, found, not self.is_over)

    def _minimal(self, kept: list[Typed]) -> list[Typed]:
        """Of clauses that exclude each other, as few as still do."""
        for clause in reversed(kept):
            fewer = [other for other in kept if other is not clause]
            if isinstance(self._none([self._push(other) for other in fewer]), bool):
                kept = fewer
        return kept

    def always(self) -> tuple[Always, bool] | Undecided | None:
        """Whether it is always true, and whether that leans on an assumption."""
        undecided: Undecided | None = None
        for kind, more in ((Always.EVERY, []), (Always.PRESENT, self._present)):
            found = self._none([unless(self._whole), *more])
            if isinstance(found, bool):
                return kind, found
            undecided = undecided or found
        return undecided

    def idle(self) -> list[Idle] | Undecided:
        """The parts that can go together, from left to right; none of a condition never true."""
        nodes = _numbered(self._typed)
        parts = list(_parts(self._typed, nodes))
        if len(parts) * len(nodes) > MAX_WORK:
            return Undecided()
        if isinstance(self._none([self._whole]), bool):
            return []
        gone: dict[int, None] = {}
        found: list[Idle] = []
        whole = self._whole
        for number, around, part, is_branch, cut in parts:
            if not gone.keys().isdisjoint(around):
                continue
            less = self._push(_without(self._typed, nodes, {**gone, number: None}))
            larger, smaller = (whole, less) if is_branch else (less, whole)
            leans = self._none([larger, unless(smaller)])
            if isinstance(leans, bool):
                gone[number] = None
                whole = less
                alone = self._none([self._push(part)]) if is_branch else None
                found.append(Idle(part.span, is_branch, isinstance(alone, bool), leans, cut))
        return sorted(found, key=lambda one: one.span.start)

    def witness(self) -> Facts | Undecided | None:
        """A request that satisfies it."""
        spot = self._find([self._whole])
        if spot is None or isinstance(spot, Undecided):
            return spot
        found = self._world.facts(spot)
        return Undecided() if found is None or isinstance(found, Undecided) else found[0]

    def _push(self, condition: Typed) -> Node[Literal]:
        return push_negations(condition, self._pushed)

    def _find(self, nodes: Sequence[Node[Literal]]) -> Spot | Undecided | None:
        """A spot where all hold and every assumption is kept."""
        world = self._world

        def judge(spot: Spot) -> list[Tree]:
            return [deny(world, tree) for tree in self._broken_trees if world.holds(tree, spot)]

        trees = [world.tree(node) for node in nodes]
        found = hunt(world, trees, judge, self._allowance)
        if isinstance(found, Undecided) and has_solver():
            found = solve(world, trees, judge, self._solver)
        return found

    def _none(self, nodes: Sequence[Node[Literal]]) -> bool | Undecided | None:
        """Whether no request satisfies all: a bool if so, whether that leans on an assumption."""
        found = self._find(nodes)
        if found is not None:
            return found if isinstance(found, Undecided) else None
        if self._refutes(nodes):
            return False
        return True if self._refutes([*nodes, *map(unless, self._broken)]) else Undecided()

    def _refutes(self, nodes: Sequence[Node[Literal]]) -> bool:
        """Whether conditions exclude each other, by the plain search or a solver."""
        world = self._world
        found = satisfy(world.space, nodes, self._allowance)
        if isinstance(found, Undecided) and has_solver():
            trees = [world.tree(node) for node in nodes]
            return is_unsatisfiable(world, trees, self._solver)
        return found is None


def exclusion(
    vocabulary: Vocabulary,
    conditions: tuple[Typed, Typed],
    assumptions: Sequence[CheckedAssumption] = (),
) -> tuple[Core, Core] | Undecided | None:
    """The clauses of two conditions that exclude each other; None: some request satisfies both."""
    both = Condition(vocabulary, And(conditions, Span(0, 0)), assumptions)
    leans = both._none([both._whole])
    if not isinstance(leans, bool):
        return leans
    own = [list(conjuncts(condition)) for condition in conditions]
    kept = {id(clause) for clause in both._minimal([*own[0], *own[1]])}
    spans = [dict.fromkeys(one.span for one in clauses if id(one) in kept) for clauses in own]
    one, two = (Core(tuple(own), leans, not both.is_over) for own in spans)
    return one, two


def conjuncts(root: Typed) -> Iterator[Typed]:
    """What must all be true, from left to right; a negation keeps its own span."""
    waiting: list[tuple[Typed, bool, Span]] = [(root, True, root.span)]
    while waiting:
        node, is_positive, span = waiting.pop()
        if isinstance(node, Not):
            waiting.append((node.item, not is_positive, span))
        elif isinstance(node, And if is_positive else Or) and not isinstance(node, Use):
            assert isinstance(node, And | Or)
            waiting.extend((item, is_positive, item.span) for item in reversed(node.items))
        else:
            yield node if is_positive else Not(node, span)


def _numbered(root: Typed) -> Mapping[int, int]:
    """Each node of a tree, by its identity, and its number from the leaves up."""
    numbers: dict[int, int] = {}

    def visit(node: Typed, _: object) -> None:
        numbers.setdefault(id(node), len(numbers))

    fold_once(root, visit, {}, visit)
    return numbers


def _parts(
    root: Typed, numbers: Mapping[int, int]
) -> Iterator[tuple[int, tuple[int, ...], Typed, bool, Span]]:
    """Every branch and clause, outer ones first, from the right: its number, those of the parts
    it lies in, itself as it counts for the whole, whether it is a branch of `||`, and what of the
    text goes with it."""
    waiting: list[tuple[Typed, bool, tuple[int, ...]]] = [(root, True, ())]
    while waiting:
        node, is_positive, around = waiting.pop(0)
        if isinstance(node, Not):
            waiting.append((node.item, not is_positive, around))
        elif isinstance(node, And | Or) and not isinstance(node, Use):
            for place, item in reversed([*enumerate(node.items)]):
                number = numbers[id(item)]
                shown = item if is_positive else Not(item, item.span)
                cut = Span(item.span.start, node.items[1].span.start)
                if place:
                    cut = Span(node.items[place - 1].span.end, item.span.end)
                yield number, around, shown, isinstance(node, Or) is is_positive, cut
                waiting.append((item, is_positive, (*around, number)))


def _without(root: Typed, numbers: Mapping[int, int], gone: Mapping[int, None]) -> Typed:
    """The tree without some parts; what has none left is what joining nothing gives."""

    def visit(node: Typed, items: Sequence[Typed | None]) -> Typed | None:
        if numbers[id(node)] in gone:
            return None
        match node:
            case Not(span=span):
                assert items[0] is not None
                return Not(items[0], span)
            case And(span=span) | Or(span=span):
                kept = tuple(item for item in items if item is not None)
                if len(kept) < 2:
                    return kept[0] if kept else Truth(isinstance(node, And), span)
                return And(kept, span) if isinstance(node, And) else Or(kept, span)
        return node

    def use(node: Use[Atom], _: Typed | None) -> Typed | None:
        return None if numbers[id(node)] in gone else node

    found = fold_once(root, visit, {}, use)
    assert found is not None
    return found
