"""Winners as a Parquet file: one row a recorded row, in the same order.

In: decided batches. Out: a file with these columns, written batch by batch:

    row                     int64, counts from 0 over the whole traffic
    <kept columns>          as recorded
    refused                 why the row is refused; null where it is not
    identity                the identified business, or `platform`; dictionary-encoded text
    <point>                 the code of the winner, one column a point; dictionary-encoded text
    <point>.implementation  what runs; null where nothing does; dictionary-encoded text

A refused row has null for identity and winners.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rulec.traffic.decide import REFUSED, Decided
from rulec.traffic.recording import Traffic
from rulec_runtime import ColumnError, Program

__all__ = ["WinnersFile"]

WORD = pa.dictionary(pa.int32(), pa.string())


class WinnersFile:
    """Writes decided batches to an open file; closing it writes the footer."""

    def __init__(
        self, file: BinaryIO, program: Program, traffic: Traffic, kept: Sequence[str] = ()
    ) -> None:
        self._program = program
        self._kept = tuple(kept)
        self._n_rows = 0
        fields = [
            pa.field("row", pa.int64(), nullable=False),
            *(traffic.schema.field(name) for name in kept),
            pa.field("refused", pa.string()),
            pa.field("identity", WORD),
        ]
        for point in program.points:
            fields += [pa.field(point, WORD), pa.field(f"{point}.implementation", WORD)]
        names = [field.name for field in fields]
        twice = next((name for name in kept if names.count(name) > 1), None)
        if twice is not None:
            raise ColumnError(twice, "a name that no column of the winners has", "one that one has")
        self._schema = pa.schema(fields, {"rulec.program": program.hash})
        self._codes = _Words([one.code for one in program.decisions])
        self._implementations = _Words([one.implementation for one in program.decisions])
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def add(self, decided: Decided) -> None:
        """Write a batch behind those before it."""
        n_rows = decided.rows.num_rows
        refused = [None] * n_rows if not decided.refusals else _refused(decided)
        columns = [
            pa.array(np.arange(self._n_rows, self._n_rows + n_rows)),
            *(decided.rows.column(name) for name in self._kept),
            pa.array(refused, pa.string()),
            _Words(decided.identity_codes).of(decided.identities),
        ]
        for winners in decided.winners:
            columns += [self._codes.of(winners), self._implementations.of(winners)]
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema))
        self._n_rows += n_rows

    def close(self) -> None:
        self._writer.close()


class _Words:
    """Texts by number, each distinct one once in a dictionary."""

    def __init__(self, words: Sequence[str | None]) -> None:
        distinct = dict.fromkeys(word for word in words if word is not None)
        place = {word: number for number, word in enumerate(distinct)}
        self._dictionary = pa.array(list(distinct), pa.string())
        # The last entry is what `REFUSED` finds.
        places = [REFUSED if word is None else place[word] for word in (*words, None)]
        self._places = np.array(places, np.int32)

    def of(self, numbers: NDArray[np.int32]) -> pa.DictionaryArray:
        places = self._places[numbers]
        indices = pa.array(places, mask=places == REFUSED)
        return pa.DictionaryArray.from_arrays(indices, self._dictionary)


def _refused(decided: Decided) -> list[str | None]:
    found: list[str | None] = [None] * decided.rows.num_rows
    for row, error in decided.refusals.items():
        found[row] = str(error).partition(": ")[2]
    return found
