"""Requests to made worlds: columns, dicts, and the streams in which they come.

In: a world, how many, which stream. Out: `Requests`, one array a fact; the values are those that
conditions read, so a world's shares hold of them exactly. As raw columns they are an Arrow table:
words as dictionaries, tags as lists. A working set is so many distinct requests; a stream asks
them in random order, and a cold one has every request once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.domains import ENTITIES, FACTS, N_TAGS, draws
from benchmarks.worlds import World

__all__ = ["WORKING_SETS", "Requests", "made", "made_items", "stream"]

WORKING_SETS: Final = (64, 2_000, 20_000)
_REQUESTS, _STREAM, _ITEMS = 1_000, 3, 500

Request = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Requests:
    """Requests by number; `values[path]` is `[n]`, of tags `[n, 16]`, words as places in a list."""

    world: World
    values: dict[str, NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.values["item.price"])

    def take(self, numbers: NDArray[np.int64] | slice) -> Requests:
        """Some of them."""
        return Requests(self.world, {path: of[numbers] for path, of in self.values.items()})

    @cached_property
    def dicts(self) -> list[Request]:
        """Each request as entity -> fact -> value, 12 scalars and 16 tags."""
        columns = {fact.path: self._python(fact.path, fact.type) for fact in FACTS}
        by_entity = {
            entity: [(fact.name, columns[fact.path]) for fact in FACTS if fact.entity == entity]
            for entity in ENTITIES
        }
        return [
            {
                entity: {name: column[row] for name, column in named}
                for entity, named in by_entity.items()
            }
            for row in range(len(self))
        ]

    def _python(self, path: str, type: str) -> list[Any]:
        values = self.values[path]
        if type == "word":
            domain = self.world.domains[path]
            return [domain.text(value) for value in values.tolist()]
        return (values == 0).tolist() if type == "flag" else values.tolist()

    @cached_property
    def table(self) -> pa.Table:
        """The same as raw columns."""
        return pa.table({fact.path: self._arrow(fact.path, fact.type) for fact in FACTS})

    def _arrow(self, path: str, type: str) -> pa.Array:
        values = self.values[path]
        match type:
            case "tags":
                offsets = pa.array(np.arange(len(self) + 1, dtype=np.int32) * N_TAGS)
                return pa.ListArray.from_arrays(offsets, pa.array(values.ravel()))
            case "word":
                used, places = np.unique(values, return_inverse=True)
                domain = self.world.domains[path]
                texts = [domain.text(value) for value in used.tolist()]
                return pa.DictionaryArray.from_arrays(places.astype(np.int32), texts)
            case "flag":
                return pa.array(values == 0)
        return pa.array(values)


def made(world: World, n: int, stream: int = 0) -> Requests:
    """The first `n` requests of a stream; other streams hold other requests."""
    return _made(world, np.arange(n, dtype=np.uint64), stream)


def made_items(world: World, first: int, n: int) -> Requests:
    """Items `first` up to `first + n` of a catalogue: requests like others, of a stream apart."""
    return _made(world, np.arange(first, first + n, dtype=np.uint64), _ITEMS)


def _made(world: World, rows: NDArray[np.uint64], stream: int) -> Requests:
    words = draws(world.seed, _REQUESTS + stream, rows, len(FACTS) + N_TAGS)
    values: dict[str, NDArray[np.int64]] = {}
    for column, fact in enumerate(FACTS):
        domain = world.domains[fact.path]
        if fact.type == "tags":
            tags = domain.pick(words[:, len(FACTS) :])
            values[fact.path] = tags + np.arange(N_TAGS) * domain.size
        else:
            values[fact.path] = domain.pick(words[:, column])
    return Requests(world, values)


def stream(world: World, n_distinct: int, n: int) -> NDArray[np.int64]:
    """`n` numbers of requests out of `n_distinct`, each as likely as the others."""
    words = draws(world.seed, _STREAM, np.arange(n, dtype=np.uint64), 1)[:, 0]
    return (words % np.uint64(n_distinct)).astype(np.int64)
