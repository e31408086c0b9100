"""clipspy: a Rete network, a `defrule` a rule, the strongest one the most salient.

Facts are ordered, `(tag 7)` and `(item-price 100)`, so that constants are tested in the pattern
network; a request is asserted as text, run for one activation, and retracted by `reset`. Its
documentation prefers templates to text for facts with slots; these have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import clips

from benchmarks.worlds import Atom, Clause, Rule, World

__all__ = ["Rival"]


class Rival:
    name = "CLIPS"
    packages = ("clipspy",)
    most = 10_000
    why = "salience ends at 10,000"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        del world
        self.environment = clips.Environment()
        self.won = -1
        self.environment.define_function(self._win, name="win")
        for rule in rules:
            asked = " ".join(map(_clause, rule.clauses))
            self.environment.build(
                f"(defrule {rule.code} (declare (salience {-rule.rank})) {asked}"
                f" => (win {rule.rank}))"
            )

    def _win(self, rank: int) -> None:
        self.won = int(rank)

    def own(self, request: dict[str, dict[str, Any]]) -> list[str]:
        facts = [f"(tag {tag})" for tag in request["item"]["tags"]]
        for entity, of in request.items():
            facts += [f"({entity}-{name} {_text(v)})" for name, v in of.items() if name != "tags"]
        return facts

    def winner(self, own: list[str]) -> int:
        environment = self.environment
        environment.reset()
        self.won = -1
        for fact in own:
            environment.assert_string(fact)
        environment.run(1)
        return self.won


def _text(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _clause(clause: Clause) -> str:
    atoms = list(map(_atom, clause.atoms))
    whole = f"(or {' '.join(atoms)})" if len(atoms) > 1 else atoms[0]
    return f"(not {whole})" if clause.is_negated else whole


def _atom(atom: Atom) -> str:
    name = atom.path.replace(".", "-")
    match atom.relation:
        case "has":
            return f"(tag {atom.value})"
        case "on":
            return f"({name} yes)"
        case "from":
            return f"({name} ?{name.replace('-', '')}&:(>= ?{name.replace('-', '')} {atom.value}))"
    return f"({name} {atom.value})"
