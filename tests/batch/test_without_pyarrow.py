"""The engine reads what Polars produces where pyarrow cannot be imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SESSION = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(f"no {name} here", name=name)

sys.meta_path.insert(0, Hidden())
import polars as pl
from batch.shop_rows import check_batch, made_rows

try:
    import pyarrow
except ModuleNotFoundError:
    pass
else:
    raise AssertionError("pyarrow can be imported")
rows = made_rows(300, 0.5, seed=14)
types = {"seller.city": pl.Categorical, "item.tags": pl.List(pl.Int64)}
frame = pl.DataFrame(rows, schema_overrides=types, infer_schema_length=None)
check_batch(frame, rows)
check_batch(frame[10:20].to_dict(), rows[10:20])
assert not any(name.partition(".")[0] == "pyarrow" for name in sys.modules)
print("decided", len(rows))
"""


def test_polars_alone() -> None:
    tests = Path(__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", SESSION], cwd=tests, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == "decided 300\n"
