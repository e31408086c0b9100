"""Who may match a request? A few out of everybody, by one clause that each has to keep.

In: a checked rule set. Out: `Candidates`, which gives the `Matched` of a request without evaluating
every condition.

A condition of clauses joined by `&&` is true only where each is, and one joined by `||` only where
some is. So one that cannot be true unless a fact has one of some values - `x == 1`, `x in [..]`, a
tag - is looked up under those values, of the clause that fewest others share; who has no such
clause is asked at every request. Whoever is looked up is evaluated as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from rulec.check.tree import Atom, CheckedRuleSet, Compare, HasTag, HasTags, InList, IsSet, Typed
from rulec.logic import And, Leaf, Node, Or, Truth, fold
from rulec.oracle.facts import Facts, FactValue
from rulec.oracle.resolve import Matched, is_matched, strongest_first
from rulec.ruleset.model import Definition, Lane
from rulec.syntax.tree import Operator

__all__ = ["Candidates"]

_Key: TypeAlias = tuple[str, FactValue]
"""A fact's path, and a value or a tag of it."""
_Keys: TypeAlias = "tuple[_Key, ...] | None"
"""One of these holds wherever a condition is true; None: nobody can say."""


class Candidates:
    """The definitions of one rule set, looked up by what they ask for."""

    def __init__(self, checked: CheckedRuleSet) -> None:
        self._checked = checked
        ruleset = checked.ruleset
        self._ordered: list[Definition] = [
            *strongest_first(ruleset.products),
            *strongest_first(ruleset.businesses),
        ]
        self._numbers = {one.code: number for number, one in enumerate(self._ordered)}
        self._by_key: dict[_Key, list[int]] = {}
        self._always: list[int] = []
        for number, one in enumerate(self._ordered):
            keys = self._keys(checked.conditions[one.code])
            for key in dict.fromkeys(keys or ()):
                self._by_key.setdefault(key, []).append(number)
            if keys is None:
                self._always.append(number)
        self._named = {code for point in ruleset.points for code in point.order}

    def matching(self, facts: Facts, as_of: int | None = None) -> Matched:
        """As `matching` gives it, without those who neither match nor are named by anyone."""
        numbers = set(self._always)
        for key in _said(facts):
            numbers.update(self._by_key.get(key, ()))
        asked = [self._ordered[number] for number in numbers]
        matched = [one for one in asked if is_matched(self._checked, one, facts, as_of)]
        codes = {one.code for one in matched}
        kept = codes | self._named
        kept |= {code for one in matched for b in one.bindings for code in b.before}
        found = sorted(self._numbers[code] for code in kept if code in self._numbers)
        ordered = [self._ordered[number] for number in found]
        products = [one for one in ordered if one.lane is Lane.PRODUCT]
        businesses = [one for one in ordered if one.lane is Lane.BUSINESS]
        return Matched(self._checked, facts, as_of, products, businesses, codes)

    def _keys(self, condition: Typed) -> _Keys:
        def visit(node: Node[Atom], items: Sequence[_Keys]) -> _Keys:
            match node:
                case Leaf(value=atom):
                    return _asked(atom)
                case Truth(value=value):
                    return None if value else ()
                case And():
                    known = (keys for keys in items if keys is not None)
                    return min(known, key=self._n_sharing, default=None)
                case Or():
                    found: list[_Key] = []
                    for keys in items:
                        if keys is None:
                            return None
                        found += keys
                    return tuple(found)
            return None

        return fold(condition, visit)

    def _n_sharing(self, keys: tuple[_Key, ...]) -> int:
        return sum(len(self._by_key.get(key, ())) for key in keys)


def _asked(atom: Atom) -> _Keys:
    """The values of which the fact must have one where an atom is true."""
    path = atom.fact.path
    match atom:
        case IsSet():
            return ((path, True),)
        case HasTag(tag=tag):
            return ((path, tag),)
        case HasTags(tags=tags, needs_all=needs_all):
            if needs_all:
                return tuple((path, tag) for tag in tags)[:1] or None
            return tuple((path, tag) for tag in tags)
        case Compare(operator=Operator.EQUAL, value=value):
            return ((path, value),)
        case InList(values=values):
            return tuple((path, value) for value in values)
    return None


def _said(facts: Facts) -> Iterator[_Key]:
    """What a request says, value by value and tag by tag."""
    for path, value in facts.items():
        if isinstance(value, frozenset):
            yield from ((path, tag) for tag in value)
        else:
            yield path, value
