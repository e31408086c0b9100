"""Memory does not follow the traffic: neither the size of a file nor that of its row groups."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rulec.traffic.recording import BATCH_ROWS

SHOP = Path(__file__).resolve().parents[2] / "examples" / "tmall"
N_ROWS = 3 * BATCH_ROWS
N_COPIES = 40
MIB = 1 << 20
SLACK = 128 * MIB
"""More than a batch and what pyarrow reads ahead; far less than the traffic."""

REPLAY = """
import resource, sys
from rulec.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert ended.code == 0, ended.code
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(*arguments: object) -> int:
    """Bytes that a replay of the shop holds at most."""
    command = [sys.executable, "-c", REPLAY, "replay", str(SHOP), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    word, kibibytes = done.stdout.split()[-2:]
    assert word == "peak"
    return int(kibibytes) * 1024


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss counts KiB on Linux")
def test_memory_does_not_follow_the_traffic(
    tmp_path: Path, report_line: Callable[[str], None]
) -> None:
    maker = [sys.executable, str(SHOP / "make_traffic.py"), str(tmp_path / "made.parquet")]
    subprocess.run([*maker, "--rows", str(N_ROWS), "--seed", "3"], check=True, capture_output=True)
    made = pq.read_table(tmp_path / "made.parquet")
    large = pa.concat_tables([made] * N_COPIES)
    pq.write_table(large, tmp_path / "groups.parquet", row_group_size=BATCH_ROWS)
    pq.write_table(large, tmp_path / "one_group.parquet", row_group_size=large.num_rows)
    assert pq.ParquetFile(tmp_path / "one_group.parquet").num_row_groups == 1
    n_bytes = N_COPIES * made.nbytes
    small = peak(tmp_path / "made.parquet", "--out", tmp_path / "winners.parquet")
    assert n_bytes > 5 * SLACK
    for name in ("groups.parquet", "one_group.parquet"):
        out = tmp_path / "winners.parquet"
        reached = peak(tmp_path / name, "--out", out)
        assert pq.ParquetFile(out).metadata.num_rows == large.num_rows
        report_line(
            f"{name}: {large.num_rows:,} rows, {n_bytes / MIB:,.0f} MiB decoded: peak "
            f"{reached / MIB:,.0f} MiB, {small / MIB:,.0f} MiB for a {N_COPIES}th of it"
        )
        assert reached < small + SLACK, name
