"""Rules as Python source over one flat tuple of facts: what the hand-written rivals run.

In: atoms. Out: expressions over local names, `item_price` for `item.price`, and `tags`, a set.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.domains import FACTS
from benchmarks.worlds import Atom, Clause

__all__ = ["NAMES", "atom_text", "clauses_text", "flat"]

_SCALARS: Final = tuple(fact for fact in FACTS if fact.type != "tags")
NAMES: Final = (*(fact.path.replace(".", "_") for fact in _SCALARS), "tags")
_PLACES: Final = tuple((fact.entity, fact.name) for fact in _SCALARS)


def flat(request: dict[str, dict[str, Any]]) -> tuple[Any, ...]:
    """A request's values in the order of `NAMES`."""
    return (
        *[request[entity][name] for entity, name in _PLACES],
        frozenset(request["item"]["tags"]),
    )


def atom_text(atom: Atom) -> str:
    """One comparison."""
    name = atom.path.replace(".", "_")
    match atom.relation:
        case "has":
            return f"{atom.value} in tags"
        case "on":
            return name
        case "from":
            return f"{name} >= {atom.value}"
    return f"{name} == {atom.value!r}"


def clauses_text(clauses: tuple[Clause, ...]) -> str:
    """All of the clauses; `True` where there are none."""
    return " and ".join(_clause(clause) for clause in clauses) or "True"


def _clause(clause: Clause) -> str:
    text = " or ".join(atom_text(atom) for atom in clause.atoms)
    return f"not ({text})" if clause.is_negated else f"({text})"
