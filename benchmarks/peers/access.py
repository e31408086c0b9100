"""The access clause of a rule: the one through which an index finds it.

In: a rule, its world. Out: the clause whose values a request is least likely to have, among those
an index can look up (tags and equalities, not negated), and the clauses that are left to test.
"""

from __future__ import annotations

from benchmarks.worlds import Clause, Rule, World

__all__ = ["access"]


def access(world: World, rule: Rule) -> tuple[Clause | None, tuple[Clause, ...]]:
    """The access clause, None where nothing can be looked up, and the others."""
    found = [
        clause
        for clause in rule.clauses
        if not clause.is_negated and all(atom.relation in ("has", "is") for atom in clause.atoms)
    ]
    if not found:
        return None, rule.clauses
    best = min(found, key=lambda clause: sum(map(world.share, clause.atoms)))
    return best, tuple(clause for clause in rule.clauses if clause is not best)
