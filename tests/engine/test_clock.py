"""The time of a request: what is read, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from engine.handmade import artifact_of
from engine.made_shop import dated_shop, shop

from rulec_runtime import Program, ScenarioError, TimeError, from_bytes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FACTS: dict[str, Any] = {"seller": {"isTMSeller": True}, "item": {"price": 1, "tags": [4199]}}
COLUMNS = {
    "seller.isTMSeller": np.array([True] * 3),
    "item.price": np.array([1] * 3),
    "item.tags": (np.array([0, 1, 2, 3]), np.array([4199] * 3)),
}
INSIDE = "1970-01-01T00:00:00.000099Z"
OUTSIDE = "1970-01-01T00:00:00.0001Z"


@pytest.fixture
def program() -> Program:
    return from_bytes(artifact_of(dated_shop()))


def test_a_window_is_half_open_to_the_microsecond(program: Program) -> None:
    assert program.needs_as_of
    assert program.identify(FACTS, INSIDE) == "tmall.g20"
    assert program.identify(FACTS, OUTSIDE) == "tmall"
    away = datetime(1970, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    assert program.identify(FACTS, away) == "tmall.g20"


@pytest.mark.parametrize(
    "as_of",
    [
        None, "", "now", "1970-01-01", "1970-01-01T00:00:00", "1970-13-01T00:00:00Z",
        "1970-01-01T00:00:00.0000001Z", "1970-01-01T00:00:60Z",
        EPOCH.replace(tzinfo=None), 0, 1.5, b"",
        np.datetime64(0, "us"), [INSIDE],
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(program: Program, as_of: Any) -> None:
    for ask in (program.match, program.identify):
        with pytest.raises(TimeError, match="`as_of`: expected an aware datetime"):
            ask(FACTS, as_of)


def test_a_program_without_windows_takes_a_time_or_none() -> None:
    program = from_bytes(artifact_of(shop()))
    assert not program.needs_as_of
    assert program.identify(FACTS) == program.identify(FACTS, OUTSIDE) == "tmall.g20"
    with pytest.raises(TimeError):
        program.identify(FACTS, "now")


def test_a_batch_has_one_time_or_one_a_row(program: Program) -> None:
    texts = [INSIDE, OUTSIDE, INSIDE]
    columns: list[Any] = [texts, tuple(texts), np.array(texts, object), np.array([99, 100, 99])]
    for times in columns:
        batch = program.batch(COLUMNS, times)
        assert [batch.identities[n] for n in batch.identify()] == [
            "tmall.g20",
            "tmall",
            "tmall.g20",
        ]
    batch = program.batch(COLUMNS, OUTSIDE)
    assert [batch.identities[n] for n in batch.identify()] == ["tmall"] * 3


@pytest.mark.parametrize(
    "times",
    [
        None, [INSIDE], [INSIDE] * 4, np.array([[1, 2, 3]]), np.array([0, 1], "datetime64[us]"),
        [INSIDE, "now", INSIDE], [INSIDE, None, INSIDE],
    ],
)  # fmt: skip
def test_a_column_that_holds_no_times_is_refused(program: Program, times: Any) -> None:
    with pytest.raises(TimeError):
        program.batch(COLUMNS, times)


def test_a_bad_row_is_named(program: Program) -> None:
    with pytest.raises(TimeError, match="row 1") as refused:
        program.batch(COLUMNS, [INSIDE, "now", "never"])
    assert refused.value.row == 1


@pytest.mark.parametrize("scenario", ["sal", "", 3, ["sale"]])
def test_an_undeclared_scenario_is_refused(program: Program, scenario: Any) -> None:
    match, batch = program.match(FACTS, INSIDE), program.batch(COLUMNS, INSIDE)
    for resolve in (match.resolve, match.resolve_all, batch.resolve):
        with pytest.raises(ScenarioError):
            resolve("Price.discount", scenario)
    assert program.scenarios == ("sale",)


def test_a_binding_may_stop_and_a_list_ends_there(program: Program) -> None:
    match = program.match(FACTS, OUTSIDE)
    decisions = match.resolve_all("Order.validate")
    assert [(one.reason, one.blocked_by, one.code) for one in decisions] == [
        ("BLOCKED", "tmall", "platform")
    ]
