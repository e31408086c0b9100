"""Give the products of the catalogue a place in the category tree: one Parquet file to replay.

In: the folder of `off_products.parquet` and `off_categories.parquet`. Out: one row a product, in
the order recorded, with its 16 columns of tags as they are, the path of its category, its weight
in grams where the text of its quantity says one, and the time it was entered.

The taxonomy gives a category several parents. A path follows, from each category, the parent whose
own path is shortest, and of those the first by name; a product stands at the deepest of its
categories, of those the first by name.

    python examples/open_food/make_traffic.py DATA build/open_food.parquet
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

WEIGHT = re.compile(r"\s*(\d{1,6})(?:[.,](\d))?\s*(kg|g)\b", re.ASCII | re.IGNORECASE)


def category_paths(parents_of: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Every category with the categories from a root down to itself."""
    paths: dict[str, tuple[str, ...]] = {}
    roots = [name for name, parents in parents_of.items() if not set(parents) & parents_of.keys()]
    reached = {name: (name,) for name in roots}
    children: dict[str, list[str]] = {}
    for name, parents in parents_of.items():
        for parent in parents:
            children.setdefault(parent, []).append(name)
    while reached:
        paths |= reached
        below: dict[str, tuple[str, ...]] = {}
        for path in sorted(reached.values()):
            for child in children.get(path[-1], ()):
                if child not in paths:
                    below.setdefault(child, (*path, child))
        reached = below
    return paths


def deepest(tags: Iterable[str], paths: Mapping[str, tuple[str, ...]]) -> str | None:
    """The path of the deepest known category among a product's tags; None if none is known."""
    known = [paths[tag] for tag in tags if tag in paths]
    return "/".join(min(known, key=lambda path: (-len(path), path))) if known else None


def grams(quantity: str | None) -> Decimal | None:
    """The weight that a text begins with, in grams; None where it says none.

    >>> grams("1,5 kg"), grams("480 g"), grams("60pcs")
    (Decimal('1500.0'), Decimal('480.0'), None)
    """
    found = WEIGHT.match(quantity or "")
    if found is None:
        return None
    amount = Decimal(f"{found[1]}.{found[2] or 0}")
    return (amount * 1000 if found[3].lower() == "kg" else amount).quantize(Decimal("0.1"))


def traffic(products: pa.Table, categories: pa.Table) -> pa.Table:
    """One row a product; the columns as recorded, three of them derived."""
    rows = zip(categories["id"].to_pylist(), categories["parents"].to_pylist(), strict=True)
    paths = category_paths({name: parents or [] for name, parents in rows})
    tags = products["categories_tags"].to_pylist()
    derived = {
        "category_path": pa.array([deepest(own or (), paths) for own in tags], pa.string()),
        "grams": pa.array(map(grams, products["quantity"].to_pylist()), pa.decimal128(12, 1)),
        "created_at": products["created_t"].cast(pa.timestamp("s", "UTC")),
    }
    kept = {name: products[name] for name in products.schema.names if name != "created_t"}
    return pa.table(kept | derived)


def main() -> None:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(description="place the products in the category tree")
    parser.add_argument("data", type=Path, help="the folder of the two recorded files")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    products = pq.read_table(options.data / "off_products.parquet")
    categories = pq.read_table(options.data / "off_categories.parquet")
    placed = traffic(products, categories)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(placed, options.out, compression="zstd")
    print(f"{placed.num_rows} products in {options.out}")


if __name__ == "__main__":
    main()
