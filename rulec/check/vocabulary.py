"""What the vocabulary says in conditions: named ones, and assumptions.

In: a vocabulary. Out: its named conditions and its assumptions, checked, each finding once and in
vocabulary.toml. A named condition is checked after those it names; a circle of names is VOC112.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from rulec.check.names import Named, check_condition, size_of
from rulec.check.size import size
from rulec.check.tree import CheckedAssumption, HasTags, Typed
from rulec.diagnostic import Diagnostic
from rulec.logic import And, Leaf, Not, Or, Truth, leaves
from rulec.source import Excerpt, Span
from rulec.syntax.parse import parse
from rulec.syntax.tree import Expr, Name, Word
from rulec.vocabulary.model import Exclusive, Fact, Vocabulary

__all__ = ["CheckedVocabulary", "check_vocabulary"]

_NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class CheckedVocabulary:
    """The sound named conditions, the sound assumptions, and every name that is not sound."""

    defines: Mapping[str, Named]
    assumptions: tuple[CheckedAssumption, ...]
    broken: frozenset[str]
    conditions: tuple[tuple[Excerpt, Typed], ...]
    """Every sound condition with its text: named ones, then sides of assumptions."""


def check_vocabulary(
    vocabulary: Vocabulary, broken: Set[str] = frozenset()
) -> tuple[CheckedVocabulary, list[Diagnostic]]:
    """Check all of a vocabulary's conditions; `broken` names what is declared but wrong."""
    unsound = set(broken)
    findings: list[Diagnostic] = []
    exprs: dict[str, Expr] = {}
    for name, text in vocabulary.defines.items():
        expr, found = parse(text)
        findings += found
        if expr is None:
            unsound.add(name)
        else:
            exprs[name] = expr
    defines: dict[str, Named] = {}
    for name in _needed_first(exprs, vocabulary, unsound, findings):
        text = vocabulary.defines[name]
        typed, found = check_condition(exprs[name], text, vocabulary, unsound, defines)
        findings += found
        if typed is None:
            unsound.add(name)
        else:
            whole = size(exprs[name], lambda known: size_of(defines, known))
            defines[name] = Named(typed, whole)
    conditions = [(vocabulary.defines[name], named.condition) for name, named in defines.items()]
    assumptions: list[CheckedAssumption] = []
    for assumption in vocabulary.assumptions:
        if isinstance(assumption, Exclusive):
            assumptions.append(_exclusive(assumption))
            continue
        sides: list[Typed] = []
        for text in (assumption.condition, assumption.consequence):
            side, found = _side(text, vocabulary, unsound, defines)
            findings += found
            if side is not None:
                sides.append(side)
                conditions.append((text, side))
        if len(sides) == 2:
            is_broken = And((sides[0], Not(sides[1], _NOWHERE)), _NOWHERE)
            assumptions.append(CheckedAssumption(assumption.text, is_broken, assumption.where))
    checked = CheckedVocabulary(defines, tuple(assumptions), frozenset(unsound), tuple(conditions))
    return checked, findings


def _exclusive(assumption: Exclusive) -> CheckedAssumption:
    return CheckedAssumption(assumption.text, _two_of(assumption), assumption.where)


def _side(
    text: Excerpt, vocabulary: Vocabulary, broken: Set[str], defines: Mapping[str, Named]
) -> tuple[Typed | None, list[Diagnostic]]:
    expr, found = parse(text)
    if expr is None:
        return None, found
    return check_condition(expr, text, vocabulary, broken, defines)


def _needed_first(
    exprs: Mapping[str, Expr],
    vocabulary: Vocabulary,
    unsound: set[str],
    findings: list[Diagnostic],
) -> Iterator[str]:
    """The names in an order in which each stands behind those it names; circles are left out."""
    done: set[str] = set()
    for start in exprs:
        path: dict[str, Iterator[Word]] = {}
        if start not in done:
            path[start] = _names(exprs[start])
        while path:
            name = next(reversed(path))
            word = next(path[name], None)
            if word is None:
                path.popitem()
                done.add(name)
                if name not in unsound:
                    yield name
                continue
            named = word.text
            if named in path:
                circle = list(path)[list(path).index(named) :]
                unsound.update(circle)
                where = vocabulary.defines[name].where(word.span)
                shown = " -> ".join(f"`{one}`" for one in (*circle, named))
                findings.append(
                    Diagnostic("VOC112", f"the name leads back to itself: {shown}", where)
                )
            elif named in exprs and named not in done:
                path[named] = _names(exprs[named])


def _names(expr: Expr) -> Iterator[Word]:
    return (leaf.value.word for leaf in leaves(expr) if isinstance(leaf.value, Name))


def _two_of(assumption: Exclusive) -> Typed:
    """True where a request carries two tags of a group.

    Halves are joined pairwise: two tags stand in one half, or one in each. So a group of n tags
    costs n log n atoms instead of one for every pair.
    """
    fact = assumption.fact
    parts: list[tuple[Typed, tuple[int | str, ...]]] = [
        (Truth(False, _NOWHERE), (tag,)) for tag in assumption.values
    ]
    while len(parts) > 1:
        joined: list[tuple[Typed, tuple[int | str, ...]]] = []
        for (two_left, left), (two_right, right) in zip(parts[::2], parts[1::2], strict=False):
            one_each = And((_any_of(fact, left), _any_of(fact, right)), _NOWHERE)
            joined.append((Or((two_left, two_right, one_each), _NOWHERE), left + right))
        parts = joined + (parts[-1:] if len(parts) % 2 else [])
    return parts[0][0]


def _any_of(fact: Fact, tags: tuple[int | str, ...]) -> Typed:
    return Leaf(HasTags(fact, tags, needs_all=False), _NOWHERE)
