"""Samples of recorded traffic: which rows, what they hold, how they are named."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from replay.small_shop import GIFT, LEAF, PLAIN, RULES, traffic_of
from roads import write_ruleset

import rulec
from rulec.cli.main import main
from rulec.driver import compile_folder
from rulec.lints.subject import examine
from rulec.traffic.named import Named
from rulec.traffic.recording import Traffic
from rulec.traffic.sample import Sample
from rulec_runtime import ColumnError, FactError

NOON = "2026-10-01T12:00:00Z"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write_ruleset(tmp_path / "shop", RULES)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    path = tmp_path / "day.parquet"
    rows = [(LEAF, "0.10"), (PLAIN, "5.00"), (GIFT, "60.00"), (LEAF + PLAIN, "0.10")]
    table = traffic_of(*rows, (PLAIN, "-1.00"))
    pq.write_table(table.append_column("at", pa.array([NOON] * 5)), path)
    return path


def test_rows_that_break_something_are_left_out(rules: Path, day: Path) -> None:
    sample = Named(str(day), time_column="at").sample(rulec.load(rules))
    assert sample.n_rows == 5
    assert sample.kept.tolist() == [0, 1, 3]
    facts = sample.observed.facts
    assert facts["item.words"] == {"LEAF": [0, 2], "STONE": [1, 2]}
    assert facts["item.price"] == {10: [0, 2], 500: [1]}
    assert {**sample.observed.source, "hash": 0} == {"rows": 5, "drawn": 5, "refused": 2, "hash": 0}
    decided = sample.decide(rulec.compile(rules))
    assert sorted(decided.refusals) == [2, 4]
    assert sample.requests()[1] == {"item": {"words": PLAIN, "price": Decimal("5.00")}}


def test_a_large_recording_is_drawn_from_everywhere(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rulec.traffic.recording.BATCH_ROWS", 1_000)
    prices = np.arange(5_000) % 10_000
    for number in range(2):
        table = pa.table(
            {
                "item.price": prices / 100,
                "item.words": pa.array([["A"]] * 5_000).cast(pa.list_(pa.string())),
            }
        )
        pq.write_table(table, tmp_path / f"{number}.parquet")
    paths = [tmp_path / f"{number}.parquet" for number in range(2)]
    one, two = (Sample.draw(paths, rulec.load(rules), most_rows=500) for _ in range(2))
    assert one.rows == two.rows
    assert one.observed.source == two.observed.source
    assert len(one.numbers) == len(set(one.numbers.tolist())) == 500
    quarters = np.histogram(one.numbers, bins=4, range=(0, 10_000))[0]
    assert quarters.min() > 80
    whole = pa.Table.from_batches(Traffic.open(paths, rulec.load(rules)).batches())
    assert one.rows.column("item.price").equals(
        whole["item.price"].combine_chunks().take(pa.array(one.numbers))
    )


def test_the_manifest_says_what_was_learnt_from(rules: Path, day: Path) -> None:
    program = rulec.compile(rules, traffic=day)
    assert program.manifest["traffic"]["rows"] == 5
    assert program.to_bytes() == rulec.compile(rulec.load(rules), traffic=[day]).to_bytes()
    assert "traffic" not in rulec.compile(rules).manifest


def test_traffic_that_does_not_fit_is_refused(rules: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    pq.write_table(pa.table({"item.prise": [1.0]}), path)
    with pytest.raises(ColumnError, match=r"item\.prise"):
        rulec.compile(rules, traffic=path)
    with pytest.raises(FileNotFoundError):
        rulec.compile(rules, traffic=tmp_path / "none*.parquet")
    pq.write_table(pa.table({"item.price": [True]}), path)
    with pytest.raises(ColumnError):
        rulec.compile(rules, traffic=path)
    pq.write_table(pa.table({"item.price": ["cheap", "dear"]}), path)
    with pytest.raises(FactError, match="cheap"):
        rulec.compile(rules, traffic=path)
    pq.write_table(pa.table({"item.price": pa.array([], pa.float64())}), path)
    with pytest.raises(FileNotFoundError, match="no rows"):
        rulec.compile(rules, traffic=path)


def test_declared_yields_to_learnt(tmp_path: Path) -> None:
    vocabulary = RULES["vocabulary.toml"].replace('min = "0"', 'selectivity = "0.9", min = "0"')
    root = write_ruleset(tmp_path / "declared", {**RULES, "vocabulary.toml": vocabulary})
    path = tmp_path / "dear.parquet"
    pq.write_table(traffic_of(*[(PLAIN, "49.00")] * 300), path)
    cost = rulec.compile(root).manifest["cost"]
    taught = rulec.compile(root, traffic=path).manifest["cost"]
    assert cost["expected_matches"] > 1
    assert taught["expected_matches"] < 0.1


def test_compile_and_inspect_say_so(
    rules: Path, day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main([str(one) for one in arguments])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    out = tmp_path / "shop.rulec"
    code, _, err = run("compile", rules, "-o", out, "--traffic", day)
    assert (code, err) == (0, "")
    assert "expected a request, learnt from traffic of 5 rows" in run("inspect", out)[1]
    manifest = json.loads(run("inspect", out, "--json")[1])["manifest"]
    assert manifest["traffic"]["refused"] == 2
    code, _, err = run("compile", rules, "-o", out, "--columns", day)
    assert (code, "--columns belongs to --traffic" in err) == (2, True)
    code, _, err = run("check", rules, "--time-column", "at")
    assert (code, "--time-column belong to --traffic" in err) == (2, True)
    code, shown, _ = run("check", rules, "--traffic", day, "--select", "PRF", "--as-of", NOON)
    assert (code, shown) == (0, "no findings\n")


def test_without_pyarrow_the_extra_is_named(rules: Path, day: Path) -> None:
    code = "import sys; sys.modules['pyarrow'] = None; from rulec.cli.main import main; main()"
    command = [sys.executable, "-c", code, "check", str(rules), "--traffic", str(day)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "Error: traffic is read from Parquet: pip install 'rulec[arrow]'\n"


def test_lints_see_the_sample(rules: Path, day: Path) -> None:
    subject = examine(rules, 0, draw=Named(day).sample)
    assert subject.traffic is not None
    assert subject.traffic.n_rows == 5
    assert compile_folder(rules).plan is not None
    assert examine(rules, 0).traffic is None
