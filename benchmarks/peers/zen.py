"""zen-engine: a decision table with hit policy `first`, loaded once by the static loader.

Its documentation advises to let the engine hold the decision (a loader) and to call
`evaluate(key)`, and to write a condition on one field as that field's cell, where `$` is the value;
what mixes fields stands in a column without a field. The context is the request's own dict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import zen

from benchmarks.domains import FACTS
from benchmarks.worlds import Atom, Clause, Rule, World

__all__ = ["Rival"]

_MIXED: Final = "mixed"


class Rival:
    name = "zen-engine"
    packages = ("zen-engine",)
    most = 10_000
    why = "some 60 requests a second at 10,000"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        del world
        inputs = [{"id": fact.path, "name": fact.path, "field": fact.path} for fact in FACTS]
        table = {
            "hitPolicy": "first",
            "inputs": [*inputs, {"id": _MIXED, "name": _MIXED}],
            "outputs": [{"id": "rank", "name": "rank", "field": "rank"}],
            "rules": [_row(rule) for rule in rules],
        }
        names = ("inputNode", "decisionTableNode", "outputNode")
        nodes: list[dict[str, Any]] = [{"id": name, "name": name, "type": name} for name in names]
        nodes[1]["content"] = table
        edges = [
            {"id": f"to-{target}", "type": "edge", "sourceId": source, "targetId": target}
            for source, target in pairwise(names)
        ]
        content = {"made": {"nodes": nodes, "edges": edges}}
        self.engine = zen.ZenEngine({"loader": {"type": "static", "content": content}})

    def own(self, request: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return request

    def winner(self, own: dict[str, dict[str, Any]]) -> int:
        rank: int = self.engine.evaluate("made", own)["result"].get("rank", -1)
        return rank


def _row(rule: Rule) -> dict[str, str]:
    clauses: dict[str, list[Clause]] = defaultdict(list)
    for clause in rule.clauses:
        clauses["+".join({atom.path for atom in clause.atoms})].append(clause)
    row = dict.fromkeys((*(fact.path for fact in FACTS), _MIXED), "")
    mixed: list[str] = []
    for path, found in clauses.items():
        if path in row and len(found) == 1:
            row[path] = _clause(found[0], "$")
        else:
            mixed += [f"({_clause(clause, None)})" for clause in found]
    return row | {_MIXED: " and ".join(mixed), "_id": rule.code, "rank": str(rule.rank)}


def _clause(clause: Clause, subject: str | None) -> str:
    """A clause about `subject`, or about the facts its atoms name.

    A cell of a field takes no parentheses around a part of it: such a cell is never true.
    """
    text = " or ".join(_atom(atom, subject or atom.path) for atom in clause.atoms)
    return f"not ({text})" if clause.is_negated else text


def _atom(atom: Atom, subject: str) -> str:
    match atom.relation:
        case "has":
            return f"contains({subject}, {atom.value})"
        case "on":
            return f"{subject} == true"
        case "from":
            return f"{subject} >= {atom.value}"
    written = f'"{atom.value}"' if isinstance(atom.value, str) else atom.value
    return f"{subject} == {written}"
