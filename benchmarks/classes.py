"""From made requests to the classes of a program, without the engine's own readers.

In: what the compiler made of a world; requests to it. Out: for every entity the rows that the
kernels start from, each once, and which row each request has. Facets are the compiler's
(`rulec.analysis.facets`); `class_table` writes down what they say of each fact, so that a world is
compiled once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.domains import ENTITIES, FACTS, Fact
from benchmarks.requests import Requests
from rulec.analysis.facets import NumberFacet, PresenceFacet, TextFacet, cut
from rulec.driver import Compiled
from rulec.layout.plan import Texts
from rulec.layout.probes import lay_probes
from rulec.terms.model import Single

__all__ = ["EntityRows", "class_table", "rows_of", "unique_rows"]

Table = Mapping[str, Any]


@dataclass(frozen=True)
class EntityRows:
    """Rows of one entity; row r has the tags `[ends[r - 1], ends[r])`."""

    classes: NDArray[np.uint32]
    """`[n, n_scalars]`."""
    ends: NDArray[np.uint64]
    tags: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.classes)


def class_table(compiled: Compiled) -> dict[str, Any]:
    """How values become classes, as JSON: scalars by entity, and every fact by its path."""
    assert compiled.ruleset is not None
    vocabulary = compiled.ruleset.vocabulary
    conditions = compiled.shared.conditions
    facets = cut(vocabulary, [one.literal for one in conditions if isinstance(one, Single)])
    probes = lay_probes(vocabulary, facets, Texts())
    facts: dict[str, dict[str, Any]] = {}
    for path, own in facets.items():
        numbers = [probes.facet_numbers[path, facet.key] for facet in own]
        match own[0] if own else None:
            case None | PresenceFacet(tag=int()):
                tags = [facet.tag for facet in own if isinstance(facet, PresenceFacet)]
                facts[path] = {"tags": tags, "facets": numbers}
            case PresenceFacet():
                facts[path] = {"facet": numbers[0]}
            case NumberFacet(cuts=cuts):
                facts[path] = {"facet": numbers[0], "cuts": list(cuts)}
            case TextFacet(words=words, other=other):
                facts[path] = {"facet": numbers[0], "words": dict(words), "other": other}
            case other_facet:
                raise AssertionError(f"no made world has a {other_facet}")
    return {"n_scalars": dict(probes.n_scalars), "facts": facts}


def rows_of(entity: str, table: Table, requests: Requests) -> EntityRows:
    """One row a request."""
    n = len(requests)
    classes = np.zeros((n, table["n_scalars"][entity]), dtype=np.uint32)
    ends, tags = np.zeros(n, dtype=np.uint64), np.zeros(0, dtype=np.uint32)
    for fact in FACTS:
        if fact.entity != entity:
            continue
        says, values = table["facts"][fact.path], requests.values[fact.path]
        if fact.type == "tags":
            ends, tags = _tags(says, values)
        else:
            classes[:, says["facet"]] = _classes(fact, says, values, requests)
    return EntityRows(classes, ends, tags)


def unique_rows(
    table: Table, requests: Requests
) -> tuple[Sequence[EntityRows], NDArray[np.uint32]]:
    """Each entity's rows, equal ones once, and `[n, n_entities]` row numbers of the requests."""
    found: list[EntityRows] = []
    numbers = np.empty((len(requests), len(ENTITIES)), dtype=np.uint32)
    for column, entity in enumerate(ENTITIES):
        rows = rows_of(entity, table, requests)
        if len(rows.tags):
            numbers[:, column] = np.arange(len(rows))
        else:
            classes, places = np.unique(rows.classes, axis=0, return_inverse=True)
            numbers[:, column] = places.ravel()
            rows = EntityRows(classes, np.zeros(len(classes), dtype=np.uint64), rows.tags)
        found.append(rows)
    return found, numbers


def _classes(
    fact: Fact, says: Mapping[str, Any], values: NDArray[np.int64], requests: Requests
) -> NDArray[Any]:
    match fact.type:
        case "flag":
            return values == 0
        case "number":
            return 1 + np.searchsorted(np.array(says["cuts"], dtype=np.int64), values, side="right")
    used, places = np.unique(values, return_inverse=True)
    domain, words, other = requests.world.domains[fact.path], says["words"], says["other"]
    named = [words.get(domain.text(value), other) for value in used.tolist()]
    return np.array(named, dtype=np.uint32)[places]


def _tags(
    says: Mapping[str, Any], values: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """The facets of the tags that some rule names, row by row."""
    named = np.array(says["tags"], dtype=np.int64)
    facets = np.array(says["facets"], dtype=np.uint32)
    if not len(named):
        return np.zeros(len(values), dtype=np.uint64), facets
    places = np.minimum(np.searchsorted(named, values), len(named) - 1)
    is_named = named[places] == values
    ends = np.cumsum(is_named.sum(axis=1), dtype=np.uint64)
    return ends, np.ascontiguousarray(facets[places[is_named]])
