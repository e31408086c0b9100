"""Random tables over random rule sets: batch, single request and oracle give one answer."""

from __future__ import annotations

import tempfile
from pathlib import Path

from batch.tables import tables
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from properties.worlds import World, worlds
from roads import Road, write_ruleset

from rulec.oracle.facts import read_facts

N_EXAMPLES = settings.default.max_examples // 2
"""A table a world is drawn column by column, value by value: dear beside what it asks."""


@given(worlds(), st.data())
@settings(
    max_examples=N_EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_a_table_means_what_its_rows_mean(world: World, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        road = Road(write_ruleset(Path(folder), world.files), allow_ties=True)
    asked = list(zip(world.requests, world.times, strict=True))
    sound = [pair for pair in asked if not road.is_refused(pair[0])]
    vocabulary = road.checked.ruleset.vocabulary
    rows = [read_facts(vocabulary, request) for request, _ in sound]
    times = [time for _, time in sound]
    answers = [
        road.by_oracle(facts, world.scenario, time) for facts, time in zip(rows, times, strict=True)
    ]
    for (request, time), answer in zip(sound, answers, strict=True):
        match = road.program.match(request, time)
        for point, winner in answer.winners.items():
            assert match.resolve(point, world.scenario).code == winner
    road.check_batch(data.draw(tables(road.facts, rows)), world.scenario, times, answers)
