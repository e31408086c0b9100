"""Rules in the C-like words that CEL and Cedar share: `&&`, `||`, `!`, `==`, `>=`."""

from __future__ import annotations

from benchmarks.worlds import Atom, Clause, Rule

__all__ = ["rule_text"]


def rule_text(rule: Rule, prefix: str, contains: str) -> str:
    """All clauses; `contains` is a format of `{set}` and `{value}`."""
    return " && ".join(_clause(clause, prefix, contains) for clause in rule.clauses)


def _clause(clause: Clause, prefix: str, contains: str) -> str:
    text = " || ".join(_atom(atom, prefix + atom.path, contains) for atom in clause.atoms)
    return f"!({text})" if clause.is_negated else f"({text})"


def _atom(atom: Atom, path: str, contains: str) -> str:
    match atom.relation:
        case "has":
            return contains.format(set=path, value=atom.value)
        case "on":
            return path
        case "from":
            return f"{path} >= {atom.value}"
    written = f'"{atom.value}"' if isinstance(atom.value, str) else atom.value
    return f"{path} == {written}"
