"""The share of a traffic sample, against deciding every row by both oracles."""

from __future__ import annotations

import json
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from compare.shop import SALE, VIP, WEB, bind, business, files, version

from rulec.compare.report import compare
from rulec.compare.sample import take_sample
from rulec.oracle.facts import read_facts
from rulec.oracle.resolve import matching, resolve

OLD = (VIP, SALE, WEB)
NEW = (VIP.replace("isVip()", "isVip() && !item.contains(7)"), SALE, WEB.replace("web", "net", 1))
NEW_BROADER = (*NEW[:2], business("net", 'place.channel == "web"', rank=0))


def traffic(path: Path) -> list[dict[str, Any]]:
    """Rows written to a file, and the same as requests; the last one is refused."""
    rows = [
        {"buyer": {"isVip": vip}, "item": {"tags": tags}, "place": {"channel": channel}}
        for vip, tags, channel in product((True, False), ([], [7], [8]), ("app", "web"))
        for _ in range(1 + len(tags) * 2)
    ]
    rows.append({"buyer": {"isVip": True}, "item": {"tags": []}, "place": {"channel": "moon"}})
    columns = {
        "buyer.isVip": pa.array([row["buyer"]["isVip"] for row in rows]),
        "item.tags": pa.array([row["item"]["tags"] for row in rows], pa.list_(pa.int64())),
        "place.channel": pa.array([row["place"]["channel"] for row in rows]),
    }
    pq.write_table(pa.table(columns), path)
    return rows


def test_rows_are_counted_as_the_oracle_decides(tmp_path: Path) -> None:
    rows = traffic(tmp_path / "rows.parquet")
    versions = (
        version(tmp_path / "old", files(*OLD)),
        version(tmp_path / "new", files(*NEW_BROADER)),
    )
    sample = take_sample(versions, [tmp_path / "rows.parquet"])
    expected: Counter[tuple[str, str]] = Counter()
    for row in rows[:-1]:
        codes = []
        for one in versions:
            ruleset = one.checked.ruleset
            matched = matching(one.checked, read_facts(ruleset.vocabulary, row))
            codes.append(resolve(matched, ruleset.points[0]).code)
        expected[codes[0], codes[1]] += codes[0] != codes[1]
    found = {
        (pair.old.code, pair.new.code): pair.n_rows
        for (place, _, _), pair in sample.pairs.items()
        if place is not None and place.point == "discount"
    }
    assert found == {pair: n for pair, n in expected.items() if n}
    assert (sample.n_rows, sample.n_refused) == (len(rows), 1)
    assert sample.by_point == {"discount": sum(found.values())}
    assert sample.n_differing == sum(found.values())
    report = compare(*versions, sample=sample)
    told = {
        (one.old.code, one.new.code): one.n_rows
        for one in report.groups
        if one.old is not None and one.new is not None
    }
    assert {pair: n for pair, n in told.items() if n} == found
    assert [one.n_rows for one in report.groups] == sorted(told.values(), key=lambda n: -(n or 0))


def test_a_class_that_was_cut_is_told_where_rows_show_it(tmp_path: Path) -> None:
    traffic(tmp_path / "rows.parquet")
    versions = (
        version(tmp_path / "old", files(*OLD)),
        version(tmp_path / "new", files(*NEW_BROADER)),
    )
    sample = take_sample(versions, [tmp_path / "rows.parquet"])
    report = compare(*versions, limit=1, sample=sample)
    assert not report.is_complete
    told = {
        (one.place, one.old.code, one.new.code)
        for one in report.changes
        if one.old is not None and one.new is not None
    }
    assert {(place, p.old.code, p.new.code) for (place, _, _), p in sample.pairs.items()} <= told
    assert json.dumps([one.witness.facts for one in report.changes])


def test_rows_of_a_scenario(tmp_path: Path) -> None:
    traffic(tmp_path / "rows.parquet")
    tagged = bind("tax", "com.checkout", 'scenario = "checkout"')
    other = tagged.replace("com.checkout", "com.other")
    shops = [files(business("vip", "buyer.isVip()", more=more), SALE) for more in (tagged, other)]
    versions = version(tmp_path / "old", shops[0]), version(tmp_path / "new", shops[1])
    paths = [tmp_path / "rows.parquet"]
    without, within = (take_sample(versions, paths, scenario=s) for s in (None, "checkout"))
    assert without.by_point == {}
    (group,) = compare(*versions, sample=within).groups
    assert group.kind == "runs"
    assert group.n_rows == within.by_point["tax"] > 0
