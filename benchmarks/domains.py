"""The facts of made worlds: their names, their types, and how their values are spread.

In: how many times larger than at home the open domains are. Out: `Domain` by fact, which picks a
value for a 64-bit draw and knows how likely each value is. Draws are a counter put through
splitmix64, in 64-bit integers throughout, so one seed gives one world on every machine and with
every NumPy.

Four entities, twelve scalars, and sixteen tags an item: the request of the design's figures.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["ENTITIES", "FACTS", "N_TAGS", "Domain", "Fact", "domains", "draws", "vocabulary"]

N_TAGS: Final = 16
"""Tags of an item: one from each of as many domains, so that a tag's share is known exactly."""

Draws = NDArray[np.uint64]
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_KEYS: Final = np.uint64(0xD1342543DE82EF95)


@dataclass(frozen=True, slots=True)
class Fact:
    """One declared fact; `size` counts the values of its domain at home."""

    path: str
    type: str
    """`tags`, `word`, `number` or `flag`."""
    size: int
    is_open: bool = False
    """Grows with the world where a family says so: tags, shops, brands, categories."""
    step: int = 1
    """Conditions compare a number with multiples of it only."""

    @property
    def entity(self) -> str:
        return self.path.partition(".")[0]

    @property
    def name(self) -> str:
        return self.path.partition(".")[2]


FACTS: Final = (
    Fact("item.tags", "tags", 1_024, is_open=True),
    Fact("item.category", "word", 500, is_open=True),
    Fact("item.brand", "word", 800, is_open=True),
    Fact("item.price", "number", 100_000, step=2_500),
    Fact("item.grams", "number", 10_000, step=250),
    Fact("seller.shop", "number", 2_000, is_open=True),
    Fact("seller.level", "number", 21),
    Fact("seller.kind", "word", 6),
    Fact("seller.isOverseas", "flag", 4),
    Fact("place.province", "word", 32),
    Fact("place.channel", "word", 4),
    Fact("buyer.level", "number", 11),
    Fact("buyer.segment", "word", 8),
)
"""In the order in which requests name them; the size of `item.tags` is that of one of its domains.
A flag is true for the first of its values: for one in `size`."""
ENTITIES: Final = tuple(dict.fromkeys(fact.entity for fact in FACTS))
_SKEWED: Final = {"item.tags", "item.category", "item.brand", "seller.shop", "place.province"}
_KINDS: Final = {"item": "commodity", "place": "place"}


def draws(seed: int, stream: int, rows: NDArray[np.uint64], width: int) -> Draws:
    """`[n_rows, width]` random words: the same for a row whatever other rows are asked for."""
    counters = rows[:, None] * np.uint64(width) + np.arange(width, dtype=np.uint64)[None, :]
    key = np.array([seed * 1_000_003 + stream + 1], dtype=np.uint64) * _KEYS
    words = (counters + np.uint64(1)) * _GOLDEN + key
    words = (words ^ (words >> np.uint64(30))) * _FIRST
    words = (words ^ (words >> np.uint64(27))) * _SECOND
    return words ^ (words >> np.uint64(31))


@dataclass(frozen=True)
class Domain:
    """The values of one fact, 0 .. size - 1, the likeliest first where they are skewed."""

    fact: Fact
    size: int

    @cached_property
    def _weights(self) -> NDArray[np.uint64]:
        """Weight k is as 1 / (k + size / 32): the first value is 33 times as likely as the last."""
        if self.fact.path not in _SKEWED:
            return np.ones(self.size, dtype=np.uint64)
        places = np.arange(self.size, dtype=np.uint64)
        return np.uint64(1 << 40) // (np.uint64(32) * places + np.uint64(self.size))

    @cached_property
    def _sums(self) -> NDArray[np.uint64]:
        return np.cumsum(self._weights, dtype=np.uint64)

    @cached_property
    def _bounds(self) -> memoryview:
        return memoryview(self._sums)

    @cached_property
    def total(self) -> int:
        """The sum of all weights."""
        return int(self._sums[-1])

    def pick(self, words: Draws) -> NDArray[np.int64]:
        """A value for each draw, by the domain's weights."""
        return np.searchsorted(self._sums, words % self._sums[-1], side="right").astype(np.int64)

    def pick_one(self, word: int) -> int:
        """The same for one draw."""
        return bisect_right(self._bounds, word % self.total)

    def share(self, value: int) -> float:
        """How likely a request is to have a value."""
        return int(self._weights[value]) / self.total

    def text(self, value: int) -> str:
        """A value of a word fact as requests and conditions write it."""
        return f"{self.fact.name[0]}{value}"


def domains(scale: float) -> dict[str, Domain]:
    """The domain of each fact, the open ones `scale` times their size at home."""
    return {
        fact.path: Domain(fact, max(4, round(fact.size * scale)) if fact.is_open else fact.size)
        for fact in FACTS
    }


def vocabulary() -> str:
    """The vocabulary of every made world, as vocabulary.toml."""
    lines: list[str] = []
    for entity in ENTITIES:
        lines += [f"[entity.{entity}]", f'kind = "{_KINDS.get(entity, "people")}"']
        lines += ['contains = "tags"'] if entity == "item" else []
        lines.append(f"[entity.{entity}.facts]")
        lines += [f"{fact.name} = {_declared(fact)}" for fact in FACTS if fact.entity == entity]
    return "\n".join(lines) + "\n"


def _declared(fact: Fact) -> str:
    match fact.type:
        case "tags":
            return '{ type = "tags<int>" }'
        case "flag":
            return '{ type = "flag" }'
        case "word" if not fact.is_open and fact.path not in _SKEWED:
            words = ", ".join(f'"{Domain(fact, fact.size).text(k)}"' for k in range(fact.size))
            return f'{{ type = "enum", values = [{words}], required = true }}'
        case "word":
            return '{ type = "string", required = true }'
    high = "" if fact.is_open else f", max = {fact.size - 1}"
    return f'{{ type = "int", min = 0{high}, required = true }}'
