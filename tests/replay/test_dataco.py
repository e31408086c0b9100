"""Every real order line: the winner of every point, by the batch engine and by the oracle.

The oracle is asked once for each distinct tuple of facts, never for a rounded or shortened one; all
lines are compared with its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from roads import Road

from rulec.oracle.facts import read_facts
from rulec.traffic.replay import Tally, Traffic, replay

REPOSITORY = Path(__file__).resolve().parents[2]
N_LINES = 180_519


def _requests(facts: Mapping[str, pa.Array]) -> list[dict[str, dict[str, Any]]]:
    """The rows of a record batch as the dicts a caller would give."""
    columns = {path: array.to_pylist() for path, array in facts.items()}
    rows = zip(*columns.values(), strict=True)
    requests: list[dict[str, dict[str, Any]]] = []
    for row in rows:
        request: dict[str, dict[str, Any]] = {}
        for path, value in zip(columns, row, strict=True):
            entity, _, fact = path.partition(".")
            request.setdefault(entity, {})[fact] = value
        requests.append(request)
    return requests


def test_every_winner_of_every_line(
    real_data: Callable[[str], Path], report_line: Callable[[str], None]
) -> None:
    road = Road(REPOSITORY / "examples" / "dataco")
    program, checked = road.program, road.checked
    traffic = Traffic.open(real_data("dataco_order_lines.parquet"), checked.ruleset)
    answers: dict[tuple[Any, ...], Any] = {}
    n_lines = n_winners = 0
    expected = Tally()
    for rows in traffic.batches():
        facts = traffic.columns.facts(rows)
        batch = program.batch(facts)
        winners = batch.resolve_points(program.points)
        identities = batch.identify()
        names = (*batch.identities, "platform")
        for number, request in enumerate(_requests(facts)):
            key = tuple(value for own in request.values() for value in own.values())
            answer = answers.get(key)
            if answer is None:
                read = read_facts(checked.ruleset.vocabulary, request)
                answer = answers[key] = road.by_oracle(read)
            assert names[identities[number]] == answer.identity, request
            for point, decision in zip(program.points, winners[:, number], strict=True):
                won = program.decisions[decision]
                assert (won.point, won.code) == (point, answer.winners[point]), request
                expected.decisions[won] = expected.decisions.get(won, 0) + 1
                n_winners += 1
            expected.identities[answer.identity] = expected.identities.get(answer.identity, 0) + 1
            n_lines += 1
    assert n_lines == N_LINES
    tally = replay(program, traffic)
    assert tally.n_rows == N_LINES
    assert {d: n for d, n in tally.decisions.items() if n} == expected.decisions
    assert {code: n for code, n in tally.identities.items() if n} == expected.identities
    report_line(
        f"{n_lines:,} of {N_LINES:,} lines equal the oracle: {n_winners:,} winners at "
        f"{len(program.points)} points, {len(answers):,} distinct tuples of facts"
    )


def test_dict_and_profiles_on_distinct_lines(
    real_data: Callable[[str], Path], report_line: Callable[[str], None]
) -> None:
    """The single-request roads, on one line of every distinct decision of the first lines."""
    road = Road(REPOSITORY / "examples" / "dataco")
    traffic = Traffic.open(real_data("dataco_order_lines.parquet"), road.checked.ruleset)
    rows = next(traffic.batches()).slice(0, 20_000)
    facts = traffic.columns.facts(rows)
    winners = road.program.batch(facts).resolve_points(road.program.points)
    requests = _requests(facts)
    chosen = {winners[:, number].tobytes(): requests[number] for number in range(len(requests))}
    road.ask_all(list(chosen.values()))
    report_line(f"{len(chosen):,} lines, one for each distinct row of winners, by every road")
