"""Replay: which files, which time, what is refused, what is written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from replay.small_shop import GIFT, LEAF, PLAIN, RULES, opened, tally_of, traffic_of

import rulec
from rulec.traffic.decide import Question
from rulec.traffic.files import find_files
from rulec.traffic.recording import BATCH_ROWS
from rulec.traffic.replay import replay
from rulec.traffic.tally import Reason, Tally
from rulec.traffic.times import TimeColumn

# --- which files -------------------------------------------------------------------------------


def test_folders_patterns_and_files(tmp_path: Path) -> None:
    names = ("day=1/a.parquet", "day=2/b.parquet", "c.parquet", ".d.parquet", "_tmp/e.parquet")
    for name in (*names, "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    inside = [path.relative_to(tmp_path).as_posix() for path in find_files([str(tmp_path)])]
    assert inside == ["c.parquet", "day=1/a.parquet", "day=2/b.parquet"]
    pattern = find_files([f"{tmp_path}/day=*/*.parquet", f"{tmp_path}/day=1/a.parquet"])
    assert [path.name for path in pattern] == ["a.parquet", "b.parquet"]
    for nothing in (f"{tmp_path}/*.csv", f"{tmp_path}/_tmp/none"):
        if "*" in nothing:
            with pytest.raises(FileNotFoundError, match="no Parquet file"):
                find_files([nothing])
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="no Parquet file"):
        find_files([str(tmp_path / "empty")])


def test_several_files_are_one_traffic(rules: Path, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.parquet", "b.parquet")]
    for path in paths:
        pq.write_table(traffic_of((LEAF, "5"), (PLAIN, "6")), path)
    program, traffic = opened(rules, *paths)
    tally = replay(traffic, Question(program, traffic.columns, as_of="2026-10-01T00:00:00Z"))
    assert tally.identities == {"platform": 2, "autumn": 2, "cheap": 0}
    assert traffic.place_of(2) == (paths[1], 0)
    with pytest.raises(IndexError):
        traffic.place_of(4)


def test_files_of_other_columns_are_refused(rules: Path, tmp_path: Path) -> None:
    pq.write_table(traffic_of((LEAF, "5")), tmp_path / "a.parquet")
    pq.write_table(traffic_of((LEAF, "5")).drop(["item.words"]), tmp_path / "b.parquet")
    with pytest.raises(rulec.ColumnError, match=r"as in `a\.parquet`"):
        opened(rules, tmp_path / "a.parquet", tmp_path / "b.parquet")
    with pytest.raises(rulec.ColumnError, match=r"`item\.words`"):
        opened(rules, tmp_path / "b.parquet", tmp_path / "a.parquet")


def test_a_broken_file_is_no_crash(rules: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(traffic_of(*[(LEAF, "5")] * 5_000), path, compression="none")
    whole = path.read_bytes()
    for broken in (whole[: len(whole) // 2], whole[:4] + bytes(300) + whole[304:], b"PAR1"):
        path.write_bytes(broken)
        with pytest.raises(OSError, match=r"a\.parquet"):
            _replayed(rules, path)


def _replayed(rules: Path, path: Path) -> Tally:
    program, traffic = opened(rules, path)
    return replay(traffic, Question(program, traffic.columns, as_of="2026-10-01T00:00:00Z"))


# --- which time --------------------------------------------------------------------------------

SUMMER = datetime(2026, 8, 31, 23, 30)  # noqa: DTZ001
AUTUMN = datetime(2026, 9, 1, 0, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("at", "timezone", "n_autumn"),
    [
        (pa.array([SUMMER, AUTUMN], pa.timestamp("s")), "UTC", 1),
        (pa.array([SUMMER, AUTUMN], pa.timestamp("ns")), "Europe/London", 0),
        (pa.array([SUMMER, AUTUMN], pa.timestamp("ms")), "America/New_York", 2),
        (pa.array([SUMMER, AUTUMN], pa.timestamp("us", "Asia/Shanghai")), None, 1),
        (pa.array(["2026-08-31T23:59:59.9Z", "2026-09-01T01:00:00+01:00"]), None, 1),
        (pa.array(["2026-08-31T23:59:59Z", "2026-11-30T23:00:00Z"]).dictionary_encode(), None, 1),
    ],
)
def test_each_row_at_its_time(
    rules: Path, at: pa.Array, timezone: str | None, n_autumn: int
) -> None:
    table = traffic_of((LEAF, "5"), (LEAF, "5")).append_column("at", at)
    tally = tally_of(rules, table, TimeColumn("at", timezone))
    assert tally.identities["autumn"] == n_autumn


def test_the_clock_of_columns_toml(rules: Path) -> None:
    vocabulary = RULES["vocabulary.toml"].replace(
        "price =", "at = { type = 'time' , optional = true }\nprice ="
    )
    (rules / "vocabulary.toml").write_text(vocabulary)
    (rules / "columns.toml").write_text(
        '[column."item.at"]\nfrom = "at"\ntimezone = "Asia/Tokyo"\n'
    )
    path = rules.parent / "a.parquet"
    pq.write_table(traffic_of((LEAF, "5"), at=[AUTUMN]), path)
    _, traffic = opened(rules, path, extra=("at",))
    assert TimeColumn.of("at", None, traffic.columns).timezone == "Asia/Tokyo"
    assert TimeColumn.of("at", "UTC", traffic.columns).timezone == "UTC"


@pytest.mark.parametrize(
    ("at", "timezone", "error", "said"),
    [
        (pa.array([AUTUMN, AUTUMN]), None, rulec.ColumnError, "whose clock"),
        (pa.array([AUTUMN, AUTUMN], pa.timestamp("us", "UTC")), "UTC", rulec.ColumnError, "zone"),
        (pa.array([1, 2]), None, rulec.ColumnError, "int64"),
        (pa.array([AUTUMN, None]), "UTC", rulec.TimeError, "row 1: .*nothing"),
        (
            pa.array(["2026-09-01T00:00:00Z", "tomorrow"]),
            None,
            rulec.TimeError,
            "row 1: .*tomorrow",
        ),
        (pa.array([0, 1], pa.timestamp("ns", "UTC")), None, rulec.TimeError, "row 1: "),
        (pa.array([0, 2**62], pa.timestamp("ms", "UTC")), None, rulec.TimeError, "row 1: "),
    ],
)
def test_what_is_no_time(
    rules: Path, at: pa.Array, timezone: str | None, error: type[Exception], said: str
) -> None:
    table = traffic_of((LEAF, "5"), (LEAF, "5")).append_column("at", at)
    with pytest.raises(error, match=said):
        tally_of(rules, table, TimeColumn("at", timezone))


# --- what is refused ---------------------------------------------------------------------------


def test_bad_rows_are_refused_and_counted(rules: Path) -> None:
    rows = [(LEAF, "5"), (LEAF, "101"), (GIFT, "70"), (PLAIN, None), (PLAIN, "0.5"), (PLAIN, "102")]
    table = traffic_of(*rows, at=[*[AUTUMN] * 4, None, AUTUMN])
    tally = tally_of(rules, table, TimeColumn("at", "UTC"), on_bad="mark")
    assert (tally.n_rows, tally.n_refused, tally.n_decided) == (6, 5, 1)
    assert tally.identities == {"platform": 0, "autumn": 1, "cheap": 0}
    assert sum(tally.decisions.values()) == 2
    found = {reason.place: (one.first_row, one.n_rows) for reason, one in tally.reasons.items()}
    assert found.pop("as_of") == (4, 1)
    assert found.pop("assumption") == (2, 1)
    assert found == {"item.price": found["item.price"]}
    assert sum(one.n_rows for one in tally.reasons.values()) == 5
    decimal = "an exact decimal of at most 2 places from `0.00` to `100.00`"
    assert tally.reasons[Reason("item.price", decimal)].given == "the decimal `101.0`"


@pytest.mark.parametrize(
    "at",
    [
        pa.array([AUTUMN, None, SUMMER, AUTUMN]),
        pa.array(["2026-09-01T01:00:00Z", "tomorrow", "2026-08-31T01:00:00Z", None]),
        pa.array([10**18, 10**18 + 1, 2**60, None], pa.timestamp("ns")),
    ],
)
def test_rows_without_a_time_are_refused_one_by_one(rules: Path, at: pa.Array) -> None:
    """Each row alone and all of them together: the same rows, for the same reasons."""
    table = traffic_of(*[(LEAF, "5")] * 4, at=at)
    times = TimeColumn("at", None if pa.types.is_string(at.type) else "UTC")
    whole = tally_of(rules, table, times, on_bad="mark")
    alone = [tally_of(rules, table.slice(row, 1), times, on_bad="mark") for row in range(4)]
    assert whole.n_refused == sum(one.n_refused for one in alone) > 0
    assert {*whole.reasons} == {reason for one in alone for reason in one.reasons}
    assert next(iter(whole.reasons.values())).given == alone[1].reasons.popitem()[1].given


@pytest.mark.parametrize("every", [1, 2, 7, 1000])
def test_bad_rows_among_good_ones(rules: Path, every: int) -> None:
    """One row in so many is bad; the good ones are decided as if they stood alone."""
    n_rows = BATCH_ROWS + 5_000 if every == 1000 else 3_000
    prices = ["101" if row % every == 0 else f"0.{row % 90 + 10}" for row in range(n_rows)]
    tally = tally_of(rules, traffic_of(*((LEAF, price) for price in prices)), on_bad="mark")
    n_bad = len(range(0, n_rows, every))
    assert (tally.n_rows, tally.n_refused) == (n_rows, n_bad)
    assert sum(tally.identities.values()) == n_rows - n_bad
    assert tally.identities.get("autumn", 0) == n_rows - n_bad
    assert [one.first_row for one in tally.reasons.values()] == [0]


def test_the_first_bad_row_stops_everything(rules: Path) -> None:
    rows = [*[(LEAF, "5")] * (BATCH_ROWS + 3), (LEAF, "101")]
    with pytest.raises(rulec.FactError) as caught:
        tally_of(rules, traffic_of(*rows))
    assert caught.value.row == BATCH_ROWS + 3


def test_no_row_at_all(rules: Path) -> None:
    tally = tally_of(rules, traffic_of((LEAF, "5")).slice(0, 0))
    assert (tally.n_rows, tally.identities) == (0, {"platform": 0})
