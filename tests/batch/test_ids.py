"""Profile ids as a column: rows that the caller keeps are decided as their facts in columns are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from batch.probes import decisions
from batch.shop_rows import CHOICES, made_rows, requests
from engine.handmade import artifact_of
from engine.made_shop import shop

from rulec_runtime import ColumnError, FactError, ProfileError, Program, from_bytes

ENTITIES = ("seller", "item", "place")


@pytest.fixture
def program() -> Program:
    return from_bytes(artifact_of(shop()))


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows]) for name in CHOICES})


def part(table: pa.Table, entity: str) -> pa.Table:
    return table.select([name for name in table.column_names if name.startswith(entity + ".")])


def by_ids(program: Program, table: pa.Table, *entities: str) -> dict[str, Any]:
    """Columns, those of some entities as ids of their rows."""
    names = [name for name in table.column_names if name.partition(".")[0] not in entities]
    ids = {entity: program.profile_ids(entity, part(table, entity)) for entity in entities}
    return {name: table[name] for name in names} | ids


@pytest.mark.parametrize("stay", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("entities", [ENTITIES, ("item",), ("place", "seller")])
def test_ids_decide_as_columns_do(program: Program, stay: float, entities: tuple[str, ...]) -> None:
    rows = made_rows(400, stay, seed=7)
    table = table_of(rows)
    single, batch = requests(rows), program.batch(by_ids(program, table, *entities))
    assert batch.n_rows == 400
    assert batch.resolve_points(program.points).tolist() == decisions(program, single)
    assert (batch.identify() == program.batch(table).identify()).all()
    ids = by_ids(program, table, *ENTITIES)
    for row in range(0, 400, 37):
        own = {entity: int(ids[entity][row]) for entity in ENTITIES}
        for point in program.points:
            expected = program.resolve_profiles(point, **own)  # type: ignore[arg-type]
            assert program.decisions[batch.resolve(point)[row]] is expected


def test_ids_in_any_order_and_more_than_a_block(program: Program) -> None:
    rows = made_rows(64, 0.0, seed=3)
    table = table_of(rows)
    numbers = np.random.default_rng(5).integers(0, 64, 5_000)
    ids = {name: column[numbers] for name, column in by_ids(program, table, *ENTITIES).items()}
    expected = program.batch(table).resolve_points(program.points)[:, numbers]
    assert (program.batch(ids).resolve_points(program.points) == expected).all()
    strided = {name: np.repeat(column, 2)[::2] for name, column in ids.items()}
    assert (program.batch(strided).resolve_points(program.points) == expected).all()


def test_an_id_that_was_not_given_out_is_refused_with_its_row(program: Program) -> None:
    ids = by_ids(program, table_of(made_rows(300, 0.0, seed=1)), "item")["item"]
    other = from_bytes(program.to_bytes())
    foreign = other.profile_ids("item", {"item.price": np.array([1], np.int64)})[0]
    seller = program.profile_ids("seller", {"seller.level": np.array([1], np.int64)})[0]
    least, most = np.iinfo(np.int64).min, np.iinfo(np.int64).max
    for number in (
        foreign,
        seller,
        0,
        -1,
        1,
        least,
        most,
        ids.max() + 1,
        -ids[0],
        ids[0] ^ 1 << 40,
    ):
        bad = ids.copy()
        bad[[217, 250]] = number
        for on_bad in ("raise", "mark"):
            with pytest.raises(
                ProfileError, match=r"row 217: `item`: the id .* this program"
            ) as told:
                program.batch({"item": bad}, on_bad=on_bad)  # type: ignore[arg-type]
            assert told.value.row == 217
    with pytest.raises(ProfileError, match="row 0: `place`"):
        program.batch({"place": ids})
    with pytest.raises(ProfileError, match="row 0: `item`"):
        from_bytes(program.to_bytes()).batch({"item": ids})


def test_what_is_no_column_of_ids_is_refused(program: Program) -> None:
    ids = by_ids(program, table_of(made_rows(4, 0.0, seed=1)), "item")["item"]
    misfits: list[Any] = [ids.astype(np.int32), ids.astype(np.uint64), ids.astype(float)]
    misfits += [ids.astype(object), ids.reshape(2, 2), np.ma.masked_array(ids), ids.tolist()]
    for column in misfits:
        with pytest.raises(ColumnError, match="an int64 array of profile ids"):
            program.batch({"item": column})
    with pytest.raises(ColumnError, match="none beside the profile ids of its entity"):
        program.batch({"item": ids, "item.brand": np.array(["a"] * 4)})
    with pytest.raises(ColumnError, match="column `item`: expected 3 rows"):
        program.batch({"item": ids, "place.channel": np.array(["web"] * 3)})
    place = program.profile_ids("place", {"place.channel": np.array(["web"])})
    with pytest.raises(
        ColumnError, match=r"column `(place|item)`: expected . rows, as others have"
    ):
        program.batch({"item": ids, "place": place})
    with pytest.raises(FactError, match=r"`item\.price`: expected a column"):
        program.batch({"place": np.empty(0, np.int64)})
    with pytest.raises(ColumnError, match="structs of its facts"):
        program.profile_ids("item", {"item": ids})
    swapped = ids.astype(ids.dtype.newbyteorder())
    expected = program.batch({"item": ids}).identify().tolist()
    assert program.batch({"item": swapped}).identify().tolist() == expected


def test_no_rows(program: Program) -> None:
    batch = program.batch({"item": np.empty(0, np.int64)})
    assert (batch.n_rows, batch.identify().tolist()) == (0, [])


FORK = """
import os, sys
import numpy as np
from rulec_runtime import open as open_program

program = open_program(sys.argv[1])
prices = {"item.price": np.array([1, 20_000], np.int64)}
before = program.profile_ids("item", prices)
batch = program.batch({"item": before})
expected = batch.identify().tolist()
child = os.fork()
if not child:
    after = program.profile_ids("item", prices)
    assert not set(after.tolist()) & set(before.tolist())
    mixed = np.stack([before, after, before]).T.ravel()
    assert batch.identify().tolist() == expected
    found = program.batch({"item": mixed}).identify().tolist()
    assert found == [number for number in expected for _ in range(3)]
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_takes_ids_of_both(program: Program, tmp_path: Path) -> None:
    program.save(tmp_path / "shop.rulec")
    command = [sys.executable, "-c", FORK, str(tmp_path / "shop.rulec")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
