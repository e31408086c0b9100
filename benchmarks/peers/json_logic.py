"""json-logic-qubit: one `if` with a condition and a rank a rule, which stops at the first true one.

Its documentation knows no compilation: rule and data are dicts, walked at each call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import json_logic as library

from benchmarks.worlds import Atom, Clause, Rule, World

__all__ = ["Rival"]


class Rival:
    name = "json-logic"
    packages = ("json-logic-qubit",)
    most = 10_000
    why = "some 15 requests a second at 10,000"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        del world
        self.chain: dict[str, Any] = {"if": []}
        for rule in rules:
            self.chain["if"] += [{"and": list(map(_clause, rule.clauses))}, rule.rank]
        self.chain["if"].append(-1)

    def own(self, request: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return request

    def winner(self, own: dict[str, dict[str, Any]]) -> int:
        rank: int = library.jsonLogic(self.chain, own)
        return rank


def _clause(clause: Clause) -> dict[str, Any]:
    atoms = list(map(_atom, clause.atoms))
    whole = {"or": atoms} if len(atoms) > 1 else atoms[0]
    return {"!": [whole]} if clause.is_negated else whole


def _atom(atom: Atom) -> dict[str, Any]:
    value = {"var": atom.path}
    match atom.relation:
        case "has":
            return {"in": [atom.value, value]}
        case "on":
            return {"==": [value, True]}
        case "from":
            return {">=": [value, atom.value]}
    return {"==": [value, atom.value]}
