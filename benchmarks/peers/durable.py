"""durable_rules: one ruleset, a rule each with its rank as priority; a request is posted as a fact.

Its documentation orders actions by `pri`; a message that one action consumed is gone, so the first
action names the winner. A negated membership is `allItems` of the contrary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import count
from operator import and_, or_
from typing import Any, Final

from durable import lang

from benchmarks.worlds import Atom, Clause, Rule, World

__all__ = ["Rival"]

_NUMBERS: Final = count()
"""A ruleset's name is taken for ever."""


class Rival:
    name = "durable_rules"
    packages = ("durable_rules",)
    most = 300
    why = "at 600 its first request, which builds the network, took over two minutes"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        del world
        self.name_of_set = f"made{next(_NUMBERS)}"
        self.won: list[int] = []
        with lang.ruleset(self.name_of_set):
            for rule in rules:
                asked = reduce(and_, map(_clause, rule.clauses))
                lang.when_all(lang.pri(rule.rank), asked)(self._action(rule.rank))
            lang.when_all(lang.pri(len(rules)), +lang.m.item_price)(self._action(-1))

    def _action(self, rank: int) -> Callable[[Any], None]:
        def win(c: Any) -> None:
            del c
            self.won.append(rank)

        return win

    def own(self, request: dict[str, dict[str, Any]]) -> dict[str, Any]:
        return {
            f"{entity}_{name}": value
            for entity, facts in request.items()
            for name, value in facts.items()
        }

    def winner(self, own: dict[str, Any]) -> int:
        self.won.clear()
        lang.post(self.name_of_set, own)
        return self.won[0]


def _clause(clause: Clause) -> Any:
    if clause.is_negated:
        return _refused(clause.atoms[0])
    return reduce(or_, map(_atom, clause.atoms))


def _atom(atom: Atom) -> Any:
    fact = getattr(lang.m, atom.path.replace(".", "_"))
    match atom.relation:
        case "has":
            return fact.anyItem(lang.item == atom.value)
        case "on":
            return fact == True  # noqa: E712  (the library reads the comparison)
        case "from":
            return fact >= atom.value
    return fact == atom.value


def _refused(atom: Atom) -> Any:
    fact = getattr(lang.m, atom.path.replace(".", "_"))
    match atom.relation:
        case "has":
            return fact.allItems(lang.item != atom.value)
        case "on":
            return fact == False  # noqa: E712
        case "from":
            return fact < atom.value
    return fact != atom.value
