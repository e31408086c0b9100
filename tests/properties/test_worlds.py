"""Engine by dict, by profile and by batch give the oracle's answer on random worlds."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from properties.worlds import World, worlds
from roads import Road, write_ruleset

from rulec.driver import compile_folder


@given(worlds())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_road_gives_one_answer(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        road = Road(write_ruleset(Path(folder), world.files), allow_ties=True)
        asked = list(zip(world.requests, world.times, strict=True))
        sound = [pair for pair in asked if not road.is_refused(pair[0])]
        requests, times = [request for request, _ in sound], [time for _, time in sound]
        road.ask_all(requests, world.scenario, times)
        for pair in asked:
            if pair not in sound:
                road.refuse(*pair)


@given(worlds())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_compiling_twice_gives_the_same_bytes(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write_ruleset(Path(folder), world.files)
        once, twice = (compile_folder(root, allow_ties=True).artifact for _ in range(2))
        assert once is not None
        assert once == twice
