"""Profile ids: numbers that stand for rows of one program, and for nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from engine.handmade import artifact_of
from engine.made_shop import shop

from rulec_runtime import ColumnError, FactError, ProfileError, Program, from_bytes
from rulec_runtime.artifact import Artifact
from rulec_runtime.ids import ProfileIds
from rulec_runtime.workspace import Spares

TAGS = [[4199, 12], [], [77], [4199, 4199], [13], [77, -5]]
PRICES = ["19.90", "20.00", "5000.00", "1.00", "3.00", "5.00"]
CHANNELS = ["web", "app", "store", None]


@pytest.fixture
def program() -> Program:
    return from_bytes(artifact_of(shop()))


def item_columns() -> dict[str, Any]:
    offsets = np.cumsum([0, *map(len, TAGS)])
    values = np.array([tag for tags in TAGS for tag in tags], np.int64)
    return {"item.tags": (offsets, values), "item.price": np.array(PRICES, dtype=object)}


def items() -> list[dict[str, Any]]:
    return [{"tags": tags, "price": price} for tags, price in zip(TAGS, PRICES, strict=True)]


def test_ids_answer_as_facts_do(program: Program) -> None:
    ids = program.profile_ids("item", item_columns())
    assert ids.dtype == np.int64
    assert (ids > 0).all()
    channels = program.profile_ids("place", {"place.channel": np.array(CHANNELS, dtype=object)})
    sellers = [{"isTMSeller": True}, {"level": 5, "city": "杭州"}, {}]
    for item, facts in zip(ids, items(), strict=True):
        for seller in sellers:
            kept = program.profile("seller", seller)
            for place, channel in zip(channels.tolist(), CHANNELS, strict=True):
                request = {"seller": seller, "item": facts, "place": {"channel": channel}}
                expected = program.match(request)
                match = program.match_profiles(item=item, seller=kept, place=place)
                assert (match.identity, match.codes) == (expected.identity, expected.codes)
                for point in program.points:
                    assert program.resolve_profiles(
                        point, item=int(item), seller=kept, place=place
                    ) is expected.resolve(point)


def test_ids_come_from_arrow_too(program: Program) -> None:
    table = pa.table({"item.tags": TAGS, "item.price": [Decimal(price) for price in PRICES]})
    ids = program.profile_ids("item", table)
    assert ids.tolist() == program.profile_ids("item", item_columns()).tolist()
    assert program.profile_ids("item", table.slice(2, 0)).tolist() == []
    assert program.profile_ids("item", table.slice(1)).tolist() == ids[1:].tolist()


def test_equal_rows_share_an_id(program: Program) -> None:
    once, again = (program.profile_ids("item", item_columns()).tolist() for _ in range(2))
    assert once == again
    # Tags that no rule names, their order and number, and prices of one class make no difference.
    assert once[0] == once[3]
    assert once[1] == once[4]
    assert len(set(once)) == 4
    assert program.stats()["profile_ids"] == 4
    assert program.stats()["profile_id_bytes"] > 0


def test_columns_left_out_are_absent(program: Program) -> None:
    prices = {"item.price": np.array([1, 1], np.int64)}
    whole = {**prices, "item.tags": (np.zeros(3, np.int64), np.empty(0, np.int64))}
    ids = program.profile_ids("item", prices).tolist()
    assert ids == program.profile_ids("item", whole).tolist()
    assert program.profile_ids("seller", {}).tolist() == []


def test_an_id_that_was_not_given_out_is_refused(program: Program) -> None:
    item = int(program.profile_ids("item", item_columns())[0])
    place = int(program.profile_ids("place", {"place.channel": np.array(["web"])})[0])
    other = from_bytes(program.to_bytes())
    foreign = int(other.profile_ids("item", item_columns())[0])
    wrong: list[Any] = [foreign, place, item + 2**31, item + 4, item - 1, item ^ 1 << 40, 0, -1, 1]
    wrong += [-item, item - 2**63, item + 2**64, 10**30, 2**63, np.int64(foreign), np.uint64(1)]
    for number in wrong:
        with pytest.raises(ProfileError, match="none that this program gave out"):
            program.match_profiles(item=number)
    with pytest.raises(ProfileError, match="gave out no ids"):
        program.match_profiles(item=item, seller=item)
    for value in (True, np.bool_(True), 1.0, str(item), [item], np.float64(item)):
        bad: Any = value
        with pytest.raises(ProfileError, match="expected a profile, given"):
            program.match_profiles(item=bad)
    assert program.match_profiles(item=np.uint64(item)).identity == "platform"


def test_a_newer_program_knows_no_old_id(program: Program) -> None:
    item = int(program.profile_ids("item", item_columns())[0])
    newer = from_bytes(program.to_bytes())
    with pytest.raises(ProfileError, match="gave out no ids"):
        newer.match_profiles(item=item)
    newer.profile_ids("item", item_columns())
    with pytest.raises(ProfileError, match="none that this program gave out"):
        newer.match_profiles(item=item)


def test_columns_are_held_to_the_vocabulary(program: Program) -> None:
    with pytest.raises(ProfileError, match=r"no entity `itm`; did you mean `item`\?"):
        program.profile_ids("itm", {})
    with pytest.raises(ColumnError, match="one of another entity"):
        program.profile_ids("place", item_columns())
    with pytest.raises(FactError, match=r"`item\.price`: expected a column"):
        program.profile_ids("item", {"item.brand": np.array(["acme"])})
    with pytest.raises(FactError, match=r"row 1: `item\.price`"):
        program.profile_ids("item", {"item.price": np.array(["1", "x"], dtype=object)})
    uneven = {"item.price": np.array([1]), "item.brand": np.array(["a", "b"])}
    with pytest.raises(ColumnError, match="rows, as"):
        program.profile_ids("item", uneven)
    for columns in (None, 3, "item", [1]):
        with pytest.raises(ColumnError, match="a mapping of columns, or an Arrow table"):
            program.profile_ids("item", columns)
    assert program.stats()["profile_ids"] == 0


def test_memory_is_bounded() -> None:
    spares = Spares(Artifact(artifact_of(shop())))
    assert ProfileIds(spares, 1).max_bytes == 1 << 30
    small = ProfileIds(spares, 1, 500)
    first = small.issue({"item.price": np.array([1, 2, 1, 2], np.int64)})
    assert len(small) == 1
    with pytest.raises(ProfileError, match="more than 500 bytes of different profiles"):
        small.issue(item_columns())
    assert 1 <= len(small) < 4
    assert 0 < small.n_bytes <= 500
    assert small.issue({"item.price": np.array([3], np.int64)}).tolist() == first[:1].tolist()


def test_assumptions_and_required_facts_hold(program: Program) -> None:
    place = program.profile_ids("place", {"place.channel": np.array(["web"])})[0]
    with pytest.raises(FactError, match=r"`item\.price`"):
        program.match_profiles(place=place)


def test_threads_give_out_ids(program: Program) -> None:
    found: list[list[int]] = []

    def work() -> None:
        found.extend(program.profile_ids("item", item_columns()).tolist() for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ids in found:
        for number, facts in zip(ids, items(), strict=True):
            assert program.match_profiles(item=number).codes == program.match({"item": facts}).codes


FORK = """
import os, sys
import numpy as np
from rulec_runtime import ProfileError, open as open_program

program = open_program(sys.argv[1])
prices = {"item.price": np.array([1, 20_000], np.int64)}
before = program.profile_ids("item", prices).tolist()
reading, writing = os.pipe()
child = os.fork()
after = program.profile_ids("item", prices).tolist()
for number in before + after:
    program.match_profiles(item=number)
if not child:
    os.write(writing, repr(after).encode())
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert after == before
for number in eval(os.read(reading, 1000)):
    try:
        program.match_profiles(item=number)
    except ProfileError:
        continue
    raise AssertionError(number)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_keeps_old_ids_and_gives_out_its_own(
    program: Program, tmp_path: Path
) -> None:
    program.save(tmp_path / "shop.rulec")
    command = [sys.executable, "-c", FORK, str(tmp_path / "shop.rulec")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
