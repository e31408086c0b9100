"""A shop of three definitions, traffic for it, and its replay."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rulec.driver import compile_folder
from rulec.traffic.decide import Question
from rulec.traffic.recording import Traffic
from rulec.traffic.replay import replay
from rulec.traffic.tally import Tally
from rulec.traffic.times import TimeColumn
from rulec_runtime import Program, from_bytes

RULES = {
    "vocabulary.toml": """
[entity.item]
kind = "commodity"
contains = "words"
[entity.item.facts]
words = { type = "tags<string>" }
price = { type = "decimal(2)", min = "0", max = "100", required = true }
[[assume]]
implies = ["item.contains('GIFT')", "item.price < 50.00"]
""",
    "platform.toml": """
scenarios = ["store"]
[[ability]]
code = "a"
[[ability.point]]
code = "quote"
default = { implementation = "platform.List" }
[[ability.point]]
code = "card"
default = "none"
""",
    "businesses/autumn.toml": """
code = "autumn"
owner = "seasons"
identity = "item.contains('LEAF')"
active = ["2026-09-01T00:00:00Z", "2026-12-01T00:00:00Z"]
[[bind]]
point = "quote"
implementation = "seasons.Autumn"
[[bind]]
point = "quote"
scenario = "store"
implementation = "seasons.InStore"
""",
    "businesses/cheap.toml": """
code = "cheap"
owner = "stock"
identity = "item.price < 1.00"
rank = 2000
[[bind]]
point = "card"
default = true
""",
    "products/never.toml": """
code = "never"
owner = "nobody"
condition = "item.price > 99.99"
[[bind]]
point = "card"
implementation = "nobody.Card"
""",
}
LEAF, PLAIN, GIFT = ["LEAF"], ["STONE"], ["GIFT"]


def traffic_of(*rows: tuple[list[str], str | None], at: list[Any] | None = None) -> pa.Table:
    columns = {
        "item.words": pa.array([words for words, _ in rows], pa.list_(pa.string())),
        "item.price": pa.array([price and Decimal(price) for _, price in rows]),
    }
    if at is not None:
        columns["at"] = pa.array(at)
    return pa.table(columns)


def opened(rules: Path, *paths: Path, extra: tuple[str, ...] = ()) -> tuple[Program, Traffic]:
    compiled = compile_folder(rules)
    assert compiled.artifact is not None
    assert compiled.ruleset is not None
    return from_bytes(compiled.artifact), Traffic.open(paths, compiled.ruleset, extra)


def tally_of(
    rules: Path, table: pa.Table, as_of: str | TimeColumn = "2026-10-01T00:00:00Z", **asked: Any
) -> Tally:
    path = rules.parent / "traffic.parquet"
    pq.write_table(table, path)
    extra = (as_of.name,) if isinstance(as_of, TimeColumn) else ()
    program, traffic = opened(rules, path, extra=extra)
    return replay(traffic, Question(program, traffic.columns, as_of=as_of, **asked))
