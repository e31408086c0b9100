"""Requests as NumPy columns of a batch.

In: requests and the vocabulary. Out: a column a fact, as `Program.batch` takes them: flags as bool,
ints as int64 where none is absent, tags as offsets and values, anything else as objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rulec.bench.requests import Request
from rulec.vocabulary.model import Fact, FactType, Vocabulary

__all__ = ["columns_of"]


def columns_of(vocabulary: Vocabulary, requests: Sequence[Request]) -> dict[str, Any]:
    """Every declared fact of the requests as a column, by `entity.fact`."""
    return {
        fact.path: _column(
            fact, [request.get(fact.entity, {}).get(fact.name) for request in requests]
        )
        for entity in vocabulary.entities.values()
        for fact in entity.facts.values()
    }


def _column(fact: Fact, values: list[Any]) -> Any:
    if fact.type is FactType.FLAG:
        return np.array([bool(value) for value in values], dtype=bool)
    if fact.type.is_tags:
        lists = [list(value or ()) for value in values]
        offsets = np.cumsum([0, *map(len, lists)], dtype=np.int64)
        kind = np.int64 if fact.type is FactType.TAGS_INT else np.str_
        return offsets, np.array([tag for tags in lists for tag in tags], dtype=kind)
    if fact.type is FactType.INT and all(value is not None for value in values):
        return np.array(values, dtype=np.int64)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
