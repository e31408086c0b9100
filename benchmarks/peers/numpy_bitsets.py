"""NumPy bitsets: a bit a request for each comparison, ANDed and ORed rule by rule, strongest first.

Comparisons are interned; tags are found by one sort of those tags of the batch that rules name. A
rule's matches that nobody stronger had are its wins; the loop ends when every request has a winner.
Its own form is integer columns with words numbered, which Arrow's dictionaries give almost for
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.domains import FACTS, N_TAGS
from benchmarks.worlds import Atom, Rule, World

__all__ = ["Rival"]

Bits = NDArray[np.uint8]
_WORDS: Final = {fact.path for fact in FACTS if fact.type == "word"}


class Rival:
    name = "NumPy bitsets"
    packages = ("numpy",)
    most = 100_000
    why = "not tried"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        self.atoms = list(
            dict.fromkeys(
                atom for rule in rules for clause in rule.clauses for atom in clause.atoms
            )
        )
        numbers = {atom: number for number, atom in enumerate(self.atoms)}
        named = [int(atom.value) for atom in self.atoms if atom.relation == "has"]
        self.is_named = np.zeros(N_TAGS * world.domains["item.tags"].size, dtype=bool)
        self.is_named[named] = True
        self.rules = [
            [
                (tuple(numbers[a] for a in clause.atoms), clause.is_negated)
                for clause in rule.clauses
            ]
            for rule in rules
        ]

    def own(self, table: pa.Table) -> dict[str, Any]:
        columns: dict[str, Any] = {"": table.num_rows}
        for fact in FACTS:
            column = table.column(fact.path).combine_chunks()
            if fact.type == "word":
                words = {word: place for place, word in enumerate(column.dictionary.to_pylist())}
                columns[fact.path] = column.indices.to_numpy(zero_copy_only=False), words
            elif fact.type == "tags":
                columns[fact.path] = _by_tag(column, self.is_named)
            else:
                columns[fact.path] = column.to_numpy(zero_copy_only=False)
        return columns

    def winners(self, own: dict[str, Any]) -> NDArray[np.int64]:
        n_rows = own[""]
        bits = [_bits(atom, own) for atom in self.atoms]
        found = np.full(n_rows, -1, dtype=np.int64)
        left = np.packbits(np.ones(n_rows, dtype=bool))
        for rank, clauses in enumerate(self.rules):
            holds = left
            for numbers, is_negated in clauses:
                any_atom = bits[numbers[0]]
                for number in numbers[1:]:
                    any_atom = any_atom | bits[number]
                holds = holds & ~any_atom if is_negated else holds & any_atom
            if holds.any():
                found[np.unpackbits(holds, count=n_rows).view(bool)] = rank
                left = left & ~holds
                if not left.any():
                    break
        return found


def _by_tag(column: pa.ListArray, is_named: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The named tags of the batch in order, and the rows that have them."""
    offsets = column.offsets.to_numpy()
    rows = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    tags = column.flatten().to_numpy()
    keep = is_named[tags]
    tags, rows = tags[keep], rows[keep]
    order = np.argsort(tags, kind="stable")
    return tags[order], rows[order]


def _bits(atom: Atom, own: dict[str, Any]) -> Bits:
    column = own[atom.path]
    if atom.relation == "has":
        tags, rows = column
        first, last = np.searchsorted(tags, [atom.value, int(atom.value) + 1])
        holds = np.zeros(own[""], dtype=bool)
        holds[rows[first:last]] = True
    elif atom.relation == "on":
        holds = column
    elif atom.relation == "from":
        holds = column >= atom.value
    elif atom.path in _WORDS:
        holds = column[0] == column[1].get(atom.value, -1)
    else:
        holds = column == atom.value
    return np.packbits(holds)
