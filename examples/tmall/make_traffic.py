"""Make traffic for this shop: a Parquet file of requests that nobody ever sent.

In: a path, `--rows`, `--seed`. Out: one row a request, one column a fact (`entity.fact`); tags are
lists of int64, texts are dictionary-encoded, amounts are decimals, an absent fact is null.

A catalogue of sellers and items is drawn first; requests then pick items by a power law, so a few
items are hot and most are rare, as in a real shop. The same seed gives the same file.

    python examples/tmall/make_traffic.py made.parquet --rows 100000 --seed 1
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

N_SELLERS = 2_000
N_ITEMS = 20_000
BRANDS = ["", "Maison Lys", "Orologeria Ferri", "云锦坊", "Aerial One", "Nongfu", "Baicao", "Velo"]
LUXURY_BRANDS = 4  # entries 1..3 of BRANDS
PROVINCES = ["广东", "浙江", "江苏", "上海", "北京", "四川", "山东", "湖北"]
CHANNELS = ["app", "web", "mini", "store"]
SEGMENTS = ["consumer", "corporate"]
ORDINARY_TAGS = np.arange(3000, 3400)


@dataclass(frozen=True)
class Shelf:
    """One kind of goods: how much of the catalogue, its own tag, its prices and weights."""

    share: float
    tag: int | None
    cents: tuple[int, int]
    grams: tuple[int, int]
    tmall: float
    """Share of its items that Tmall sellers offer."""


SHELVES = (
    Shelf(0.04, 4199, (59_900, 899_900), (400, 9_000), 0.9),
    Shelf(0.02, 2012, (3_000_000, 39_900_000), (900_000, 2_400_000), 0.9),
    Shelf(0.08, 810, (900, 39_900), (20, 2_000), 0.8),
    Shelf(0.12, 1555, (300, 12_900), (100, 8_000), 0.9),
    Shelf(0.08, 990, (500, 29_900), (100, 40_000), 0.1),
    Shelf(0.10, 50, (1_000, 300_000), (100, 20_000), 0.0),
    Shelf(0.05, 600, (100, 120_000), (0, 1), 0.2),
    Shelf(0.06, None, (500_000, 9_900_000), (100, 4_000), 0.9),
    Shelf(0.45, None, (500, 400_000), (50, 30_000), 0.4),
)
LUXURY_SHELF = 7

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Catalogue:
    """Items and who sells them; every array has one entry an item."""

    tags: pa.ListArray
    cents: Ints
    grams: Ints
    brand: Ints
    is_tmall: Flags
    is_overseas: Flags
    seller_level: Ints
    """-1 where the seller is unrated."""


def tag_lists(rng: np.random.Generator, shelf: Ints) -> pa.ListArray:
    """Each item's set of tags: its shelf's own, a few ordinary ones, sometimes a marker."""
    n_items = len(shelf)
    own = np.array([item.tag or 0 for item in SHELVES])[shelf]
    ordinary = rng.integers(0, 7, n_items)
    item_of = [np.flatnonzero(own), np.repeat(np.arange(n_items), ordinary)]
    ranks = np.minimum(rng.zipf(1.4, ordinary.sum()) - 1, len(ORDINARY_TAGS) - 1)
    tag_of = [own[item_of[0]], ORDINARY_TAGS[ranks]]
    for tag, share in ((77, 0.12), (31, 0.10)):  # pre-sale, dutiable
        marked = np.flatnonzero(rng.random(n_items) < share)
        item_of.append(marked)
        tag_of.append(np.full(len(marked), tag))
    pairs = np.unique(np.stack([np.concatenate(item_of), np.concatenate(tag_of)]), axis=1)
    offsets = np.searchsorted(pairs[0], np.arange(n_items + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(pairs[1], pa.int64()))


def catalogue(rng: np.random.Generator) -> Catalogue:
    """Draw sellers and items."""
    shelf = rng.choice(len(SHELVES), N_ITEMS, p=[item.share for item in SHELVES])
    cents_low, cents_high = np.array([item.cents for item in SHELVES])[shelf].T
    grams_low, grams_high = np.array([item.grams for item in SHELVES])[shelf].T
    is_tmall_seller = np.arange(N_SELLERS) < N_SELLERS // 2
    is_overseas_seller = rng.random(N_SELLERS) < 0.15
    level = rng.integers(0, 21, N_SELLERS)
    level[rng.random(N_SELLERS) < 0.1] = -1
    is_tmall_item = rng.random(N_ITEMS) < np.array([item.tmall for item in SHELVES])[shelf]
    seller = rng.integers(0, N_SELLERS // 2, N_ITEMS) + ~is_tmall_item * (N_SELLERS // 2)
    is_luxury = shelf == LUXURY_SHELF
    luxury_brand = rng.integers(1, LUXURY_BRANDS, N_ITEMS)
    other_brand = np.where(
        rng.random(N_ITEMS) < 0.5, 0, rng.integers(LUXURY_BRANDS, len(BRANDS), N_ITEMS)
    )
    return Catalogue(
        tags=tag_lists(rng, shelf),
        cents=np.exp(rng.uniform(np.log(cents_low), np.log(cents_high))).astype(np.int64),
        grams=rng.integers(grams_low, grams_high),
        brand=np.where(is_luxury, luxury_brand, other_brand),
        is_tmall=is_tmall_seller[seller],
        is_overseas=is_overseas_seller[seller],
        seller_level=level[seller],
    )


def texts(words: list[str], chosen: Ints, absent: Flags | None = None) -> pa.DictionaryArray:
    """Numbers of words as a dictionary-encoded column."""
    return pa.DictionaryArray.from_arrays(
        pa.array(chosen.astype(np.int32), mask=absent), pa.array(words)
    )


def decimals(scaled: Ints, scale: int, absent: Flags | None = None) -> pa.Array:
    """Scaled integers as a column of exact decimals."""
    # A decimal128 is one 128-bit integer: the low word, then the sign spread over the high one.
    words = np.stack([scaled, scaled >> 63], axis=1)
    column = pa.Array.from_buffers(
        pa.decimal128(18, scale), len(scaled), [None, pa.py_buffer(words.tobytes())]
    )
    if absent is None:
        return column
    return pc.if_else(pa.array(absent), pa.scalar(None, column.type), column)


def buyers(rng: np.random.Generator, n_rows: int) -> dict[str, pa.Array]:
    """Who asks: a quarter are guests without a level, one in twelve buys for a company."""
    level = rng.integers(0, 11, n_rows)
    is_guest = rng.random(n_rows) < 0.25
    return {
        "buyer.isVip": pa.array(rng.random(n_rows) < 0.08),
        "buyer.level": pa.array(level, pa.int8(), mask=is_guest),
        "buyer.segment": texts(SEGMENTS, (rng.random(n_rows) < 1 / 12).astype(np.int64)),
    }


def goods(rng: np.random.Generator, items: Catalogue, picked: Ints) -> dict[str, pa.Array]:
    """What is asked for, and who sells it; one weight in twenty is unknown."""
    level = items.seller_level[picked]
    has_no_weight = rng.random(len(picked)) < 0.05
    return {
        "seller.isTMSeller": pa.array(items.is_tmall[picked]),
        "seller.isOverseas": pa.array(items.is_overseas[picked]),
        "seller.level": pa.array(level, pa.int8(), mask=level < 0),
        "item.tags": items.tags.take(pa.array(picked)),
        "item.price": decimals(items.cents[picked], 2),
        "item.weightKg": decimals(items.grams[picked], 3, has_no_weight),
        "item.brand": texts(BRANDS, items.brand[picked]),
    }


def traffic(n_rows: int, seed: int) -> pa.Table:
    """Requests as a table of facts."""
    rng = np.random.default_rng(seed)
    items = catalogue(rng)
    picked = (rng.power(0.4, n_rows) * N_ITEMS).astype(np.int64)
    channel = rng.choice(len(CHANNELS), n_rows, p=[0.6, 0.2, 0.1, 0.1])
    province = rng.choice(len(PROVINCES), n_rows, p=[0.22, 0.18, 0.15, 0.13, 0.1, 0.08, 0.08, 0.06])
    quantity = 1 + np.minimum(rng.geometric(0.6, n_rows) - 1, 60)
    quantity[rng.random(n_rows) < 0.06] *= 12
    columns = {
        **buyers(rng, n_rows),
        **goods(rng, items, picked),
        "place.channel": texts(CHANNELS, channel, rng.random(n_rows) < 0.05),
        "place.province": texts(PROVINCES, province, rng.random(n_rows) < 0.1),
        "order.amount": decimals(items.cents[picked] * quantity, 2),
        "order.quantity": pa.array(quantity, pa.int32()),
    }
    return pa.table(columns)


def main() -> None:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(description="make traffic for the example shop")
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(traffic(options.rows, options.seed), options.out, compression="zstd")
    print(f"{options.rows} made requests (seed {options.seed}) in {options.out}")


if __name__ == "__main__":
    main()
