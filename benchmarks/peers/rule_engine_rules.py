"""rule-engine: one typed `Rule` each, asked in order; tags as one string with delimiters.

Its documentation advises to create rules once, and to give types by a context so that errors are
found then. `"|7|" in tags` on a string is quicker than membership in its arrays, whose elements it
converts one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import rule_engine

from benchmarks.domains import FACTS
from benchmarks.worlds import Atom, Clause, Rule, World

__all__ = ["Rival"]

_TYPES: Final = {
    "tags": rule_engine.DataType.STRING,
    "word": rule_engine.DataType.STRING,
    "number": rule_engine.DataType.FLOAT,
    "flag": rule_engine.DataType.BOOLEAN,
}


class Rival:
    name = "rule-engine"
    packages = ("rule-engine",)
    most = 10_000
    why = "some 10 requests a second at 10,000"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        del world
        types = {_name(fact.path): _TYPES[fact.type] for fact in FACTS}
        resolver = rule_engine.type_resolver_from_dict(types)
        context = rule_engine.Context(type_resolver=resolver)
        self.tests = [
            (rule_engine.Rule(" and ".join(map(_clause, rule.clauses)), context).matches, rule.rank)
            for rule in rules
        ]

    def own(self, request: dict[str, dict[str, Any]]) -> dict[str, Any]:
        own = {
            f"{entity}_{name}": value
            for entity, facts in request.items()
            for name, value in facts.items()
        }
        own["item_tags"] = f"|{'|'.join(map(str, own['item_tags']))}|"
        return own

    def winner(self, own: dict[str, Any]) -> int:
        return next((rank for matches, rank in self.tests if matches(own)), -1)


def _name(path: str) -> str:
    return path.replace(".", "_")


def _clause(clause: Clause) -> str:
    text = " or ".join(map(_atom, clause.atoms))
    return f"not ({text})" if clause.is_negated else f"({text})"


def _atom(atom: Atom) -> str:
    name = _name(atom.path)
    match atom.relation:
        case "has":
            return f'"|{atom.value}|" in {name}'
        case "on":
            return name
        case "from":
            return f"{name} >= {atom.value}"
    written = f'"{atom.value}"' if isinstance(atom.value, str) else atom.value
    return f"{name} == {written}"
