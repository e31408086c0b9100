"""`rulec replay`: tables, JSON, winners of every row, and what ends it early."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from replay.small_shop import LEAF, PLAIN, RULES, traffic_of
from roads import write_ruleset

from rulec.traffic.write_winners import WinnersFile

Run = Callable[..., tuple[int, str, str]]
NOON = "2026-10-01T12:00:00Z"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write_ruleset(tmp_path / "rules", RULES)


@pytest.fixture
def day(rules: Path) -> Path:
    path = rules.parent / "day.parquet"
    rows = [(LEAF, "5"), (LEAF, "101"), (PLAIN, "0.5"), (PLAIN, "7"), (LEAF, "0.9")]
    start = datetime(2026, 10, 1, tzinfo=UTC)
    at = [start + timedelta(days=100 * (row == 4)) for row in range(5)]
    pq.write_table(traffic_of(*rows, at=at), path)
    return path


def test_the_tables(run: Run, rules: Path, day: Path) -> None:
    code, out, err = run("replay", rules, day, "--time-column", "at", "--on-bad", "mark")
    assert (code, err) == (0, "")
    assert "Refused: 1 of 5 rows" in out
    assert "platform, stopped by cheap" in out
    assert "never (product of nobody)" in out
    assert "cheap (" not in out
    assert "5 rows x 2 points" in out


def test_json(run: Run, rules: Path, day: Path) -> None:
    asked = ("replay", rules, day, "--as-of", NOON, "--on-bad", "mark", "--json")
    code, out, err = run(*asked)
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert (said["schema"], said["version"], said["rows"]) == ("rulec.replay", 1, 5)
    assert said["refused"]["rows"] == 1
    assert said["refused"]["reasons"][0]["first_row"] == 1
    assert [one["code"] for one in said["points"][0]["winners"]] == ["platform", "autumn"]
    assert said["points"][0]["winners"][0]["share"] == 0.5
    owners = {one["owner"]: one["decisions"] for one in said["owners"]}
    assert owners == {"platform": 6, "seasons": 2}
    assert said["never_won"] == ["never"]
    standing = next(one for one in said["definitions"] if one["code"] == "cheap")
    assert (standing["identified"], standing["wins"], standing["blocks"]) == (1, 0, 2)
    assert run(*asked)[1] == out


def test_winners_of_every_row(run: Run, rules: Path, day: Path, tmp_path: Path) -> None:
    out = tmp_path / "winners.parquet"
    options = ("--on-bad", "mark", "--scenario", "store", "--keep", "item.price", "--out", out)
    code, _, err = run("replay", rules, day, day, "--time-column", "at", *options)
    assert (code, err) == (0, "")
    table = pq.read_table(out)
    assert pa.types.is_dictionary(table.schema.field("quote").type)
    assert table["row"].to_pylist() == list(range(5))
    assert table["item.price"].to_pylist() == pq.read_table(day)["item.price"].to_pylist()
    assert table["identity"].to_pylist() == ["autumn", None, "cheap", "platform", "cheap"]
    assert table["quote"].to_pylist() == ["autumn", None, "platform", "platform", "platform"]
    runs = table["quote.implementation"].to_pylist()
    assert runs == ["seasons.InStore", None, *["platform.List"] * 3]
    assert table["card.implementation"].to_pylist() == [None] * 5
    refused = table["refused"].to_pylist()
    assert [row for row, why in enumerate(refused) if why] == [1]
    assert refused[1].startswith("`item.price`: expected")


def test_columns_of_another_file(run: Run, rules: Path, day: Path, tmp_path: Path) -> None:
    table = pq.read_table(day).slice(0, 1).rename_columns(["tags", "cost", "at"])
    pq.write_table(table, tmp_path / "renamed.parquet")
    columns = tmp_path / "other.toml"
    columns.write_text(
        '[column."item.words"]\nfrom = "tags"\n[column."item.price"]\nfrom = "cost"\n'
    )
    asked = ("replay", rules, tmp_path / "renamed.parquet", "--as-of", NOON)
    assert run(*asked, "--columns", columns)[0] == 0
    columns.write_text('[column."item.wrds"]\nfrom = "tags"\n')
    code, out, _ = run(*asked, "--columns", columns)
    assert code == 1
    assert "did you mean `item.words`?" in out
    columns.write_text("[column")
    assert run(*asked, "--columns", columns)[0] == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "say --as-of TIME or --time-column"),
        (["--as-of", NOON, "--time-column", "at"], "either"),
        (["--as-of", NOON, "--timezone", "UTC"], "--timezone belongs"),
        (["--time-column", "at", "--timezone", "Mars/Base"], "no time zone"),
        (["--time-column", "when"], "no such column"),
        (["--as-of", "noon"], "no time with an offset"),
        (["--as-of", NOON, "--keep", "at"], "--keep belongs"),
        (["--as-of", NOON, "--out", "no/such/folder.parquet"], "no folder"),
        (["--as-of", NOON, "--out", "{day}"], "would replace the traffic"),
        (["--as-of", NOON, "--out", "w.parquet", "--keep", "nothing"], "no such column"),
        (["--as-of", NOON, "--scenario", "stor", "--on-bad", "mark"], "did you mean `store`?"),
        (["--as-of", NOON], "row 1: `item.price`"),
    ],
)
def test_what_cannot_be_done(
    run: Run, rules: Path, day: Path, options: list[str], said: str, monkeypatch: Any
) -> None:
    monkeypatch.chdir(rules.parent)
    code, _, err = run("replay", rules, day, *(word.format(day=day) for word in options))
    assert code == 2
    assert said in err
    assert {path.name for path in rules.parent.iterdir()} == {"rules", "day.parquet"}


def test_a_compiled_program_is_refused(run: Run, rules: Path, day: Path, tmp_path: Path) -> None:
    program = tmp_path / "shop.rulec"
    assert run("compile", rules, "-o", program)[0] == 0
    code, _, err = run("replay", program, day, "--as-of", NOON)
    assert code == 2
    assert "a rule set's folder, which a compiled program does not keep" in " ".join(err.split())


def test_a_bad_row_of_several_files_says_which(run: Run, rules: Path, day: Path) -> None:
    good = day.with_name("a.parquet")
    pq.write_table(traffic_of((LEAF, "5"), (LEAF, "6")), good)
    code, _, err = run("replay", rules, good, day, "--as-of", NOON)
    assert code == 2
    assert "row 3: `item.price`" in err
    assert f"(row 1 of {day})" in err


# --- what ends it early ------------------------------------------------------------------------


def test_ctrl_c_leaves_no_file(
    run: Run, rules: Path, day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = day.with_name("winners.parquet")
    out.write_text("as it was")
    write = WinnersFile.add

    def interrupted(*arguments: Any) -> None:
        write(*arguments)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(WinnersFile, "add", interrupted)
    # A shell's background jobs ignore it, and so would this process.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    asked = ("replay", rules, day, "--as-of", NOON, "--on-bad", "mark", "--out", out)
    try:
        assert run(*asked) == (130, "", "")
    finally:
        signal.signal(signal.SIGINT, handler)
    assert out.read_text() == "as it was"
    assert {path.name for path in out.parent.iterdir()} == {"rules", "day.parquet", out.name}


def _arguments(rules: Path, day: Path) -> list[str]:
    return ["replay", str(rules), str(day), "--as-of", NOON, "--on-bad", "mark"]


def test_a_closed_pipe_is_quiet(rules: Path, day: Path) -> None:
    command = [sys.executable, "-m", "rulec", *_arguments(rules, day)]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (130, b"")


def test_without_pyarrow_the_extra_is_named(rules: Path, day: Path) -> None:
    code = "import sys; sys.modules['pyarrow'] = None; from rulec.cli.main import main; main()"
    command = [sys.executable, "-c", code, *_arguments(rules, day)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: replay reads Parquet: pip install 'rulec[arrow]'\n"


@pytest.mark.parametrize("patience", [0, 3600])
def test_a_bar_on_a_terminal_where_it_takes_long(rules: Path, day: Path, patience: int) -> None:
    code = (
        f"import rulec.cli.replay as replay; replay.PATIENCE = {patience}\n"
        "from rulec.cli.main import main; main()"
    )
    command = [sys.executable, "-c", code, *_arguments(rules, day)]
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=theirs, env=environment, check=True
    )
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    assert (b"replaying" in shown) == (patience == 0)
    assert b"5 rows x 2 points" in done.stdout


def _read(terminal: int) -> bytes:
    """What is left on a terminal; its other end is closed, which some systems call an error."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""
