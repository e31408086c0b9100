"""Real data with tags: words of 541,909 invoice lines, sixteen columns of a catalogue's tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from recorded import EXAMPLES, Compared, compare, make_traffic, requests_of
from roads import Road

from rulec.lints.engine import lint
from rulec.traffic.decide import Question
from rulec.traffic.recording import Traffic
from rulec.traffic.replay import replay
from rulec.traffic.times import TimeColumn

N_LINES = 541_909
N_PRODUCTS = 2_452
SAMPLE = (10_000, 20101201)
"""How many lines the fast suite compares, and the seed that draws them."""


@pytest.fixture(scope="module")
def lines(real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = real_data("online_retail_lines.parquet").parent
    assert real_data("online_retail_items.parquet").parent == data
    return make_traffic("online_retail", data, tmp_path_factory.mktemp("lines") / "lines.parquet")


@pytest.fixture(scope="module")
def products(real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = real_data("off_products.parquet").parent
    assert real_data("off_categories.parquet").parent == data
    return make_traffic("open_food", data, tmp_path_factory.mktemp("food") / "food.parquet")


@pytest.mark.parametrize("example", ["online_retail", "open_food"])
def test_the_rules_are_clean(example: str) -> None:
    assert lint(EXAMPLES / example) == []


def _at_their_times(lines: Path, road: Road) -> tuple[Traffic, TimeColumn]:
    traffic = Traffic.open(lines, road.checked.ruleset)
    assert traffic.n_rows == N_LINES
    times = TimeColumn.of("invoice_ts", None, traffic.columns)
    assert times.timezone == "Europe/London"
    return traffic, times


def test_sampled_lines(lines: Path, report_line: Callable[[str], None]) -> None:
    road = Road(EXAMPLES / "online_retail")
    traffic, times = _at_their_times(lines, road)
    compared = compare(road, traffic, times, sample=SAMPLE)
    assert compared.n_rows == SAMPLE[0]
    report_line(f"drawn by seed {SAMPLE[1]}: {compared}")


@pytest.mark.slow
def test_every_line(lines: Path, report_line: Callable[[str], None]) -> None:
    road = Road(EXAMPLES / "online_retail")
    traffic, times = _at_their_times(lines, road)
    compared = compare(road, traffic, times, is_whole=True)
    assert compared.n_rows == N_LINES
    _is_what_replay_says(road, traffic, times, compared)
    report_line(str(compared))


def test_every_business_is_identified_and_every_definition_wins(lines: Path) -> None:
    road = Road(EXAMPLES / "online_retail")
    traffic, times = _at_their_times(lines, road)
    tally = replay(traffic, Question(road.program, traffic.columns, None, times))
    assert all(tally.identities.values())
    standings = tally.standings(road.checked.ruleset.definitions)
    assert [one.code for one in standings if not one.wins and not one.blocks] == []


def test_every_product(products: Path, report_line: Callable[[str], None]) -> None:
    road = Road(EXAMPLES / "open_food")
    traffic = Traffic.open(products, road.checked.ruleset)
    compared = compare(road, traffic, is_whole=True)
    assert compared.n_rows == N_PRODUCTS
    _is_what_replay_says(road, traffic, None, compared)
    report_line(str(compared))


def test_every_road_on_products(products: Path, report_line: Callable[[str], None]) -> None:
    """Dict, profiles and whole lists of winners, on a product of each distinct row of winners."""
    road = Road(EXAMPLES / "open_food")
    traffic = Traffic.open(products, road.checked.ruleset)
    facts = traffic.columns.facts(next(traffic.batches()))
    requests = requests_of(facts)
    assert max(len(request["item"]["ingredients"]) for request in requests) == 114
    winners = road.program.batch(facts).resolve_points(road.program.points)
    chosen = {winners[:, number].tobytes(): requests[number] for number in range(len(requests))}
    answers = road.ask_all(list(chosen.values()), "delivery")
    lists = Counter(len(answer.all["Label.warnings"]) for answer in answers)
    assert max(lists) >= 3
    report_line(f"{len(chosen):,} products, one for each distinct row of winners, by every road")


def _is_what_replay_says(
    road: Road, traffic: Traffic, times: TimeColumn | None, compared: Compared
) -> None:
    tally = replay(traffic, Question(road.program, traffic.columns, None, times))
    assert list(tally.decisions.values()) == compared.wins.tolist()
    assert {code: n for code, n in tally.identities.items() if n} == compared.identities
