"""A shop with every kind of rule, and made rows of facts for it.

In: how likely a fact stays what it was in the row before. Out: rows by column name, the same as
facts of single requests, and what those are decided.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from engine.handmade import artifact_of
from engine.made_shop import shop

import rulec_runtime

SHOP = rulec_runtime.from_bytes(artifact_of(shop()))

CHOICES: Mapping[str, list[Any]] = {
    "seller.isTMSeller": [True, False, None],
    "seller.level": [0, 3, 10, 20, None],
    "seller.city": ["杭州", "Berlin", "", "Oslo", None],
    "item.tags": [[], [77], [4199, 5], [-5, 77, 4199], None],
    "item.price": ["0", "99.99", "100.00", "150.5"],
    "item.brand": ["acme", "other", None],
    "item.weight": ["0.5", None],
    "place.channel": ["web", "app", "store", None],
    "place.floor": [-1, 0, 7, None],
}


def made_rows(n_rows: int, stay: float, seed: int) -> list[dict[str, Any]]:
    """Rows of facts by column name; each fact stays what it was with probability `stay`."""
    made = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for _ in range(n_rows):
        last = rows[-1] if rows else {}
        rows.append(
            {
                name: last[name] if name in last and made.random() < stay else made.choice(values)
                for name, values in CHOICES.items()
            }
        )
    return rows


def requests(rows: list[dict[str, Any]]) -> list[dict[str, dict[str, Any]]]:
    """Rows as the facts of single requests."""
    found = []
    for row in rows:
        facts: dict[str, dict[str, Any]] = {}
        for name, value in row.items():
            entity, fact = name.split(".")
            facts.setdefault(entity, {})[fact] = value
        found.append(facts)
    return found


def check_batch(columns: Any, rows: list[dict[str, Any]]) -> None:
    """A batch of the shop decides and names each row as the single request does."""
    single = [SHOP.match(facts) for facts in requests(rows)]
    batch = SHOP.batch(columns)
    expected = [[match.resolve(point).number for match in single] for point in SHOP.points]
    assert batch.resolve_points(SHOP.points).tolist() == expected
    names = [*batch.identities, "platform"]
    assert [names[number] for number in batch.identify()] == [match.identity for match in single]
    assert len({tuple(numbers) for numbers in zip(*expected, strict=True)}) > 1
