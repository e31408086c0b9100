"""Every real order line: the winner of every point, by the batch engine and by the oracle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recorded import EXAMPLES, compare, requests_of
from roads import Road

from rulec.traffic.decide import Question
from rulec.traffic.recording import Traffic
from rulec.traffic.replay import replay

N_LINES = 180_519


def test_every_winner_of_every_line(
    real_data: Callable[[str], Path], report_line: Callable[[str], None]
) -> None:
    road = Road(EXAMPLES / "dataco")
    traffic = Traffic.open(real_data("dataco_order_lines.parquet"), road.checked.ruleset)
    compared = compare(road, traffic)
    assert compared.n_rows == N_LINES
    tally = replay(traffic, Question(road.program, traffic.columns))
    assert tally.n_rows == N_LINES
    assert list(tally.decisions.values()) == compared.wins.tolist()
    assert {code: n for code, n in tally.identities.items() if n} == compared.identities
    report_line(str(compared))


def test_dict_and_profiles_on_distinct_lines(
    real_data: Callable[[str], Path], report_line: Callable[[str], None]
) -> None:
    """The single-request roads, on one line of every distinct decision of the first lines."""
    road = Road(EXAMPLES / "dataco")
    traffic = Traffic.open(real_data("dataco_order_lines.parquet"), road.checked.ruleset)
    rows = next(traffic.batches()).slice(0, 20_000)
    facts = traffic.columns.facts(rows)
    winners = road.program.batch(facts).resolve_points(road.program.points)
    requests = requests_of(facts)
    chosen = {winners[:, number].tobytes(): requests[number] for number in range(len(requests))}
    road.ask_all(list(chosen.values()))
    report_line(f"{len(chosen):,} lines, one for each distinct row of winners, by every road")
