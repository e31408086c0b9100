"""The one tree of the compiler: connectives over leaves, and the walk that never recurses.

A condition keeps this shape through every stage; only its leaves change: what was written
(`syntax`), typed atoms (`check`), literals (`simplify`). `fold` carries its own stack, so depth
costs memory and never Python's recursion limit.

A named condition is one tree that all its uses share (`Use`), so a tree is a graph when its names
count. `fold` writes them out and gives every node the place of the name; `fold_once` visits what a
name stands for once, and its visitors must not look at places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeAlias, TypeVar

from rulec.source import Span

__all__ = [
    "And",
    "Known",
    "Leaf",
    "Node",
    "Not",
    "Or",
    "Truth",
    "Use",
    "fold",
    "fold_once",
    "has_names",
    "leaf_values",
    "leaves",
    "map_leaves",
]

L = TypeVar("L")
M = TypeVar("M")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[L]):
    """A leaf and the span of the text it came from."""

    value: L
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Not(Generic[L]):
    item: Node[L]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class And(Generic[L]):
    items: tuple[Node[L], ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Or(Generic[L]):
    items: tuple[Node[L], ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Use(And[L]):
    """A named condition where it is used: an And of one, whose item all its uses share.

    `span` is the place of the name; spans below lie in the text that was named.
    """

    name: str

    @property
    def item(self) -> Node[L]:
        return self.items[0]


Node: TypeAlias = And[L] | Or[L] | Not[L] | Truth | Leaf[L]
Known: TypeAlias = dict[int, tuple[Node[L], R]]
"""What a walk made of named conditions, by the identity of the tree, which it keeps alive."""


_JOINS: Final = (And, Or)


def _children(node: Node[L]) -> tuple[Node[L], ...]:
    if isinstance(node, Leaf):
        return ()
    if isinstance(node, _JOINS):
        return node.items
    return (node.item,) if isinstance(node, Not) else ()


def fold(root: Node[L], visit: Callable[[Node[L], Sequence[R]], R]) -> R:
    """Combine a tree from its leaves up: `visit(node, results of its children)`.

    Names are written out: no `Use` is visited, and what it stands for is visited at its place.

    >>> place = Span(0, 0)
    >>> tree = And((Leaf(2, place), Not(Leaf(3, place), place)), place)
    >>> fold(tree, lambda node, results: node.value if isinstance(node, Leaf) else sum(results))
    5
    """
    results: list[R] = []
    stack: list[tuple[Node[L], Span | None, bool]] = [(root, None, False)]
    while stack:
        node, place, is_open = stack.pop()
        if isinstance(node, Use):
            stack.append((node.item, place or node.span, False))
            continue
        children = _children(node)
        if is_open or not children:
            split = len(results) - len(children)
            here = node if place is None else replace(node, span=place)
            results[split:] = [visit(here, results[split:])]
        else:
            stack.append((node, place, True))
            stack.extend((child, place, False) for child in reversed(children))
    return results[0]


def fold_once(
    root: Node[L],
    visit: Callable[[Node[L], Sequence[R]], R],
    known: Known[L, R],
    use: Callable[[Use[L], R], R] = lambda _, result: result,
) -> R:
    """As `fold`, but what a name stands for is visited once, for all its uses.

    `known` remembers from one tree to the next; `use(node, result)` is the result at one use.
    """
    results: list[R] = []
    stack: list[tuple[Node[L], bool]] = [(root, False)]
    while stack:
        node, is_open = stack.pop()
        if isinstance(node, Use):
            if is_open:
                known[id(node.item)] = node.item, results.pop()
            if id(node.item) in known:
                results.append(use(node, known[id(node.item)][1]))
            else:
                stack += ((node, True), (node.item, False))
            continue
        children = _children(node)
        if not children:
            results.append(visit(node, ()))
        elif is_open:
            split = len(results) - len(children)
            results[split:] = [visit(node, results[split:])]
        else:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(children))
    return results[0]


def map_leaves(root: Node[L], change: Callable[[Leaf[L]], Node[M]]) -> Node[M]:
    """The same connectives over other leaves; a leaf may become a whole tree."""

    def visit(node: Node[L], items: Sequence[Node[M]]) -> Node[M]:
        match node:
            case Leaf():
                return change(node)
            case Truth():
                return node
            case Not(span=span):
                return Not(items[0], span)
            case And(span=span):
                return And(tuple(items), span)
            case Or(span=span):
                return Or(tuple(items), span)

    return fold(root, visit)


def leaves(root: Node[L]) -> list[Leaf[L]]:
    """The leaves, from left to right, each where it or the name it comes from stands."""
    found: list[Leaf[L]] = []

    def visit(node: Node[L], _: Sequence[Any]) -> None:
        if isinstance(node, Leaf):
            found.append(node)

    fold(root, visit)
    return found


def has_names(root: Node[L]) -> bool:
    """Whether a tree uses a named condition."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Use):
            return True
        stack.extend(_children(node))
    return False


def leaf_values(roots: Iterable[Node[L]]) -> Iterator[L]:
    """What the leaves of some trees say, that of a named condition once."""
    seen: set[int] = set()
    for root in roots:
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, Leaf):
                yield node.value
            elif not isinstance(node, Use):
                stack.extend(reversed(_children(node)))
            elif id(node.item) not in seen:
                seen.add(id(node.item))
                stack.append(node.item)
