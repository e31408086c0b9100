"""Rules as tables to join with: what a database is given.

In: a world's rules. Out: one Arrow table by the fact through which its terms are found. Rules are
multiplied out to terms, so what is left to test of a term is one column a comparison, null where
the term asks nothing: `seller.shop is`, `buyer.level from`, `place.channel not` ... .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Final

import pyarrow as pa

from benchmarks.domains import FACTS
from benchmarks.peers.access import access
from benchmarks.worlds import Atom, Rule, World

__all__ = ["KEY", "TESTS", "UNKEYED", "term_tables"]

KEY: Final = "key"
UNKEYED: Final = ""
"""The table of terms that nothing finds: joined with every request."""
_TYPES: Final = {fact.path: fact.type for fact in FACTS}
TESTS: Final = (
    *(("item.tags", test) for test in ("has", "has too", "lacks")),
    *((fact.path, test) for fact in FACTS if fact.type == "word" for test in ("is", "not")),
    *(
        (fact.path, test)
        for fact in FACTS
        if fact.type == "number"
        for test in (("is", "not") if fact.is_open else ("from", "below"))
    ),
    ("seller.isOverseas", "is"),
)
"""Every comparison a term may hold: the fact, and how it is read."""
_REFUSED: Final = {"has": "lacks", "is": "not", "from": "below"}


def term_tables(world: World, rules: Sequence[Rule]) -> dict[str, pa.Table]:
    """Terms by the path of their key: `rank`, `key`, and a column `path test` for each test."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for rule in rules:
        for path, row in _terms(world, rule):
            rows[path].append(row)
    columns = [f"{path} {test}" for path, test in TESTS]
    tables: dict[str, pa.Table] = {}
    for path, found in rows.items():
        fields = [("rank", pa.int64())]
        if path != UNKEYED:
            fields.append((KEY, _arrow(path)))
        fields += [(column, _arrow(column.partition(" ")[0])) for column in columns]
        tables[path] = pa.Table.from_pylist(found, schema=pa.schema(fields))
    return tables


def _terms(world: World, rule: Rule) -> Iterator[tuple[str, dict[str, Any]]]:
    clause, _ = access(world, rule)
    refused = [c.atoms[0] for c in rule.clauses if c.is_negated]
    for chosen in product(*(c.atoms for c in rule.clauses if not c.is_negated)):
        key = next((atom for atom in chosen if clause and atom in clause.atoms), None)
        row: dict[str, Any] = {"rank": rule.rank, KEY: key.value if key else None}
        for atom in chosen:
            if atom is not key:
                name = f"{atom.path} {_test(atom)}"
                value = True if atom.relation == "on" else atom.value
                row[f"{name} too" if name in row else name] = value
        for atom in refused:
            row[f"{atom.path} {_REFUSED[atom.relation]}"] = atom.value
        yield key.path if key else UNKEYED, row


def _test(atom: Atom) -> str:
    return "is" if atom.relation == "on" else atom.relation


def _arrow(path: str) -> pa.DataType:
    return {"word": pa.string(), "flag": pa.bool_()}.get(_TYPES[path], pa.int64())
