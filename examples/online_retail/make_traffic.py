"""Join the invoice lines of the shop with its items: one Parquet file to replay.

In: the folder of `online_retail_lines.parquet` and `online_retail_items.parquet`. Out: one row an
invoice line, in the order recorded, with the words of its item, where the buyer lives as a path,
and the amount of the line, which is price times quantity to the last digit.

    python examples/online_retail/make_traffic.py DATA build/online_retail.parquet
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROW_GROUP = 65_536
MILLS = 1_000
"""Prices are recorded as doubles of at most three places."""
MEDIANS = 10_000
"""A median of two prices of three places has four; an item that was only ever free has none."""

AREAS = {
    "europe/eu": (
        "Austria", "Belgium", "Cyprus", "Czech Republic", "Denmark", "EIRE", "European Community",
        "Finland", "France", "Germany", "Greece", "Italy", "Lithuania", "Malta", "Netherlands",
        "Poland", "Portugal", "Spain", "Sweden", "United Kingdom",
    ),
    "europe/other": ("Channel Islands", "Iceland", "Norway", "Switzerland"),
    "asia": (
        "Bahrain", "Hong Kong", "Israel", "Japan", "Lebanon", "Saudi Arabia", "Singapore",
        "United Arab Emirates",
    ),
    "america": ("Brazil", "Canada", "USA"),
    "africa": ("RSA",),
    "oceania": ("Australia",),
}  # fmt: skip
"""Where each recorded country lies; the Union as it was in 2011. `Unspecified` lies nowhere."""


def area_of(country: str) -> str:
    """The path of a recorded country: `europe/eu/France`; the root if none is recorded."""
    return next((f"{area}/{country}" for area, own in AREAS.items() if country in own), "")


def areas(countries: pa.ChunkedArray) -> pa.ChunkedArray:
    """A path a row."""
    known = pc.unique(countries)
    paths = pa.array([area_of(country) for country in known.to_pylist()])
    return paths.dictionary_encode().take(pc.index_in(countries, known))


def decimals(amounts: np.ndarray, scale: int) -> pa.Array:
    """Whole numbers of the smallest unit as exact decimals; what is no number is null."""
    is_none = np.isnan(amounts)
    scaled = np.rint(np.where(is_none, 0, amounts)).astype(np.int64)
    # A decimal128 is one 128-bit integer: the low word, then the sign spread over the high one.
    words = np.stack([scaled, scaled >> 63], axis=1)
    kind = pa.decimal128(18, scale)
    column = pa.Array.from_buffers(kind, len(scaled), [None, pa.py_buffer(words.tobytes())])
    return pc.if_else(pa.array(is_none), pa.scalar(None, kind), column)


def traffic(lines: pa.Table, items: pa.Table) -> pa.Table:
    """One row a line, with what is known of its item."""
    row_of_item = pc.index_in(lines["item_code"], items["item_code"])
    mills = np.rint(lines["unit_price"].to_numpy() * MILLS)
    medians = items["price_median"].to_numpy() * MEDIANS
    columns = {
        "invoice_no": lines["invoice_no"],
        "invoice_ts": lines["invoice_ts"],
        "is_cancellation": lines["is_cancellation"],
        "buyer_id": lines["buyer_id"],
        "buyer_country": lines["buyer_country"].dictionary_encode(),
        "buyer_area": areas(lines["buyer_country"]),
        "item_code": lines["item_code"].dictionary_encode(),
        "item_words": items["description_words"].take(row_of_item),
        "item_list_price": decimals(medians, 4).take(row_of_item.combine_chunks()),
        "item_countries": items["n_countries"].take(row_of_item),
        "unit_price": lines["unit_price"],
        "quantity": lines["quantity"],
        "amount": decimals(mills * lines["quantity"].to_numpy(), 3),
    }
    return pa.table(columns)


def main() -> None:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(description="join the lines of the shop with its items")
    parser.add_argument("data", type=Path, help="the folder of the two recorded files")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    lines = pq.read_table(options.data / "online_retail_lines.parquet")
    items = pq.read_table(options.data / "online_retail_items.parquet")
    joined = traffic(lines, items)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(joined, options.out, compression="zstd", row_group_size=ROW_GROUP)
    print(f"{joined.num_rows} invoice lines in {options.out}")


if __name__ == "__main__":
    main()
